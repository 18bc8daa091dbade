import RSTWire

extension FindingCode {
  /// The application aborts: a reset in place of a FIN.
  public static let abortiveClose = Self(rawValue: "abortive-close")
}

/// The connection ends by a reset where a FIN was due, and the reset continues the connection's own
/// numbers: the application dropped the socket, with data unread or by SO_LINGER 0.
///
/// RFC 1122, section 4.2.2.13; RFC 2525, section 2.17; net/ipv4/tcp.c, __tcp_close. Measured on
/// Linux: such a reset carries ACK, timestamps where they were negotiated, and the connection's own
/// IP identification; one for a forgotten connection carries none of it.
struct AbortiveClose: Rule {
  let code = FindingCode.abortiveClose

  func claim(_ seen: Observations) -> Claim? {
    guard let sessions = Sessions(seen) else { return nil }
    let closing = sessions.results.closes.flatMap(\.resetsBefore)
    // A kernel that misses the answers to its keep-alives resets in the same words.
    let asks = sessions.results.holds.contains { $0.events.contains { $0.kind == .keepAlive } }
    let idle = asks ? [] : sessions.results.holds.flatMap(\.events)
    let unasked = idle.filter { $0.kind == .reset }.map(\.packet)
    let provoked = (Interference(seen)?.readings ?? []).filter(\.isHostAbort)
      .flatMap(\.provoked).flatMap(\.resets).map(\.index)
    let resets = (closing + unasked + provoked).filter {
      isAbort(sessions.packet($0)) && !sessions.isForeign($0)
    }
    guard let first = resets.first, let header = sessions.packet(first).packet.tcp else {
      return nil
    }
    var claim = Claim(
      code, responder: .host, phase: closing.isEmpty ? .data : .close,
      explanation:
        "The application ends connections by a reset, as a socket does that is closed with "
        + "unread data or without lingering. Data on its way is lost.",
      nextStep: "Look at how the service closes sockets: SO_LINGER 0, or close() with unread data.")
    claim.add(
      "continues-the-connection", 3, "the reset carries ACK and the connection's own numbers",
      packets: Array(resets.prefix(3)), source: "net/ipv4/tcp_output.c, tcp_send_active_reset")
    if header.timestamps != nil {
      claim.add(
        "carries-timestamps", 3,
        "and the timestamps that were negotiated, which only the socket knows",
        packets: [first], source: "RFC 7323, section 3.2")
    }
    if resets.count > 1 {
      claim.add(
        "more-than-once", 1, "\(resets.count) connections ended like this",
        packets: Array(resets.prefix(3)), source: "RFC 2525, section 2.17")
    }
    return claim
  }

  /// Whether a reset can be a socket's own: ACK set, and a number other than that of an answer to a
  /// segment without connection.
  private func isAbort(_ record: RecordedPacket) -> Bool {
    guard let header = record.packet.tcp else { return false }
    return header.flags.contains(.acknowledgement)
      && (header.timestamps != nil || header.window != 0)
  }
}
