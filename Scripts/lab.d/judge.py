"""Compares what rstprobe said with the truth of a scenario."""

import dataclasses

RIGHT, INCONCLUSIVE, WRONG = "right", "inconclusive", "wrong"

# What is said where something was not found out: never false.
OPEN = ("inconclusive", "not-tested", "unknown")

# The findings that say where somebody interferes, in their `hop_range`.
LOCATING = ("injected-reset", "triggered-block", "blackholed-after-trigger", "injected-data",
            "injector-located")


@dataclasses.dataclass
class Judgement:
    """`outcome` is right, inconclusive (nothing false was said, but not all that could be) or
    wrong; `differences` says in words what is amiss, `findings` what calibration needs."""

    outcome: str
    differences: list
    said: str
    findings: list


def judge(truth, document, status, stderr):
    if truth.exit and status in truth.exit and document is None:
        return Judgement(RIGHT, [], f"exit {status}", [])
    if document is None:
        reason = stderr.strip().splitlines()[-1:] or ["nothing on standard error"]
        return Judgement(WRONG, [f"no JSON, exit {status}: {reason[0]}"], f"exit {status}", [])
    if not truth.port:
        return Judgement(WRONG, [f"exit {status}, expected {truth.exit}"], f"exit {status}", [])

    verdict = document["verdict"]
    wrong, missing = [], []
    is_inconclusive = verdict["port"] == "inconclusive"
    if is_inconclusive:
        possible = [alternative["port"] for alternative in verdict.get("alternatives") or []]
        if "inconclusive" in truth.port or truth.allows_inconclusive:
            pass
        elif not set(possible) & set(truth.port):
            wrong.append(f"inconclusive between {possible}, without {'|'.join(truth.port)}")
        else:
            missing.append(f"inconclusive between {possible}")
    else:
        if verdict["port"] not in truth.port:
            wrong.append(f"port {verdict['port']}, not {'|'.join(truth.port)}")
        if truth.responder and verdict["responder"] not in truth.responder:
            report = missing if verdict["responder"] == "unknown" else wrong
            report.append(f"responder {verdict['responder']}, not {'|'.join(truth.responder)}")
        if truth.hop and verdict["responder"] != "none":
            _judge_hop(truth.hop, verdict, wrong, missing)

    # What a witness proves is compared with what was sent (witness.py), not with the scenario's truth.
    findings = [finding for finding in document.get("findings") or [] if not finding.get("proven")]
    said = [finding["code"] for finding in findings]
    for code in said:
        if not truth.allows(code):
            wrong.append(f"said {code}")
        elif said.count(code) > 1:
            wrong.append(f"said {code} twice")
    for finding in findings:
        if truth.dropped_between and finding.get("dropped_between"):
            _judge_interval(truth.dropped_between, finding["dropped_between"], wrong)
    _judge_connection(truth, document.get("rfc5961") or {}, wrong, missing)
    _judge_details(truth.details, findings, wrong, missing)
    if truth.after_s:
        _judge_times(truth.after_s, findings, wrong)
    if truth.for_s:
        _judge_duration(truth.for_s, findings, wrong)
    if truth.located:
        _judge_places(truth, findings, wrong, missing)
    if not is_inconclusive or truth.port == ["inconclusive"]:
        missing += [f"did not say {code}" for code in truth.must if code not in said]
    expected_status = 3 if is_inconclusive else 0
    if status != expected_status:
        wrong.append(f"exit {status}, not {expected_status}")

    accepted = is_inconclusive and (
        truth.allows_inconclusive or "inconclusive" in truth.port)
    if wrong:
        outcome = WRONG
    elif missing or (is_inconclusive and not accepted):
        outcome = INCONCLUSIVE
    else:
        outcome = RIGHT
    return Judgement(outcome, wrong + missing, _sentence(verdict, said), [
        _calibration(finding, said, truth)
        for said, group in ((True, findings), (False, document.get("considered") or []))
        for finding in group])


