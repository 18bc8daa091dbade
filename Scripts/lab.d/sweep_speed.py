"""The speed of sweeps: in the lab beside other scanners where they are installed, and without a network."""

import contextlib
import json
import os
import re
import shutil
import statistics
import subprocess
import time

import peak
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
# How long a scanner may take, in seconds.
LIMIT = 900


def bench(table, runs):
    lab = sweep_lab.SweepLab(f"b{os.getpid()}")
    try:
        lab.up(is_plain=True)
        network(table, lab, runs, "131,072 hosts", [str(sweep_lab.V4)], "80",
                sweep_lab.V4.num_addresses)
        network(table, lab, runs, "65,535 ports", [HOST], "1-65535", 65535)
    finally:
        lab.down()
    alone(table, runs)


def network(table, lab, runs, label, targets, ports, count):
    """Wall time, and the answers found, of every scanner there is."""
    own = [timed(lab, [str(tools.rstprobe()), "sweep", *targets, "-p", ports, "--rate", "max",
                       "--quiet"], (0, 3)) for _ in range(runs)]
    found = min(output.count(b'"port": "closed", "responder": "host"') for _, output in own)
    seconds = statistics.median(seconds for seconds, _ in own)
    table.row(f"{label}: of answers found", count, max(found, 1), "")
    for name, words, answers in others(lab, targets, ports):
        with trickle(lab):
            taken, output = timed(lab, words)
        # The goal is set beside masscan.
        table.row(f"{label}: beside {name}", seconds, taken, "ms", is_goal=name == "masscan")
        table.row(f"{label}: answers beside {name}", found, max(answers(output), 1), "",
                  is_goal=False)
    if not shutil.which("masscan"):
        table.row(f"{label}: beside masscan's usual time", seconds, WALL, "ms")


def others(lab, targets, ports):
    """The other scanners there are, at their full rate, and how many answers the output of each shows."""
    if shutil.which("masscan"):
        yield "masscan", ["masscan", *targets, "-p", ports, "--rate", "10000000", "--wait", "2",
                          "--show", "closed", "--interface", "eth0", "-oL", "-"], distinct(
                              rb"^closed tcp (\d+ \S+)")
    # It takes one port, leaves out the addresses of its list, and may not find the gateway.
    if shutil.which("zmap") and "-" not in ports:
        yield "zmap", ["zmap", "-p", ports, *targets, "--rate=0", "-i", "eth0", "-b", "/dev/null",
                       "-G", lab.gateway(), "-q", "-O", "csv", "-f", "saddr,classification",
                       "--output-filter=success=0 || success=1", "-o", "-"], distinct(
                           rb"^([0-9.]+),rst")
    if shutil.which("nmap"):
        yield "nmap -T5", ["nmap", "-n", "-Pn", "-sS", "-T5", "--min-rate", "100000", "-p", ports,
                           *targets, "-oX", "-"], of_nmap


def distinct(pattern):
    lines = re.compile(pattern, re.MULTILINE)
    return lambda output: len(set(lines.findall(output)))


def of_nmap(output):
    """How many closed ports it shows, one by one or together."""
    together = re.findall(rb'<extraports state="closed" count="(\d+)"', output)
    return output.count(b'<state state="closed"') + sum(map(int, together))


@contextlib.contextmanager
def trickle(lab):
    """A packet to the prober each second: masscan sees that its time is over when the next one comes."""
    words = ["ip", "netns", "exec", lab.name("router"), "ping", "-q", "192.0.2.10"]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.kill()
        process.wait()


def timed(lab, words, statuses=(0,)):
    started = time.perf_counter()
    done = subprocess.run(["ip", "netns", "exec", lab.name("prober"), *words],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=LIMIT)
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
        _, megabytes = measured(program, "generate", "--targets", str(10 ** exponent))
        table.row(f"peak memory at 10^{exponent} targets", megabytes, MEMORY, "MB")
    costs = {}
    for exponent in (10, 16, 20, 24):
        costs[exponent] = min(
            measured(program, "order", "--targets", str(1 << exponent))[0]["nanoseconds"]
            for _ in range(runs))
    table.row("a place in the order, 2^24 beside 2^10", costs[24], costs[10] * FLAT, "")


def measured(program, *words):
    """What it says of itself, and its peak of resident memory in megabytes."""
    done = subprocess.run(peak.around(program, *words), capture_output=True, text=True)
    if done.returncode != 0:
        raise LabError(f"lab-sweep {' '.join(words)} failed: {done.stderr.strip()}")
    return json.loads(done.stdout), peak.megabytes(done.stderr)
