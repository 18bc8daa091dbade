"""Runs rstprobe in scenarios and compares what it says with the truth."""

import collections
import contextlib
import json
import os
import pathlib
import shlex
import signal
import subprocess
import sys
import tempfile
import threading
import time

import capture
import explain
import judge
import peak
import scenario
import tools
import traffic
import witness
from network import LabError, Network


@contextlib.contextmanager
def standing_lab(arguments):
    """The lab of this id if it is up, else one of its own that is taken down again."""
    lab = Network(arguments.id or str(os.getpid()), tools.find())
    was_up = lab.is_up
    try:
        if not was_up:
            raise_lab(lab, arguments)
        yield lab
    finally:
        if not was_up:
            lab.down()


def raise_lab(lab, arguments):
    try:
        lab.up()
        lab.next_source()
        lab.wire(["--delay", str(arguments.rtt / 2), *shlex.split(arguments.wire)])
    except BaseException:
        lab.down()
        raise


def probe(lab, item, family, extra=(), listener=None):
    """One run of rstprobe, with a witness that listens if there is one: its JSON document (nil when
    there is none), status, standard error, and how long it took in seconds."""
    lab.next_source()
    own = [word.replace("$STATE", str(lab.state)) for word in item.arguments]
    words = [tools.rstprobe(), "--json", "--checks", item.checks, *own, *extra,
             item.endpoint(family)]
    if listener:
        words += ["--witness", listener.path]
    if item.memory:
        words = peak.around(*words)
    words = ["ip", "netns", "exec", lab.name("prober"), *words]
    started = time.monotonic()
    with tempfile.NamedTemporaryFile() as log:
        process = subprocess.Popen(
            words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log,
            start_new_session=bool(item.memory))
        if listener:
            listener.stop_when_waited_for(log, process)
        try:
            output, _ = process.communicate(timeout=item.seconds)
            errors = pathlib.Path(log.name).read_bytes()
        except subprocess.TimeoutExpired:
            kill(process, item)
            output, _ = process.communicate()
            errors = pathlib.Path(log.name).read_bytes()
            errors += f"\nkilled after {item.seconds} s".encode()
        except BaseException:
            kill(process, item)
            process.wait()
            raise
    elapsed = time.monotonic() - started
    try:
        document = json.loads(output)
    except ValueError:
        document = None
        if output.strip():
            errors += b"\nstandard output is not one JSON document"
    if item.memory and document and peak.megabytes(errors) > item.memory:
        document = None
        errors = f"{peak.megabytes(errors):.0f} MB of memory, more than {item.memory}".encode()
    return document, process.returncode, errors.decode(errors="replace"), elapsed


def kill(process, item):
    """Kills a run that has hung, and with it who measures its memory."""
    if item.memory:
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()


def made_and_explained(lab, item, family, folder, stem, rtt):
    """One run of a scenario that makes traffic: pairs of a vantage and its judgement."""
    lab.next_source()
    where = capture.points(item)
    try:
        with capture.recorded(lab, where, folder, stem, rtt, traffic.QUIET_S) as paths:
            traffic.make(lab, item, family)
    except traffic.TrafficError as error:
        return [("", judge.Judgement(judge.WRONG, [str(error)], "nothing", []))]
    traffic.shorten(lab, item, paths)
    return list(explain.of_traffic(item, family, paths))