def _judge_hop(hops, verdict, wrong, missing):
    said, interval = verdict.get("hop"), verdict.get("hop_range")
    words = "|".join(map(str, hops))
    if said is not None and said not in hops:
        wrong.append(f"hop {said}, not {words}")
    if interval and not any(interval[0] <= hop <= interval[1] for hop in hops):
        wrong.append(f"hop range {interval}, without {words}")
    if said is None and not interval:
        missing.append(f"no hop, it is {words}")


def _judge_interval(true, said, wrong):
    """A wider interval is honest; one that leaves the true place out is not."""
    hops = [hop["hop"] for hop in said]
    if not hops[0] <= true[0] or not hops[-1] >= true[-1]:
        wrong.append(f"dropped between {hops}, not {true}")


def _judge_places(truth, findings, wrong, missing):
    """Where somebody interferes: a wide interval is honest, but has to hold the true hop."""
    words = "|".join(map(str, truth.located))
    for finding in findings:
        interval = finding.get("hop_range")
        if finding["code"] in LOCATING and interval and not any(
                interval[0] <= hop <= interval[-1] for hop in truth.located):
            wrong.append(f"{finding['code']} at hops {interval}, without {words}")
        if finding["code"] == "injector-located" and not interval and "injector-located" in truth.must:
            missing.append(f"injector-located without hops, it is {words}")


def _judge_duration(true, findings, wrong):
    """How long the same endpoints stay blocked, in seconds: what is said has to hold a part."""
    for finding in findings:
        interval = finding.get("for_s")
        if interval and (interval[0] > true[-1] or (interval[-1] or true[0]) < true[0]):
            words = "-".join(f"{value:g}" for value in true)
            wrong.append(f"{finding['code']} for {interval} s, not {words} s")


def _judge_connection(truth, said, wrong, missing):
    """The grades of RFC 5961, and what each of its segments got."""
    outcomes = {item["cell"]: item["outcome"] for item in said.get("cells") or []}
    grades = {key: (said.get(key) or {}).get("grade", "not-tested") for key in truth.grades}
    for name, word, right in [
            *((key, grades[key], right) for key, right in truth.grades.items()),
            *((cell, outcomes.get(cell), right) for cell, right in truth.cells.items())]:
        if word not in right:
            report = missing if word is None or word in OPEN else wrong
            report.append(f"{name} {word or 'not said'}, not {'|'.join(right)}")


def _judge_details(details, findings, wrong, missing):
    """What a finding says beside its code: `code.key` and the values that are right."""
    by_code = {finding["code"]: finding for finding in findings}
    for name, right in details.items():
        code, _, key = name.partition(".")
        value = by_code.get(code, {}).get(key)
        if value in (None, *OPEN):
            missing.append(f"did not say {name}")
        elif str(value) not in right:
            wrong.append(f"{name} is {value}, not {'|'.join(right)}")


def _judge_times(true, findings, wrong):
    """When an idle connection ended, in seconds: what is said has to hold a part of the truth.

    How long it was seen alive (`idle-survived`) is another thing.
    """
    for finding in findings:
        interval = finding.get("after_s")
        if not finding["code"].startswith("idle-") or finding["code"] == "idle-survived" \
                or not interval:
            continue
        if interval[0] > true[-1] or interval[-1] < true[0]:
            words = "-".join(f"{value:g}" for value in true)
            wrong.append(f"{finding['code']} after {interval} s, not {words} s")


def _sentence(verdict, said):
    hop = verdict.get("hop")
    text = f"{verdict['port']} by {verdict['responder']}"
    text += f" at hop {hop}" if hop is not None else ""
    text += f" ({verdict['confidence']:.2f})"
    return f"{text} {' '.join(said)}".rstrip()


def _calibration(finding, said, truth):
    return {
        "code": finding["code"], "confidence": finding["confidence"], "said": said,
        "evidence": round(sum(item["weight"] for item in finding.get("evidence") or []), 4),
        "true": truth.holds(finding["code"])}
