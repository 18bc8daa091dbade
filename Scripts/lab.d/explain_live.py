"""Compares what `rstprobe explain` says of a run's captures with the live truth of its scenario."""

import collections
import dataclasses

import frames
import judge
from judge import INCONCLUSIVE, RIGHT, WRONG, Judgement

# Causes that name who did it and are live findings too: on connections to the probed port they have
# to be what the truth holds, and a truth that must be said live must be said of a capture.
LIVE = ("closed-port", "host-firewall-reset", "network-firewall-reset", "injected-reset",
        "accept-queue-overflow-reset", "conntrack-invalid-reset", "middlebox-forgot",
        "load-balancer-reset", "idle-reset", "keepalive-reset")

# A closed port is found closed on the way to another verdict, where a filter takes SYNs alone.
EXCUSED_BESIDE = {"closed-port": ("stateless-filter", "closed-port"),
                  "idle-reset": ("middlebox-forgot",), "middlebox-forgot": ("idle-reset",)}


# What a run says of the machine that it runs on.
OWN = "own-host-changes-probes"

# What a run finds out before it opens connections of its own.
HANDSHAKE = (
    "open-port", "closed-port", "host-firewall-reset", "network-firewall-reset",
    "firewall-icmp-reject", "icmp-unreachable", "silent-drop", "accept-queue-full",
    "accept-queue-overflow-reset", "stateful-firewall", "stateless-filter", "odd-flags-filtered",
    "odd-flags-accepted", "checksum-blind-device", "checksum-blind-host", "syn-proxy",
    "syn-cookies", "synack-address-translation", "reset-rate-limited")

# Set-ups that rewrite what passes: what leaves the target there is not what arrives.
REWRITING = ("translate", "synproxy")


# What the truth says where somebody forges segments.
FORGING = ("injected-reset", "injected-data", "triggered-block")


def judge_run(item, family, document):
    """What is said of the run itself, from its packets alone: the verdict has to be the true one, and
    no finding a false one. What its own connections showed is not read again from packets."""
    runs = [run for run in (document or {}).get("runs") or []
            if run["target"]["port"] == item.port
            and run["target"]["address"] == item.address(family)]
    truth = item.truth(family)
    truth = dataclasses.replace(
        truth, must=[code for code in truth.must if code in HANDSHAKE],
        may=truth.may + truth.must, grades={}, cells={}, details={}, after_s=[], for_s=[],
        located=[])
    if not runs:
        # Where nothing could be sent there is nothing to find, nor where the machine that sent it made
        # something else of it.
        is_lost = truth.exit or "inconclusive" in truth.port or OWN in truth.may
        outcome = RIGHT if is_lost else INCONCLUSIVE
        return Judgement(outcome, ["the run was not found"], "no run", [])
    status = 3 if runs[0]["verdict"]["port"] == "inconclusive" else 0
    return judge.judge(truth, runs[0], status, "")


def judge_captures(item, family, vantage, paths, document, rtt_ms):
    truth = item.truth(family)
    if document is None:
        return Judgement(INCONCLUSIVE, ["this rstprobe has no explain"], "nothing", [])
    wrong, missing = [], []
    connections = [connection for connection in document.get("connections") or []
                   if connection["server"].rpartition(":")[2] == str(item.port)]
    beside = item.sections.get("explain", {}).get("beside", "").split()
    causes = collections.Counter(
        reset["cause"] for connection in connections for reset in connection.get("resets") or [])
    findings = {finding["code"] for connection in connections
                for finding in connection.get("findings") or []}
    for cause in causes:
        allowed = (cause, *EXCUSED_BESIDE.get(cause, ()))
        if cause in beside:
            continue
        if cause in LIVE and not any(map(truth.allows, allowed)):
            wrong.append(f"said {cause}")
    missing += [f"did not say {code}" for code in truth.must
                if code in LIVE and code not in causes and not code.startswith("idle-")]
    if vantage == "compare":
        if "injected-reset" in truth.must and "forged-by-comparison" not in {*causes, *findings}:
            missing.append("did not prove the injection")
        if "forged-by-comparison" in {*causes, *findings} and not (
                any(map(truth.allows, FORGING))
                or "network-device" in truth.responder
                or made_between(paths, item.address(family), rtt_ms)):
            wrong.append("said forged-by-comparison")
        if not any(word in lines for lines in item.setup.values() for word in REWRITING):
            judge_senders(paths, item.address(family), rtt_ms, document, wrong, missing)
    outcome = WRONG if wrong else INCONCLUSIVE if missing else RIGHT
    said = ", ".join(f"{count} {cause}" for cause, count in causes.items())
    return Judgement(outcome, wrong + missing, said or "no resets", [])


def made_between(paths, server, rtt_ms):
    """Whether a reset in the server's name reached the prober that the target never sent: a device
    that forgot a connection makes such resets too."""
    departures = Departures(paths["target"], server, rtt_ms)
    return any(side == "server" and not departures.have(segment)
               for segment, side in frames.resets(paths["prober"], server))


def judge_senders(paths, server, rtt_ms, document, wrong, missing):
    """Of every reset in the server's name the two captures show whether the target sent it."""
    departures = Departures(paths["target"], server, rtt_ms)
    said = {reset["frame"]: reset for connection in document.get("connections") or []
            for reset in connection.get("resets") or []}
    for segment, side in frames.resets(paths["prober"], server):
        if side == "client":
            continue
        did_leave = departures.have(segment)
        responder = said.get(segment.frame, {}).get("responder")
        is_host = {"host": True, "host-firewall": True,
                   "injector": False, "network-device": False}.get(responder)
        if is_host is None:
            missing.append(f"frame {segment.frame} by {responder}")
        elif is_host != did_leave:
            wrong.append(f"frame {segment.frame} by {responder}, but the target "
                         + ("sent it" if did_leave else "never sent it"))


class Departures:
    """The resets that the target sent, each to be found once. Forgers use the numbers that it uses
    itself, earlier or later: the clock of both captures is one, and tells them apart."""

    # What a busy machine adds to half a round trip, in seconds, at most.
    BUSY = 0.24

    def __init__(self, path, server, rtt_ms):
        self.shortest = rtt_ms / 4000
        self.longest = rtt_ms / 2000 + self.BUSY
        self.moments = collections.defaultdict(list)
        for segment, _ in frames.resets(path, server):
            self.moments[identity(segment)].append(segment.seconds)

    def have(self, arrived):
        moments = self.moments[identity(arrived)]
        for sent in moments:
            if self.shortest <= arrived.seconds - sent <= self.longest:
                moments.remove(sent)
                return True
        return False


def identity(segment):
    """What a segment keeps on its way."""
    return (segment.source_port, segment.destination, segment.destination_port, segment.flags,
            segment.sequence, segment.acknowledgement)
