import RSTWire

/// A device between takes a segment for invalid, since it does not fit what the device has seen of the
/// connection, and resets the connection.
///
/// net/netfilter/nf_conntrack_proto_tcp.c, tcp_in_window.
struct ConntrackCause: CauseRule {
  let code = FindingCode.conntrackInvalidReset

  func claim(_ seen: ResetCase) -> Claim? {
    guard seen.isEstablished, seen.sender.segments > 0, seen.isFromElsewhere == true,
      let asked = seen.reset.answered, asked.flags.contains(.acknowledgement),
      !asked.flags.contains(.syn), seen.isOutOfWindow(asked)
    else { return nil }
    var claim = Claim(
      code, responder: .networkDevice, phase: seen.phase,
      explanation:
        "A device between takes a segment of the \(seen.side.opposite.rawValue) for invalid, since its "
        + "numbers lie outside of the connection's windows, and answers with a reset. The "
        + "\(seen.side.rawValue) has not reset the connection.",
      nextStep: "Look at the rules for invalid segments of firewalls and NAT on the path.")
    claim.add(
      "knows-no-connection", 1, "the reset carries the number that the segment acknowledged",
      frames: [asked, seen.segment], source: "RFC 9293, section 3.10.7.1")
    claim.add(
      "out-of-window", 3, "the segment lies outside of what the connection allows",
      frames: [asked], source: "net/netfilter/nf_conntrack_proto_tcp.c, tcp_in_window")
    let difference = seen.hopLimitDifference ?? 0
    claim.add(
      "distance", difference > 1 ? 3 : 1.5,
      "hop limit \(seen.segment.hopLimit), \(difference) from the nearest that it sent before",
      frames: [seen.sender.last, seen.segment], source: "INJECTORS, section 2.2: hop limits")
    return claim
  }
}

extension ResetCase {
  /// Whether a segment of the receiver lies outside of the sender's window, or acknowledges what the
  /// sender had not sent, as far as was captured.
  fileprivate func isOutOfWindow(_ asked: LoggedSegment) -> Bool {
    if let next = sender.next, asked.acknowledgement.distance(from: next) > 0 { return true }
    guard let expected = sender.acknowledged else { return false }
    let offset = asked.sequence.distance(from: expected)
    let window = max(sender.scaledWindow, 65_535)
    return offset > window || asked.end.distance(from: expected) < -window
  }
}
