import RSTWire

/// A side gives up on a peer that does not answer: after its last repetition, or its last keep-alive.
///
/// RFC 1122, sections 4.2.3.5 and 4.2.3.6. Linux sends a reset after keep-alives, and none after
/// repetitions: net/ipv4/tcp_timer.c.
struct GivenUp: CauseRule {
  let code: FindingCode

  func claim(_ seen: ResetCase) -> Claim? {
    guard !seen.reset.preceding.suffix(2).contains(where: { $0.side != seen.side }) else {
      return nil
    }
    if code == .keepAliveReset {
      guard seen.sender.unansweredKeepAlives > 1 else { return nil }
      var claim = Claim(
        code, responder: seen.maker, phase: .idle,
        explanation:
          "The \(seen.side.rawValue) asked by keep-alives whether the other side was there, got no "
          + "answer, and reset. Its application sees `connection timed out`.",
        nextStep: "See what became of the other side: gone, or cut off by a device between?")
      claim.add(
        "unanswered-keep-alives", min(2 + Double(seen.sender.unansweredKeepAlives), 6),
        "\(seen.sender.unansweredKeepAlives) keep-alives drew nothing",
        frames: Array(seen.reset.preceding.suffix(3)) + [seen.segment],
        source: "RFC 1122, section 4.2.3.6")
      return claim
    }
    guard seen.sender.repetitions > 1 else { return nil }
    var claim = Claim(
      code, responder: seen.maker, phase: seen.isEstablished ? .data : .handshake,
      explanation:
        "The \(seen.side.rawValue) sent the same again and again, got no acknowledgement, and gave up "
        + "with a reset. Its application sees `connection timed out`.",
      nextStep: "See where the segments got lost: capture at the other side, and compare.")
    claim.add(
      "unanswered-repetitions", min(1 + Double(seen.sender.repetitions) * 0.8, 5),
      "\(seen.sender.repetitions) repetitions drew nothing",
      frames: Array(seen.reset.preceding.suffix(3)) + [seen.segment],
      source: "RFC 1122, section 4.2.3.5")
    claim.details = [Detail("ends_with", .word("reset"))]
    return claim
  }
}
