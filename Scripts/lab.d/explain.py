"""Has the captures of a scenario explained and compares that with the truth.

A scenario with a [traffic] section says in [explain] what is true of it. In any other rstprobe
probes, and the captures of that have to give the live truth.
"""

import functools
import json
import subprocess

import explain_judge
import explain_live
import tools
from network import LabError
from scenario import SkippedError


@functools.cache
def usage():
    """What the rstprobe under test says of its command."""
    return subprocess.run([tools.rstprobe(), "explain", "--help"], capture_output=True,
                          text=True).stdout


def is_known():
    """Whether it can explain captures."""
    return "rstprobe explain" in usage()


def can_see(vantage):
    """Whether it can explain from a vantage: some versions compare no captures."""
    return vantage != "compare" or not is_known() or "--compare" in usage()


def require(item):
    """Skips a scenario whose captures nobody would explain."""
    if not is_known():
        raise SkippedError(f"{item.name}: this rstprobe has no explain")


def document(path, compared=None):
    """What rstprobe says of a capture file."""
    words = [tools.rstprobe(), "explain", path, "--json"]
    if compared:
        words += ["--compare", compared]
    answer = subprocess.run(words, capture_output=True, text=True)
    try:
        return json.loads(answer.stdout)
    except ValueError:
        raise LabError(f"explain {path}: no JSON, exit {answer.returncode}: "
                       f"{answer.stderr.strip()}") from None


def of_traffic(item, family, paths):
    """Pairs of a vantage and the judgement of what is said from there of made traffic."""
    for vantage in filter(can_see, explain_judge.vantages(item)):
        yield vantage, explain_judge.judge(
            explain_judge.truth(item, vantage, family), seen(paths, vantage), item.address(family),
            said(paths, vantage))


def of_probes(item, family, paths, rtt_ms):
    """The same of a run of rstprobe, over a wire of that round trip."""
    vantages = ("prober", "compare") if "target" in paths else ("prober",)
    for vantage in filter(can_see, vantages):
        document = said(paths, vantage)
        if vantage == "prober":
            yield "run", explain_live.judge_run(item, family, document)
        yield vantage, explain_live.judge_captures(
            item, family, vantage, paths, document, rtt_ms)


def seen(paths, vantage):
    """The capture that is explained from a vantage."""
    return paths["prober" if vantage == "compare" else vantage]


def said(paths, vantage):
    if not is_known():
        return None
    return document(seen(paths, vantage), paths["target"] if vantage == "compare" else None)
