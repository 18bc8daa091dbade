"""Compares what `rstprobe explain` says of a run's captures with the live truth of its scenario."""

import collections

import frames
from judge import INCONCLUSIVE, RIGHT, WRONG, Judgement

# Causes that name who did it and are live findings too: on connections to the probed port they have
# to be what the truth holds, and a truth that must be said live must be said of a capture.
LIVE = ("closed-port", "host-firewall-reset", "network-firewall-reset", "injected-reset",
        "accept-queue-overflow-reset", "conntrack-invalid-reset", "middlebox-forgot",
        "load-balancer-reset", "idle-reset", "keepalive-reset")

# A closed port is found closed on the way to another verdict, where a filter takes SYNs alone.
EXCUSED_BESIDE = {"closed-port": ("stateless-filter", "closed-port"),
                  "idle-reset": ("middlebox-forgot",), "middlebox-forgot": ("idle-reset",)}


# Set-ups that rewrite what passes: what leaves the target there is not what arrives.
REWRITING = ("translate", "synproxy")


# What the truth says where somebody forges segments.
FORGING = ("injected-reset", "injected-data", "triggered-block")


def judge(item, family, vantage, paths, document):
    truth = item.truth(family)
    if document is None:
        return Judgement(INCONCLUSIVE, ["this rstprobe has no explain"], "nothing", [])
    wrong, missing = [], []
    connections = [connection for connection in document.get("connections") or []
                   if connection["server"].rpartition(":")[2] == str(item.port)]
    causes = collections.Counter(
        reset["cause"] for connection in connections for reset in connection.get("resets") or [])
    findings = {finding["code"] for connection in connections
                for finding in connection.get("findings") or []}
    for cause in causes:
        allowed = (cause, *EXCUSED_BESIDE.get(cause, ()))
        if cause in LIVE and not any(map(truth.allows, allowed)):
            wrong.append(f"said {cause}")
    missing += [f"did not say {code}" for code in truth.must
                if code in LIVE and code not in causes and not code.startswith("idle-")]
    if vantage == "compare":
        if "injected-reset" in truth.must and "forged-by-comparison" not in {*causes, *findings}:
            missing.append("did not prove the injection")
        if "forged-by-comparison" in {*causes, *findings} and not (
                any(map(truth.allows, FORGING))
                or "network-device" in truth.responder or made_between(paths, item.address(family))):
            wrong.append("said forged-by-comparison")
        if not any(word in lines for lines in item.setup.values() for word in REWRITING):
            judge_senders(paths, item.address(family), document, wrong, missing)
    outcome = WRONG if wrong else INCONCLUSIVE if missing else RIGHT
    said = ", ".join(f"{count} {cause}" for cause, count in causes.items())
    return Judgement(outcome, wrong + missing, said or "no resets", [])


def made_between(paths, server):
    """Whether a reset in the server's name reached the prober that the target never sent: a device
    that forgot a connection makes such resets too."""
    sent = {identity(segment) for segment, _ in frames.resets(paths["target"], server)}
    return any(side == "server" and identity(segment) not in sent
               for segment, side in frames.resets(paths["prober"], server))


def judge_senders(paths, server, document, wrong, missing):
    """Of every reset in the server's name the two captures show whether the target sent it."""
    sent = {identity(segment) for segment, _ in frames.resets(paths["target"], server)}
    said = {reset["frame"]: reset for connection in document.get("connections") or []
            for reset in connection.get("resets") or []}
    for segment, side in frames.resets(paths["prober"], server):
        if side == "client":
            continue
        did_leave = identity(segment) in sent
        responder = said.get(segment.frame, {}).get("responder")
        is_host = {"host": True, "host-firewall": True,
                   "injector": False, "network-device": False}.get(responder)
        if is_host is None:
            missing.append(f"frame {segment.frame} by {responder}")
        elif is_host != did_leave:
            wrong.append(f"frame {segment.frame} by {responder}, but the target "
                         + ("sent it" if did_leave else "never sent it"))


def identity(segment):
    """What a segment keeps on its way."""
    return (segment.source_port, segment.destination, segment.destination_port, segment.flags,
            segment.sequence, segment.acknowledgement)
