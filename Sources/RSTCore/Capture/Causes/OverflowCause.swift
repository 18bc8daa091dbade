import RSTWire

/// The last ACK of the handshake is reset: nobody has taken the connection from the full accept queue.
///
/// net/ipv4/tcp_minisocks.c, tcp_check_req with tcp_abort_on_overflow.
struct OverflowCause: CauseRule {
  let code = FindingCode.acceptQueueOverflowReset

  func claim(_ seen: ResetCase) -> Claim? {
    // No socket makes it, so that it has no window: net/ipv4/tcp_ipv4.c, tcp_v4_send_reset.
    guard seen.side == .server, seen.segment.window == 0, let synAck = seen.server.opening,
      seen.earlier.isEmpty,
      seen.server.segments == seen.server.openings, seen.client.fin == nil,
      let asked = seen.reset.answered, asked.acknowledgement == synAck.end,
      seen.client.opening.map({ asked.sequence.distance(from: $0.end) >= 0 }) ?? true,
      asked.isPureAcknowledgement || seen.client.octets > 0,
      seen.segment.moment - synAck.moment < max(.milliseconds(500), (seen.roundTrip ?? .zero) * 3)
    else { return nil }
    var claim = Claim(
      code, responder: .host, phase: .handshake,
      explanation:
        "The server's accept queue is full, and it is set to say so: the last acknowledgement of the "
        + "handshake is reset. The client has seen the connection open, then `connection reset by "
        + "peer`.",
      nextStep:
        "On the server: nstat -az TcpExtListenOverflows, ss -ltn; net.ipv4.tcp_abort_on_overflow.")
    claim.add(
      "resets-the-handshake", 2.2, "the first acknowledgement of the SYN ACK is reset",
      frames: [synAck, asked, seen.segment], source: "net/ipv4/tcp_minisocks.c, tcp_check_req")
    if seen.server.usesTimestamps {
      claim.add(
        "no-socket", seen.segment.timestamps == nil ? 1 : -3,
        "timestamps were agreed on; \(seen.segment.timestamps == nil ? "none" : "some") here",
        frames: [seen.segment], source: "RFC 7323, section 3.2")
    }
    seen.weighCopy(&claim, copied: 1, cleared: -4)
    if let own = seen.reset.following.first(where: { $0.side == .server && $0.isOfSocket }) {
      claim.add(
        "had-a-socket", -3, "a socket of the connection resets as well", frames: [own],
        source: "net/ipv4/tcp_output.c, tcp_send_active_reset")
    }
    if seen.isFromElsewhere == true {
      claim.add(
        "distance", -3, "its hop limit is not that of the SYN ACK", frames: [synAck, seen.segment],
        source: "FACTS: arrival hop limits")
    }
    seen.weighReach(&claim)
    seen.weighAfterlife(&claim)
    return claim
  }
}

extension LoggedSegment {
  /// Whether it is a reset that only a socket sends: with timestamps.
  fileprivate var isOfSocket: Bool { isReset && timestamps != nil }
}
