import RSTWire

/// The server's application ends the connection by a reset: its socket was closed with data unread or
/// without lingering, or the process died.
///
/// RFC 1122, section 4.2.2.13; net/ipv4/tcp.c, __tcp_close.
struct SocketReset: CauseRule {
  let code = FindingCode.abortiveClose

  func claim(_ seen: ResetCase) -> Claim? {
    guard seen.side == .server, seen.isEstablished, seen.sender.fin == nil, seen.isOfSocket else {
      return nil
    }
    let isInPlaceOfFIN = seen.receiver.fin != nil
    var claim = Claim(
      code, responder: seen.maker, phase: isInPlaceOfFIN ? .close : .data,
      explanation: isInPlaceOfFIN
        ? "The server answers the client's FIN with a reset in place of its own FIN. What it had not "
          + "sent yet is lost; the client sees `connection reset by peer` if it still reads."
        : "The server's application aborts: it closed the socket with data unread or without "
          + "lingering, or its process died. The client sees `connection reset by peer`.",
      nextStep: "Look at the server's log at that time: a crash, a limit, a timeout, a close.")
    claim.add(
      "goes-on-where-it-stopped", 2,
      "the reset carries the number that comes next, and acknowledges",
      frames: [seen.sender.last, seen.segment],
      source: "net/ipv4/tcp_output.c, tcp_send_active_reset")
    if seen.segment.timestamps != nil {
      claim.add(
        "carries-timestamps", 2, "and the timestamps that were agreed on", frames: [seen.segment],
        source: "RFC 7323, section 3.2")
    }
    if let data = seen.receiver.lastData, seen.sender.octets == 0 || isUnread(data, seen) {
      claim.add(
        "unread-data", 0.5, "the client's last data may not have been read", frames: [data],
        source: "RFC 2525, section 2.17")
    }
    if seen.isFromElsewhere == true, let difference = seen.hopLimitDifference, difference > 1 {
      claim.add(
        "distance", -3, "its hop limit is \(difference) off what the server sent before",
        frames: [seen.sender.last, seen.segment], source: "INJECTORS, section 2.2: hop limits")
    }
    seen.weighAfterlife(&claim)
    return claim
  }

  private func isUnread(_ data: LoggedSegment, _ seen: ResetCase) -> Bool {
    seen.sender.lastData.map { data.moment > $0.moment } ?? true
  }
}
