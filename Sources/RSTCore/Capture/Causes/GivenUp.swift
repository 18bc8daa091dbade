import RSTWire

/// A side gives up on a peer that does not acknowledge, after its last repetition.
///
/// RFC 1122, section 4.2.3.5. Other stacks end with a reset; Linux falls silent, and answers what comes
/// later as one that knows no connection: net/ipv4/tcp_timer.c, tcp_write_err.
struct GivenUp: CauseRule {
  let code = FindingCode.retransmissionLimit

  func claim(_ seen: ResetCase) -> Claim? {
    guard seen.sender.repetitions > 1 else { return nil }
    let isAsked = seen.reset.preceding.suffix(2).contains { $0.side != seen.side }
    return isAsked ? forgotten(seen) : reset(seen)
  }

  private func reset(_ seen: ResetCase) -> Claim {
    var claim = claim(
      seen, endsWith: "reset",
      explanation:
        "The \(seen.side.rawValue) sent the same again and again, got no acknowledgement, and gave up "
        + "with a reset. Its application sees `connection timed out`.")
    claim.add(
      "unanswered-repetitions", min(1 + Double(seen.sender.repetitions) * 0.8, 5),
      "\(seen.sender.repetitions) repetitions drew nothing",
      frames: Array(seen.reset.preceding.suffix(3)) + [seen.segment],
      source: "RFC 1122, section 4.2.3.5")
    return claim
  }

  /// It had fallen silent for longer than to its next repetition, and then knew nothing any more.
  private func forgotten(_ seen: ResetCase) -> Claim? {
    guard let asked = seen.reset.answered, let last = seen.sender.last,
      asked.moment > last.moment, let next = seen.sender.next,
      asked.acknowledgement.distance(from: next) < 0,
      let pause = Backoff.pause(in: seen.reset.preceding, of: seen.side),
      asked.moment - last.moment > pause * Backoff.patience
    else { return nil }
    var claim = claim(
      seen, endsWith: "silence",
      explanation:
        "The \(seen.side.rawValue) had sent the same again and again, got no acknowledgement, and gave "
        + "up without a word; what comes now meets no connection any more. Its application has seen "
        + "`connection timed out`.")
    claim.add(
      "unanswered-repetitions", min(2.5 + Double(seen.sender.repetitions) * 0.8, 5.5),
      "\(seen.sender.repetitions) repetitions drew nothing, and then none came for "
        + (asked.moment - last.moment).rounded, frames: [last, asked, seen.segment],
      source: "RFC 1122, section 4.2.3.5; RFC 6298, section 5.5")
    return claim
  }

  private func claim(_ seen: ResetCase, endsWith: String, explanation: String) -> Claim {
    var claim = Claim(
      code, responder: seen.maker, phase: seen.isEstablished ? .data : .handshake,
      explanation: explanation,
      nextStep: "See where the segments got lost: capture at the other side, and compare.")
    claim.details = [Detail("ends_with", .word(endsWith))]
    return claim
  }
}

/// How repetitions follow each other: each pause is twice the one before, up to a limit.
///
/// RFC 6298, section 5.5.
enum Backoff {
  /// Whoever has not repeated for so many of its last pauses repeats no more.
  static let patience = 3

  /// The pause before a side's last repetition, nil where its last segments are no repetitions.
  static func pause(in segments: [LoggedSegment], of side: Side) -> Duration? {
    let own = segments.filter { $0.side == side && $0.sequenceLength > 0 && !$0.isReset }.suffix(2)
    guard own.count == 2, let first = own.first, let last = own.last,
      first.sequence == last.sequence, last.moment > first.moment
    else { return nil }
    return last.moment - first.moment
  }
}
