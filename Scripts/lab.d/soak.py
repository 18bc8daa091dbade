"""Run every scenario many times under loss, duplication and reordering, and count

right, inconclusive and wrong answers. Each job has a lab of its own.
"""

import collections
import contextlib
import json
import os
import pathlib
import queue
import signal
import sys
import tempfile
import threading
import time
import zlib

import explain
import judge
import run
import scenario
import tools
from network import LabError, Network

# From the best to the worst.
OUTCOMES = (judge.RIGHT, judge.INCONCLUSIVE, judge.WRONG)

# Options of lab-wire beside the delay and the seed.
CONDITIONS = {
    "clean": [],
    "loss5": ["--loss", "5"],
    "loss10": ["--loss", "10"],
    "duplicate1": ["--duplicate", "1"],
    "reorder": ["--reorder", "20", "--reorder-gap", "8", "--jitter", "4"],
}


def add_arguments(parser):
    parser.add_argument("--runs", type=int, default=30, help="runs of each pair (30)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="labs at once")
    parser.add_argument("--rtt", type=float, default=20, metavar="MS", help="round trip (20)")
    parser.add_argument("--scenarios", nargs="*", metavar="NAME", help="these only")
    parser.add_argument("--family", type=int, choices=(4, 6), help="one family only")
    parser.add_argument("--conditions", nargs="*", choices=list(CONDITIONS), metavar="CONDITION",
                        default=list(CONDITIONS), help=f"of {', '.join(CONDITIONS)}")
    parser.add_argument("--seed", type=int, default=1, help="varies the faults of the wire (1)")
    parser.add_argument("--id", default=str(os.getpid()), help="names begin with this")
    parser.add_argument("--out", default="lab-results", metavar="DIR",
                        help="where JSON documents and findings.jsonl go (lab-results)")


class Soak:
    def __init__(self, arguments):
        self.arguments = arguments
        self.out = pathlib.Path(arguments.out)
        self.out.mkdir(parents=True, exist_ok=True)
        self.counts = collections.defaultdict(collections.Counter)
        self.lock = threading.Lock()
        self.stopping = threading.Event()
        self.tasks = queue.Queue()
        self.done = 0
        self.seconds = 0.0
        self.failures = []
        self.raised = threading.Barrier(max(1, arguments.jobs))
        chosen = [scenario.load(name) for name in arguments.scenarios or scenario.names()]
        tasks = [(item, family, condition) for item in chosen for family in item.families
                 if arguments.family in (None, family) for condition in self.conditions(item)]
        for task in sorted(tasks, key=lambda task: self.turn(*task)):
            self.tasks.put(task)
        self.total = len(tasks) * arguments.runs

    def turn(self, item, family, condition):
        """What takes very long first, or all wait for it at the end. Neighbours by name want the same of
        the machine: mixed, some wait while others compute."""
        is_long = item.seconds > scenario.PATIENCE
        return not is_long, self.seed(item, family, condition, 0)

    def conditions(self, item):
        """Traffic is made on a clean wire: what else is lost or late is another story."""
        return [name for name in self.arguments.conditions if name == "clean" or not item.traffic]

    def work(self, number, findings):
        lab = Network(f"{self.arguments.id}j{number}", tools.find())
        try:
            lab.up()
            # Raising labs makes a machine so busy that targets' timers and answers are late.
            with contextlib.suppress(threading.BrokenBarrierError):
                self.raised.wait()
            while not self.stopping.is_set():
                try:
                    item, family, condition = self.tasks.get_nowait()
                except queue.Empty:
                    break
                try:
                    self.set_up(lab, item, family)
                    self.task(lab, item, family, condition, findings)
                except scenario.SkippedError as reason:
                    self.skip(item, reason)
        except LabError as error:
            self.failures.append(str(error))
            self.stopping.set()
        finally:
            # Nobody waits for a lab that will never stand.
            self.raised.abort()
            lab.down()

    def set_up(self, lab, item, family):
        """Where a scenario cannot be set up in a used lab, once more in a fresh one."""
        if item.traffic:
            explain.require(item)
        try:
            scenario.apply(lab, item, family)
        except scenario.SkippedError:
            raise
        except LabError as error:
            with self.lock:
                print(f"{'set up anew':12} {error}", flush=True)
            lab.down()
            lab.up()
            scenario.apply(lab, item, family)

    def task(self, lab, item, family, condition, findings):
        truth = None if item.traffic else item.truth(family, is_lossy=condition != "clean")
        for number in range(self.arguments.runs):
            if self.stopping.is_set():
                return
            if number and item.is_fresh:
                scenario.apply(lab, item, family)
            lab.wire(["--delay", str(self.arguments.rtt / 2), *CONDITIONS[condition],
                      "--seed", str(self.seed(item, family, condition, number))])
            if item.traffic:
                self.record_traffic(lab, item, family, condition, number, findings)
                continue
            document, status, errors, elapsed = run.probe(lab, item, family)
            if self.stopping.is_set():
                return
            judgement = judge.judge(truth, document, status, errors)
            self.record(item, family, condition, number, judgement, document, errors, elapsed,
                        findings)

    def skip(self, item, reason):
        with self.lock:
            self.total -= self.arguments.runs
            print(f"{'skip':12} {reason}", flush=True)

    def record_traffic(self, lab, item, family, condition, number, findings):
        """All vantages of one run count as one, the worst."""
        started = time.monotonic()
        stem = f"{item.name}-ipv{family}-{number}"
        with tempfile.TemporaryDirectory(prefix="rstprobe-captures-") as folder:
            judgements = run.made_and_explained(
                lab, item, family, pathlib.Path(folder), stem, self.arguments.rtt)
        worst = max(judgements, key=lambda pair: OUTCOMES.index(pair[1].outcome))[1]
        worst.differences = [f"{vantage}: {text}" for vantage, judgement in judgements
                             for text in judgement.differences]
        self.record(item, family, condition, number, worst, None, "", time.monotonic() - started,
                    findings)

    def seed(self, *which):
        """A seed of its own for every run, the same whenever the soak is repeated."""
        return zlib.crc32(repr((self.arguments.seed, *map(str, which[1:]), which[0].name)).encode())

    def record(self, item, family, condition, number, judgement, document, errors, elapsed,
               findings):
        with self.lock:
            self.counts[(item.name, condition)][judgement.outcome] += 1
            self.done += 1
            self.seconds += elapsed
            for finding in judgement.findings:
                line = {"scenario": item.name, "family": family, "condition": condition,
                        "run": number, **finding}
                findings.write(json.dumps(line) + "\n")
            findings.flush()
            is_expected = judgement.outcome == judge.RIGHT or (
                judgement.outcome == judge.INCONCLUSIVE and condition != "clean")
            if not is_expected:
                name = f"{item.name}-ipv{family}-{condition}-{number}"
                (self.out / f"{name}.json").write_text(json.dumps(
                    {"differences": judgement.differences, "stderr": errors,
                     "document": document}, indent=1))
                print(f"\r{judgement.outcome:12} {name}: {judgement.said}: "
                      f"{'; '.join(judgement.differences)}", flush=True)
            if sys.stderr.isatty():
                print(f"\r{self.done} of {self.total}", end="", file=sys.stderr, flush=True)

    def table(self):
        conditions = self.arguments.conditions
        width = max((len(name) for name, _ in self.counts), default=8)
        print(f"\n{'right/inconclusive/wrong':{width}} "
              + " ".join(f"{name:>12}" for name in conditions))
        totals = collections.defaultdict(collections.Counter)
        for name in sorted({name for name, _ in self.counts}):
            cells = []
            for condition in conditions:
                counter = self.counts[(name, condition)]
                totals[condition].update(counter)
                cells.append(f"{_cell(counter):>12}")
            print(f"{name:{width}} " + " ".join(cells))
        print(f"{'all':{width}} "
              + " ".join(f"{_cell(totals[condition]):>12}" for condition in conditions))
        return sum(counter[judge.WRONG] for counter in totals.values()), \
            totals["clean"][judge.INCONCLUSIVE]


def _cell(counter):
    return "/".join(
        str(counter[outcome]) for outcome in (judge.RIGHT, judge.INCONCLUSIVE, judge.WRONG))


def command(arguments):
    tools.find()
    tools.rstprobe()
    soak = Soak(arguments)

    def stop(signal_number, frame):
        soak.stopping.set()
        print("\nstopping after the runs under way", file=sys.stderr)

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    started = time.monotonic()
    with open(soak.out / "findings.jsonl", "a") as findings:
        threads = [threading.Thread(target=soak.work, args=(number, findings))
                   for number in range(max(1, arguments.jobs))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    wrong, inconclusive = soak.table()
    for failure in soak.failures:
        print(f"lab: {failure}", file=sys.stderr)
    print(f"{soak.done} of {soak.total} runs in {time.monotonic() - started:.0f} s, "
          f"{soak.seconds / max(1, soak.done):.2f} s a run; {wrong} wrong, {inconclusive} "
          "inconclusive without loss")
    if soak.stopping.is_set():
        return 130
    return 1 if wrong or inconclusive else 0
