"""Compares what `rstprobe explain` says of a capture with what happened."""

import collections
import dataclasses

import frames
from judge import INCONCLUSIVE, RIGHT, WRONG, Judgement
from network import LabError

# What is said where a cause was not found out: never false.
OPEN_CAUSE, OPEN_RESPONDER = "unexplained-reset", ("unknown", None)

# Any cause that may be said at all, where there are too many resets to say which has which.
ANY = "any"

# How many resets a line of the truth stands for, by its last word.
UNBOUNDED = 1 << 30
QUANTITIES = {"...": (1, UNBOUNDED), "*": (0, UNBOUNDED), "?": (0, 1)}
VANTAGES = ("prober", "target", "compare")


@dataclasses.dataclass
class Line:
    """One or several resets of one side: the words that are right for them; any responder where
    none is given."""

    side: str
    causes: list
    responders: list
    least: int
    most: int


@dataclasses.dataclass
class Truth:
    lines: list
    must: list
    never: list


def vantages(item):
    return item.sections.get("explain", {}).get("vantage", " ".join(VANTAGES)).split()


def truth(item, vantage, family):
    """[explain], of which [explain.VANTAGE], [explain.4] and [explain.VANTAGE.4] replace lines."""
    words = {}
    for title in ("explain", f"explain.{vantage}", f"explain.{family}",
                  f"explain.{vantage}.{family}"):
        words.update(item.sections.get(title, {}))
    if not set(words) <= {"vantage", "begins", "resets", "must", "never"}:
        raise LabError(f"{item.name}: what is to be explained is not understood: {sorted(words)}")
    lines = [line(item, text) for text in words.get("resets", "").splitlines() if text.strip()]
    must = words.get("must", "").split()
    return Truth(lines, must, [*words.get("never", "").split(), *slanders(lines, must)])


def slanders(lines, must):
    """What is false wherever nobody forges, or nobody between speaks."""
    causes = {*must, *(cause for entry in lines for cause in entry.causes)}
    responders = {word for entry in lines for word in entry.responders}
    if "injected-reset" not in causes:
        yield "injected-reset"
    if not {"injector", "network-device"} & responders and "forged-by-comparison" not in causes:
        yield "forged-by-comparison"


def line(item, text):
    side, *words = text.split()
    least, most = QUANTITIES.get(words[-1] if words else "", (1, 1))
    if words and words[-1] in QUANTITIES:
        words.pop()
    if side not in ("client", "server") or not 1 <= len(words) <= 2:
        raise LabError(f"{item.name}: not SIDE CAUSE [RESPONDER] [... or * or ?]: {text}")
    return Line(side, words[0].split("|"), words[1].split("|") if words[1:] else [], least, most)


def align(lines, resets):
    """The true line of each reset of a capture by its frame, and what does not fit: the n-th reset
    of a side belongs to the n-th line of that side."""
    by_frame, misfits = {}, []
    for side in ("client", "server"):
        found = [segment for segment, sender in resets if sender == side]
        own = [entry for entry in lines if entry.side == side]
        rest = collections.deque(found)
        for number, entry in enumerate(own):
            later = sum(other.least for other in own[number + 1:])
            count = max(entry.least, min(entry.most, len(rest) - later))
            for _ in range(min(count, len(rest))):
                by_frame[rest.popleft().frame] = entry
        least = sum(entry.least for entry in own)
        if rest or len(found) < least:
            misfits.append(f"not the traffic that is meant: {len(found)} resets of the {side}, not "
                           f"{least}")
    return by_frame, misfits


def judge(expected, path, server, document):
    """`document` is what was said of the capture, nil where nothing can be said yet."""
    resets = frames.resets(path, server)
    by_frame, wrong = align(expected.lines, resets)
    if document is None or wrong:
        return Judgement(WRONG if wrong else INCONCLUSIVE, wrong, sentence(resets), [])
    missing = []
    connections = document.get("connections") or []
    said = [reset for connection in connections for reset in connection.get("resets") or []]
    sides = {segment.frame: side for segment, side in resets}
    for reset in said:
        entry = by_frame.get(reset["frame"])
        if entry:
            judge_reset(entry, reset, sides[reset["frame"]], wrong, missing)
        else:
            wrong.append(f"frame {reset['frame']} is no reset, said {reset['cause']}")
    counts = collections.Counter(reset["frame"] for reset in said)
    missing += [f"frame {frame} is not explained" for frame in by_frame if not counts[frame]]
    wrong += [f"frame {frame} is explained {count} times" for frame, count in counts.items()
              if count > 1]
    words = {reset["cause"] for reset in said} | {
        finding["code"] for connection in connections for finding in connection.get("findings") or []}
    wrong += [f"said {word}" for word in sorted(words & set(expected.never))]
    missing += [f"did not say {word}" for word in expected.must if word not in words]
    outcome = WRONG if wrong else INCONCLUSIVE if missing else RIGHT
    summary = collections.Counter(f"{reset['cause']} by {reset['responder']}" for reset in said)
    return Judgement(outcome, wrong + missing, ", ".join(
        f"{count} {text}" for text, count in summary.items()) or "no resets", [])


def judge_reset(entry, reset, side, wrong, missing):
    frame = reset["frame"]
    if reset["from"] != side:
        wrong.append(f"frame {frame} from the {reset['from']}, not the {side}")
    if ANY in entry.causes:
        return
    if reset["cause"] not in entry.causes:
        report = missing if reset["cause"] == OPEN_CAUSE else wrong
        report.append(f"frame {frame} {reset['cause']}, not {'|'.join(entry.causes)}")
    elif entry.responders and reset["responder"] not in entry.responders:
        report = missing if reset["responder"] in OPEN_RESPONDER else wrong
        report.append(f"frame {frame} by {reset['responder']}, not {'|'.join(entry.responders)}")


def sentence(resets):
    counts = collections.Counter(side for _, side in resets)
    return ", ".join(f"{count} resets of the {side}" for side, count in sorted(counts.items())) \
        or "no resets"
