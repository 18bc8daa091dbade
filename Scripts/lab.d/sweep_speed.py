"""The speed of sweeps: in the lab beside other scanners where they are installed, and without a network."""

import json
import os
import shutil
import statistics
import subprocess
import time

import sweep_lab
import tools
from network import LabError

# The goals: masscan's wall time for the same targets, packets a second and core, and megabytes.
WALL = 16.0
PER_SECOND = 2_000_000
MEMORY = 64
# A place in the order costs about the same in every space.
FLAT = 2.0
HOST = "198.18.16.10"


def bench(table, runs):
    lab = sweep_lab.SweepLab(f"b{os.getpid()}")
    try:
        lab.up(is_plain=True)
        network(table, lab, runs, "131,072 hosts, one port", [str(sweep_lab.V4)], "80",
                sweep_lab.V4.num_addresses)
        network(table, lab, runs, "one host, 65,535 ports", [HOST], "1-65535", 65535)
    finally:
        lab.down()
    alone(table, runs)


def network(table, lab, runs, label, targets, ports, count):
    """Wall time, and the share of answers found, of every scanner there is."""
    own = [timed(lab, [str(tools.rstprobe()), "sweep", *targets, "-p", ports, "--rate", "max",
                       "--quiet"], (0, 3)) for _ in range(runs)]
    found = min(output.count(b'"port": "closed", "responder": "host"') for _, output in own)
    seconds = statistics.median(seconds for seconds, _ in own)
    table.row(f"{label}: lines that are wrong", count - found + 1, 1, "")
    theirs = {}
    if shutil.which("masscan"):
        theirs["masscan"] = ["masscan", *targets, "-p", ports, "--rate", "10000000", "--wait", "2",
                             "--open-only", "--interface", "eth0"]
    if shutil.which("zmap") and "-" not in ports:
        theirs["zmap"] = ["zmap", "-p", ports, *targets, "--rate=0", "-i", "eth0", "-q", "-o",
                          "/dev/null"]
    if shutil.which("nmap"):
        theirs["nmap -T5"] = ["nmap", "-n", "-Pn", "-sS", "-T5", "--min-rate", "100000", "-p",
                              ports, *targets, "-oN", "/dev/null"]
    goal = WALL
    for name, words in theirs.items():
        taken, _ = timed(lab, words)
        if name == "masscan":
            goal = taken
        table.row(f"{label}: beside {name}", seconds, taken, "ms", is_goal=name == "masscan")
    if "masscan" not in theirs:
        table.row(f"{label}: beside masscan's usual time", seconds, goal, "ms")


def timed(lab, words, statuses=(0,)):
    started = time.perf_counter()
    done = subprocess.run(["ip", "netns", "exec", lab.name("prober"), *words],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=900)
    if done.returncode not in statuses:
        raise LabError(f"{words[0]} ended with {done.returncode}: {done.stderr.decode().strip()}")
    return time.perf_counter() - started, done.stdout


def alone(table, runs):
    """What generation and judging cost, and what they keep."""
    program = tools.rstprobe().parent / "lab-sweep"
    if not program.exists():
        raise LabError(f"no lab-sweep in {program.parent}; swift build -c release")
    rates = [measured(program, "generate", "--targets", "4000000")[0]["per_second"]
             for _ in range(runs)]
    # A ratio of 1 or less reaches the goal.
    table.row("generation and judging: ns a packet", 1e9 / statistics.median(rates),
              1e9 / PER_SECOND, "")
    for exponent in (4, 7):
        _, peak = measured(program, "generate", "--targets", str(10 ** exponent))
        table.row(f"peak memory at 10^{exponent} targets", peak, MEMORY, "MB")
    costs = {}
    for exponent in (10, 16, 20, 24):
        costs[exponent] = min(
            measured(program, "order", "--targets", str(1 << exponent))[0]["nanoseconds"]
            for _ in range(runs))
    table.row("a place in the order, 2^24 beside 2^10", costs[24], costs[10] * FLAT, "")


def measured(program, *words):
    process = subprocess.Popen([str(program), *words], stdout=subprocess.PIPE)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        raise LabError(f"lab-sweep {' '.join(words)} failed")
    return json.loads(output), usage.ru_maxrss / 1024
