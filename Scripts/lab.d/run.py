"""Runs rstprobe in scenarios and compares what it says with the truth."""

import contextlib
import json
import os
import pathlib
import shlex
import subprocess
import sys
import time

import judge
import scenario
import tools
from network import Network


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


def probe(lab, item, family, extra=()):
    """One run of rstprobe: its JSON document (nil when there is none), status, standard error,
    and how long it took in seconds."""
    lab.next_source()
    own = [word.replace("$STATE", str(lab.state)) for word in item.arguments]
    words = ["ip", "netns", "exec", lab.name("prober"), tools.rstprobe(), "--json",
             "--checks", item.checks, *own, *extra, item.endpoint(family)]
    started = time.monotonic()
    process = subprocess.Popen(
        words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        output, errors = process.communicate(timeout=item.seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        output, errors = process.communicate()
        errors += f"\nkilled after {item.seconds} s".encode()
    except BaseException:
        process.kill()
        process.wait()
        raise
    elapsed = time.monotonic() - started
    try:
        document = json.loads(output)
    except ValueError:
        document = None
        if output.strip():
            errors += b"\nstandard output is not one JSON document"
    return document, process.returncode, errors.decode(errors="replace"), elapsed


def command(arguments):
    chosen = [scenario.load(name) for name in arguments.scenarios or scenario.names()]
    extra = shlex.split(arguments.rstprobe_args)
    folder = pathlib.Path(arguments.json) if arguments.json else None
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
    tools.rstprobe()
    outcomes, skipped = [], 0
    with standing_lab(arguments) as lab:
        for item in chosen:
            for family in item.families:
                if arguments.family not in (None, family):
                    continue
                try:
                    scenario.apply(lab, item, family)
                except scenario.SkippedError as reason:
                    print(f"{'skip':5} {reason}", flush=True)
                    skipped += 1
                    continue
                for number in range(arguments.runs):
                    if number and item.is_fresh:
                        scenario.apply(lab, item, family)
                    document, status, errors, elapsed = probe(lab, item, family, extra)
                    truth = item.truth(family)
                    judgement = judge.judge(truth, document, status, errors)
                    outcomes.append(judgement.outcome)
                    show(item, family, truth, judgement, elapsed, arguments.table)
                    if folder:
                        name = f"{item.name}-ipv{family}-{number}.json"
                        (folder / name).write_text(json.dumps(document, indent=1))
        scenario.reset(lab)
    right = outcomes.count(judge.RIGHT)
    if len(outcomes) > 1:
        print(f"{right} of {len(outcomes)} right, {outcomes.count(judge.INCONCLUSIVE)} "
              f"inconclusive, {outcomes.count(judge.WRONG)} wrong")
    return 0 if (outcomes or skipped) and right == len(outcomes) else 1


def show(item, family, truth, judgement, elapsed, is_table):
    mark = {"right": "ok", "inconclusive": "OPEN", "wrong": "WRONG"}[judgement.outcome]
    if sys.stdout.isatty() and "NO_COLOR" not in os.environ:
        colour = {"right": 32, "inconclusive": 33, "wrong": 31}[judgement.outcome]
        mark = f"\033[{colour}m{mark:5}\033[0m"
    head = f"{mark:5} {item.name:32} ipv{family} {elapsed:5.2f} s  "
    if is_table:
        print(f"{head}said   {judgement.said}\n{'':52}truth  {sentence(truth)}", flush=True)
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
