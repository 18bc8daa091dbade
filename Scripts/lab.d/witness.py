"""A witness at the target: runs it beside a probe, and compares what it proves with what was sent there."""

import collections
import contextlib
import subprocess
import threading
import time

import frames
import tools
from judge import INCONCLUSIVE, RIGHT, WRONG, Judgement
from network import LabError, end

# What rstprobe says once it has done its own part.
WAITING = b"waiting for the end of the witness"

# Set-ups that rewrite what passes: what leaves the target there is not what arrives.
REWRITING = ("translate", "synproxy", "default_ttl", "least_hop_limit", "hidden_hops")

# How many routers are between, of each destination.
HOPS = {"target": 2, "box": 2}


class Witness:
    """A witness that listens, and where it writes."""

    def __init__(self, lab, node):
        self.path = lab.state / "witness.ndjson"
        self.path.unlink(missing_ok=True)
        self._process = subprocess.Popen(
            ["ip", "netns", "exec", lab.name(node), tools.rstprobe(), "witness",
             "--output", self.path],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        deadline = time.monotonic() + 5
        while not (self.path.exists() and b"\n" in self.path.read_bytes()):
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise LabError(f"no witness: {self._process.stderr.read().decode().strip()}")
            time.sleep(0.01)

    def stop(self):
        if self._process.poll() is None:
            end(self._process.pid)
            self._process.wait()

    def stop_when_waited_for(self, errors, process):
        """Ends it once `process` says in the file `errors` that it has done its part, or is over."""
        def watch():
            while process.poll() is None:
                with open(errors.name, "rb") as file:
                    if WAITING in file.read():
                        break
                time.sleep(0.01)
            self.stop()
        threading.Thread(target=watch, daemon=True).start()


@contextlib.contextmanager
def listening(lab, item, is_wanted):
    """A witness where the probes go, while the `with` block runs; none where nobody is there."""
    if not is_wanted or item.destination not in HOPS:
        yield None
        return
    witness = Witness(lab, item.destination)
    try:
        yield witness
    finally:
        witness.stop()


def identity(segment, hop_limit):
    return (segment.source_port, segment.destination_port, segment.flags & (frames.RST | frames.ACK),
            segment.sequence, segment.acknowledgement if segment.flags & frames.ACK else 0, hop_limit)


def packet_identity(packet):
    flags = packet["flags"].split(",")
    return (packet["source_port"], packet["destination_port"],
            frames.RST | (frames.ACK if "ACK" in flags else 0), packet["sequence"],
            packet["acknowledgement"] if "ACK" in flags else 0, packet["ttl"])


def judge(item, family, paths, document):
    """Every proof against the resets that really left the destination, as its own capture has them."""
    if not document or "witness" not in document:
        return Judgement(WRONG, ["nothing was joined"], "nothing", [])
    truth, said = item.truth(family), document["witness"]
    left = {identity(segment, segment.hop_limit - HOPS[item.destination])
            for segment, _ in frames.resets(paths[item.destination], item.address(family))
            if segment.source == item.address(family)}
    rewrites = any(word in lines for lines in item.setup.values() for word in REWRITING)
    # What makes resets on the target beside its kernel's TCP.
    own_makers = ("lwip", "stack ", "actor ", "reject", "REJECT")
    has_own_maker = any(word in item.setup.get(item.destination, "") for word in own_makers)
    wrong, missing, counts = [], [], collections.Counter()
    makers, reasons = collections.Counter(), collections.Counter()
    for reset in said["resets"]:
        packet = document["packets"][reset["packet"]]
        counts[reset["doubt"] or reset["origin"]] += 1
        is_sent = packet_identity(packet) in left
        if not rewrites and reset["origin"] == "sent" and not is_sent:
            wrong.append(f"packet {reset['packet']} is said to be sent, and was not")
        if not rewrites and reset["origin"] == "never-sent" and is_sent:
            wrong.append(f"packet {reset['packet']} is said to be never sent, and was")
        if reset["origin"] == "sent":
            makers[reset["maker"]] += 1
            if packet["source_port"] == item.port:
                reasons[reset["kernel_reason"] or reset["maker"]] += 1
    if not said["complete"]:
        missing.append(f"the record is {said['gap']}")
    unproven = {doubt: number for doubt, number in counts.items()
                if doubt not in ("sent", "never-sent", "passed")}
    missing += [f"{number} unproven: {doubt}" for doubt, number in unproven.items()]
    if {"injected-reset", "network-firewall-reset"} & set(truth.must) and not counts["never-sent"]:
        missing.append("did not prove that a reset was never sent")
    if said["reasons"] and truth.responder == ["host"]:
        if "closed-port" in truth.must and makers["tcp"] and not reasons["NO_SOCKET"]:
            missing.append("no reason for the port's resets")
        if makers["other"] and not has_own_maker:
            wrong.append(f"{makers['other']} said not to be made by the kernel's TCP")
    if said["reasons"] and "host-firewall-reset" in truth.must and not reasons["other"]:
        missing.append("did not tell the filter's resets from the stack's")
    outcome = WRONG if wrong else INCONCLUSIVE if missing else RIGHT
    words = [f"{number} {word}" for word, number in counts.items()]
    words += [f"({number} {reason})" for reason, number in reasons.items()]
    return Judgement(outcome, wrong + missing, " ".join(words) or "no resets", [])
