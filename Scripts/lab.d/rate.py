"""Make ordinary traffic in the lab, record it, and count the resets that are called injected.

Nobody forges anything in it, so that every one is a false accusation.
"""

import collections
import os
import pathlib

import capture
import explain
import frames
import run
import scenario
import traffic

SCENARIO = "capture-ordinary"
# Fewer of the resets than one of so many may be accused.
ONE_IN = 1000


def add_arguments(parser):
    parser.add_argument("--out", default="lab-traffic", metavar="DIR",
                        help="where the captures of prober and target go (lab-traffic)")
    parser.add_argument("--seconds", type=int, default=120, help="how long clients are busy (120)")
    parser.add_argument("--family", type=int, choices=(4, 6), default=4)


def command(arguments):
    item = scenario.load(SCENARIO)
    os.environ["LAB_SECONDS"] = str(arguments.seconds)
    where = [point for point in capture.POINTS if point[0] in ("prober", "target")]
    with run.standing_lab(arguments) as lab:
        scenario.apply(lab, item, arguments.family)
        stem = f"{SCENARIO}-ipv{arguments.family}"
        with capture.recorded(lab, where, pathlib.Path(arguments.out), stem, arguments.rtt,
                              traffic.QUIET_S) as paths:
            traffic.make(lab, item, arguments.family)
        scenario.reset(lab)
    resets = len(frames.resets(paths["prober"], item.address(arguments.family)))
    print(f"{paths['prober']}: {resets} resets")
    if not explain.is_known():
        print("this rstprobe has no explain")
        return 0
    accused = 0
    for vantage in ("prober", "target", "compare"):
        causes = causes_of(explain.said(paths, vantage))
        accused = max(accused, causes["injected-reset"])
        print(f"{vantage:8} " + ", ".join(f"{count} {cause}" for cause, count in causes.most_common()))
    print(f"{accused} of {resets} called injected; fewer than one in {ONE_IN} may be")
    return 0 if accused * ONE_IN < resets else 1


def causes_of(document):
    return collections.Counter(
        reset["cause"] for connection in document.get("connections") or []
        for reset in connection.get("resets") or [])
