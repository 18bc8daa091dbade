import RSTWire

/// A connection that said nothing for long is reset: when its time was over, or when it next speaks.
struct IdleCause: CauseRule {
  let code = FindingCode.idleReset

  /// What is silent for less is not idle.
  private static let least = Duration.seconds(5)

  func claim(_ seen: ResetCase) -> Claim? {
    // A closed window and unanswered keep-alives are silences with reasons of their own.
    guard seen.isEstablished, seen.unheardKeepAlives.count < 2,
      seen.sender.zeroWindowSince == nil, seen.receiver.zeroWindowSince == nil
    else { return nil }
    let (idle, isAsked) = silence(seen)
    guard idle >= Self.least else { return nil }
    let isElsewhere = seen.isFromElsewhere == true
    var claim = Claim(
      code, responder: isElsewhere ? .networkDevice : .host, phase: .idle,
      explanation:
        "The connection was idle for \(idle.rounded), and "
        + (isAsked ? "the next segment was reset" : "was reset then")
        + (isElsewhere ? ", by a device between that had given it up." : ".")
        + " The application sees `connection reset by peer`.",
      nextStep:
        "Compare \(idle.rounded) with the idle timeouts of the service, its front end, NAT and "
        + "firewalls; keep-alives below it help.")
    let last = seen.reset.preceding.last { !$0.isReset }
    claim.add(
      "idle", idle > .seconds(30) ? 3.5 : 1.5, "nothing was sent for \(idle.rounded)",
      frames: [last, seen.segment], source: "RFC 5382, section 5; FACTS: idle timeouts")
    if !isAsked, seen.reset.continuesSender || isElsewhere {
      claim.add(
        "unasked", 1.2, "nothing had been sent that it could answer", frames: [seen.segment],
        source: "RFC 9293, section 3.10.7")
    }
    if isElsewhere, let difference = seen.hopLimitDifference, difference > 1 {
      claim.add(
        "distance", 1.5, "its hop limit is \(difference) off what the side sent before",
        frames: [seen.sender.last, seen.segment], source: "INJECTORS, section 2.2: hop limits")
    }
    claim.details = [
      Detail("after_s", .number((idle.seconds * 10).rounded() / 10)),
      Detail("on", .word(isAsked ? "next-segment" : "expiry")),
    ]
    seen.weighAfterlife(&claim)
    return claim
  }

  /// For how long nothing was said, and whether something was just before the reset.
  private func silence(_ seen: ResetCase) -> (Duration, isAsked: Bool) {
    let before = seen.reset.preceding.filter { !$0.isReset }
    guard let last = before.last else { return (.zero, false) }
    let direct = seen.segment.moment - last.moment
    if direct >= Self.least { return (direct, false) }
    // What was said after the silence, at once before the reset.
    for (earlier, later) in zip(before, before.dropFirst()).reversed() {
      let gap = later.moment - earlier.moment
      if gap >= Self.least, seen.segment.moment - later.moment < .seconds(3) { return (gap, true) }
    }
    return (direct, false)
  }
}
