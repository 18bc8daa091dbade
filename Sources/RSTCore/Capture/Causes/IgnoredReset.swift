import RSTWire

extension FindingCode {
  /// A reset outside the window had no effect.
  public static let resetIgnored = Self(rawValue: "reset-ignored")
}

/// A reset whose number its receiver does not expect, and that has no effect: it is ignored, or
/// answered by a challenge ACK, and the connection goes on.
///
/// RFC 5961, section 3.2.
struct IgnoredReset: CauseRule {
  let code = FindingCode.resetIgnored

  func claim(_ seen: ResetCase) -> Claim? {
    guard seen.isEstablished, let expected = seen.receiver.acknowledged,
      seen.segment.sequence != expected
    else { return nil }
    let replies = seen.reset.following.filter { $0.side != seen.side && !$0.isReset }
    let goesOn = replies.filter { $0.sequenceLength > 0 || seen.isChallenge($0) }
    guard !goesOn.isEmpty else { return nil }
    let offset = seen.segment.sequence.distance(from: expected)
    let isInside = offset > 0 && offset < max(seen.receiver.scaledWindow, 1)
    var claim = Claim(
      code, responder: seen.maker, phase: seen.phase,
      explanation:
        "The reset does not carry the number that its receiver expects, and the connection goes on: "
        + (isInside
          ? "one inside the window is answered by a challenge ACK."
          : "one outside the window is ignored."),
      nextStep: "Ask who sends resets with such numbers: a device between, or an old connection.")
    claim.add(
      "not-expected", 2,
      "its number is \(abs(offset)) octets \(offset < 0 ? "before" : "behind") what is expected",
      frames: [seen.segment], source: "RFC 5961, section 3.2")
    claim.add(
      "goes-on", 3.5, "the receiver goes on with the connection", frames: Array(goesOn.prefix(2)),
      source: "RFC 5961, section 3.2")
    return claim
  }
}

extension ResetCase {
  /// Whether it is a challenge ACK for the reset: what would be sent next, and what is expected.
  func isChallenge(_ later: LoggedSegment) -> Bool {
    later.isPureAcknowledgement && later.side != side
      && later.acknowledgement == receiver.acknowledged
      && later.moment - segment.moment < .seconds(1)
  }
}
