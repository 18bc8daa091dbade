"""Makes the traffic of a scenario that has a [traffic] section."""

import contextlib
import os
import shutil
import signal
import subprocess
import time

import frames
import scenario
from network import LabError

# Servers take a while for their answers also where nobody waits for them any more.
QUIET_S = 0.5

SCRIPT = scenario.SETUP.with_name("traffic.sh")


class TrafficError(LabError):
    """The traffic of one scenario was not made."""


def make(lab, item, family):
    """Runs all nodes' parts at the same time, to their end."""
    shutil.rmtree(lab.state / "marks", ignore_errors=True)
    running = {node: scenario.start(lab, item, family, node, f". '{SCRIPT}'\n{lines}\n")
               for node, lines in item.traffic.items()}
    deadline = time.monotonic() + item.seconds
    failures = []
    try:
        for node, process in running.items():
            output, _ = process.communicate(timeout=max(0, deadline - time.monotonic()))
            if process.returncode != 0:
                failures.append(f"{item.name} on {node}: {output.strip()}")
    except subprocess.TimeoutExpired:
        failures.append(f"{item.name}: traffic takes longer than {item.seconds} s")
    finally:
        for process in running.values():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    if failures:
        raise TrafficError("; ".join(failures))


def shorten(lab, item, paths):
    """Lets the captures begin with the mark that [explain] names, if any."""
    name = item.sections.get("explain", {}).get("begins")
    if name:
        moment = (lab.state / "marks" / name).stat().st_mtime
        for path in paths.values():
            frames.begin_at(path, moment)
