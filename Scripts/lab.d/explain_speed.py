"""How fast, and in how much memory, a capture of a crowd is explained, beside other tools."""

import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import network
import peak
import tools

HERE = pathlib.Path(__file__).resolve().parent
TIMEOUT = 600

# The goals: a peak in megabytes, and times as shares of those of other tools on the same file.
MEMORY = 100
OTHERS = {
    "capinfos -c": (("capinfos", "-c"), 3),
    "tcptrace": (("tcptrace", "-n"), 1 / 2),
    "tshark -q -z conv,tcp": (("tshark", "-n", "-q", "-z", "conv,tcp", "-r"), 1 / 20),
}
# Whoever takes so many seconds is not run again.
SLOW = 10


def bench(table, runs):
    """Rows for the capture that crowd.py makes; the tools take turns, so that noise meets all."""
    with tempfile.TemporaryDirectory(prefix="rstprobe-bench-") as directory:
        file = pathlib.Path(directory, "crowd.pcap")
        run([sys.executable, str(HERE / "crowd.py"), str(file)])
        own = [str(tools.rstprobe()), "explain", str(file), "--quiet"]
        others = {name: [*words, str(file)] for name, (words, _) in OTHERS.items()
                  if shutil.which(words[0])}
        times = {name: [] for name in ("", *others)}
        for _ in range(runs):
            for name, words in (("", own), *others.items()):
                if not times[name] or times[name][0] < SLOW:
                    times[name].append(run(words))
        seconds = statistics.median(times[""])
        size = file.stat().st_size / 1e6
        print(f"explain: {size:.0f} MB in {seconds:.2f} s, {size / seconds:.0f} MB/s", flush=True)
        done = subprocess.run(peak.around(*own), stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, timeout=TIMEOUT, check=True)
        table.row("explain: peak memory", peak.megabytes(done.stderr), MEMORY, "MB")
        for name in others:
            theirs = statistics.median(times[name])
            table.row(f"explain: beside {name}, {theirs:.2f} s", seconds, theirs * OTHERS[name][1],
                      "ms")


def run(words):
    """The seconds that a command takes."""
    started = time.perf_counter()
    try:
        done = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, timeout=TIMEOUT, check=False)
    except subprocess.TimeoutExpired:
        raise network.LabError(f"{words[0]} did not end in {TIMEOUT} s") from None
    if done.returncode != 0:
        raise network.LabError(
            f"{' '.join(words)} ended with {done.returncode}: {done.stderr.decode().strip()}")
    return time.perf_counter() - started