class Tasks:
    """Scenarios and families to run, shared by the labs that work side by side."""

    def __init__(self, arguments):
        self.arguments = arguments
        self.extra = shlex.split(arguments.rstprobe_args)
        self.folder = pathlib.Path(arguments.json) if arguments.json else None
        if self.folder:
            self.folder.mkdir(parents=True, exist_ok=True)
        chosen = [scenario.load(name) for name in arguments.scenarios or scenario.names()]
        self.waiting = collections.deque(
            (item, family) for item in chosen for family in item.families
            if arguments.family in (None, family))
        self.lock = threading.Lock()
        self.outcomes, self.skipped, self.failures = [], 0, []

    def work(self, lab):
        """Takes tasks until there are none, in a lab that stands."""
        while self.waiting:
            with contextlib.suppress(IndexError):  # another lab was faster
                self.task(lab, *self.waiting.popleft())
        scenario.reset(lab)

    def task(self, lab, item, family):
        try:
            if item.traffic and not self.arguments.captures:
                explain.require(item)
            scenario.apply(lab, item, family)
        except scenario.SkippedError as reason:
            with self.lock:
                print(f"{'skip':5} {reason}", flush=True)
                self.skipped += 1
            return
        for number in range(self.arguments.runs):
            if number and item.is_fresh:
                scenario.apply(lab, item, family)
            stem = f"{item.name}-ipv{family}" + (f"-{number}" if number else "")
            with self.captures_folder() as folder:
                work = self.traffic if item.traffic else self.probe
                document = work(lab, item, family, folder, stem)
            if self.folder and not item.traffic:
                name = f"{item.name}-ipv{family}-{number}.json"
                (self.folder / name).write_text(json.dumps(document, indent=1))

    @contextlib.contextmanager
    def captures_folder(self):
        """Where captures go: as asked for, or where they are gone afterwards, or nowhere."""
        if self.arguments.captures:
            yield pathlib.Path(self.arguments.captures)
        else:
            with tempfile.TemporaryDirectory(prefix="rstprobe-captures-") as path:
                yield pathlib.Path(path)

    def probe(self, lab, item, family, folder, stem):
        if not (self.arguments.captures or self.arguments.explain or self.arguments.witness):
            folder = None
        truth = item.truth(family)
        where = capture.points(item)
        with capture.recorded(lab, where, folder, stem, self.arguments.rtt) as paths, \
                witness.listening(lab, item, self.arguments.witness) as listener:
            document, status, errors, elapsed = probe(lab, item, family, self.extra, listener)
        judgement = judge.judge(truth, document, status, errors)
        self.note(item, family, judgement, f"{elapsed:5.2f} s", sentence(truth))
        if listener:
            self.note(item, family, witness.judge(item, family, paths, document), "witness")
        if self.arguments.explain:
            self.note_explained(
                item, family, explain.of_probes(item, family, paths, self.arguments.rtt))
        return document

    def traffic(self, lab, item, family, folder, stem):
        self.note_explained(
            item, family, made_and_explained(lab, item, family, folder, stem, self.arguments.rtt))

    def note_explained(self, item, family, judgements):
        for vantage, judgement in judgements:
            self.note(item, family, judgement, vantage)

    def note(self, item, family, judgement, how, truth=None):
        with self.lock:
            self.outcomes.append(judgement.outcome)
            show(item, family, judgement, how, truth if self.arguments.table else None)

    def work_beside(self, identity):
        """The same in a lab of its own, on a thread of its own."""
        lab = Network(identity, tools.find())
        try:
            raise_lab(lab, self.arguments)
            self.work(lab)
        except LabError as error:
            self.failures.append(str(error))
            self.waiting.clear()
        finally:
            lab.down()


def command(arguments):
    tools.rstprobe()
    if (arguments.explain or arguments.captures) and not explain.is_known():
        print("lab: this rstprobe has no explain; of captures only the traffic is judged",
              file=sys.stderr)
    tasks = Tasks(arguments)
    with standing_lab(arguments) as lab:
        threads = [
            threading.Thread(target=tasks.work_beside, args=(f"{lab.identity}j{number}",))
            for number in range(1, min(arguments.jobs, len(tasks.waiting)))]
        for thread in threads:
            thread.start()
        try:
            tasks.work(lab)
        finally:
            # What is under way ends; nothing new begins after an interrupt or a failure.
            tasks.waiting.clear()
            for thread in threads:
                thread.join()
    if tasks.failures:
        raise LabError("\n".join(tasks.failures))
    right = tasks.outcomes.count(judge.RIGHT)
    if len(tasks.outcomes) > 1:
        print(f"{right} of {len(tasks.outcomes)} right, "
              f"{tasks.outcomes.count(judge.INCONCLUSIVE)} inconclusive, "
              f"{tasks.outcomes.count(judge.WRONG)} wrong")
    is_right = (tasks.outcomes or tasks.skipped) and right == len(tasks.outcomes)
    return 0 if is_right else 1


def show(item, family, judgement, how, truth=None):
    """`how` it was found out: how long that took, or from where it was seen."""
    mark = {"right": "ok", "inconclusive": "OPEN", "wrong": "WRONG"}[judgement.outcome]
    if sys.stdout.isatty() and "NO_COLOR" not in os.environ:
        colour = {"right": 32, "inconclusive": 33, "wrong": 31}[judgement.outcome]
        mark = f"\033[{colour}m{mark:5}\033[0m"
    head = f"{mark:5} {item.name:32} ipv{family} {how:7}  "
    if truth:
        print(f"{head}said   {judgement.said}\n{'':52}truth  {truth}", flush=True)
    else:
        print(f"{head}{judgement.said}", flush=True)
    for difference in judgement.differences:
        print(f"      - {difference}", flush=True)


def sentence(truth):
    if truth.exit and not truth.port:
        return f"exit {'|'.join(map(str, truth.exit))}"
    words = "|".join(truth.port)
    if truth.responder:
        words += f" by {'|'.join(truth.responder)}"
    if truth.hop:
        words += f" at hop {'|'.join(map(str, truth.hop))}"
    if truth.allows_inconclusive:
        words += " or inconclusive"
    return f"{words} {' '.join(truth.must)}".rstrip()
