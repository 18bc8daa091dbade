"""Sweeps a lab of 131,072 hosts and compares every line with the truth.

Each run sweeps 198.18.0.0/15 and 2001:db8:9::/112 on one port.
"""

import collections
import json
import os
import subprocess
import time

import sweep_lab
import tools

TIMEOUT = 900


def add_arguments(parser):
    parser.add_argument("--id", help="the lab's name; several labs do not collide")
    parser.add_argument("--runs", type=int, default=1, help="how many sweeps (1)")
    parser.add_argument("--loss", type=float, default=0, help="per cent lost each way (0)")
    parser.add_argument("--rate", default="max", help="SYNs a second, or max (max)")
    parser.add_argument("--targets", nargs="*", default=[str(sweep_lab.V4), str(sweep_lab.V6)],
                        help="what to sweep instead")
    parser.add_argument("--plain", action="store_true", help="without any rule: all is closed")
    parser.add_argument("--show", type=int, default=10, help="wrong lines that are shown (10)")
    parser.add_argument("--deepen", default="none", help="rstprobe's --deepen (none)")
    parser.add_argument("--hold", action="store_true", help="leave the lab standing, sweep nothing")
    parser.add_argument("--down", action="store_true", help="take the lab of --id down")


def command(arguments):
    lab = sweep_lab.SweepLab(arguments.id or str(os.getpid()))
    if arguments.down:
        lab.down()
        return 0
    wrong = 0
    try:
        lab.up(arguments.loss, arguments.plain)
        if arguments.hold:
            lab.listener = None
            print(f"lab {lab.identity} is up: ip netns exec {lab.name('prober')} ...")
            return 0
        for number in range(arguments.runs):
            wrong += sweep(lab, arguments, number)
    finally:
        if not arguments.hold:
            lab.down()
    print(f"{arguments.runs} sweeps: {wrong} wrong lines")
    return 1 if wrong else 0


def sweep(lab, arguments, number):
    words = ["ip", "netns", "exec", lab.name("prober"), str(tools.rstprobe()), "sweep",
             *arguments.targets, "-p", str(sweep_lab.PORT), "--rate", arguments.rate,
             "--deepen", arguments.deepen, "--seed", str(number + 1)]
    started = time.perf_counter()
    process = subprocess.run(words, capture_output=True, text=True, timeout=TIMEOUT)
    seconds = time.perf_counter() - started
    if process.returncode not in (0, 3):
        print(f"run {number}: ended with {process.returncode}: {process.stderr.strip()}")
        return 1
    tally = judge(process.stdout.splitlines(), arguments)
    missing = expected(arguments.targets) - tally["lines"]
    states = ", ".join(f"{count} {state}" for state, count in sorted(tally["states"].items()))
    print(f"run {number}: {seconds:.1f} s, {tally['lines']} lines, {tally['wrong']} wrong, "
          f"{missing} missing, {tally['twice']} twice; {states}", flush=True)
    for name, verdicts in sorted(tally["blocks"].items()):
        print(f"    {name:16} {verdicts}")
    return tally["wrong"] + abs(missing) + tally["twice"]


def judge(lines, arguments):
    """Counts lines, and those that are wrong or there twice."""
    states = collections.Counter()
    blocks = collections.defaultdict(lambda: collections.Counter())
    seen = set()
    wrong = twice = 0
    for text in lines:
        line = json.loads(text)
        verdict = line["verdict"]
        states[verdict["port"]] += 1
        key = (line["target"]["address"], line["target"]["port"])
        twice += key in seen
        seen.add(key)
        block = None if arguments.plain else sweep_lab.truth(key[0])
        blocks[block.name if block else "closed"][
            f"{verdict['port']}/{verdict['responder']}"] += 1
        if not sweep_lab.is_right(line, arguments.plain):
            wrong += 1
            if wrong <= arguments.show:
                print(f"  wrong: {text}")
    return {"lines": len(lines), "wrong": wrong, "twice": twice, "states": states,
            "blocks": {name: dict(count) for name, count in blocks.items()}}


def expected(targets):
    import ipaddress
    return sum(ipaddress.ip_network(text).num_addresses for text in targets)
