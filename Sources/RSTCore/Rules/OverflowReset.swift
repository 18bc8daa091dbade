import RSTWire

/// Of many handshakes at once some are taken, and the last ACK of the others draws a bare reset:
/// `tcp_abort_on_overflow`.
///
/// net/ipv4/tcp_minisocks.c, tcp_check_req, listen_overflow. Where a single handshake draws it
/// already, `AcceptQueueOverflow` says so.
struct OverflowReset: Rule {
  let code = FindingCode.acceptQueueOverflowReset

  func claim(_ seen: Observations) -> Claim? {
    let all = seen.sessions?.overflows ?? []
    let reset = all.filter { $0.outcome == .acknowledgementReset }
    let taken = all.filter { $0.outcome == .taken }
    let replies = reset.compactMap(\.answer).map { seen.packets[$0] }
    guard !replies.isEmpty else { return nil }
    var claim = Claim(
      code, responder: .host,
      explanation: "Of \(all.count) handshakes at once \(taken.count) were taken; then the accept "
        + "queue was full, and the last ACK of the others was reset (tcp_abort_on_overflow).",
      nextStep: "Give the listener a longer backlog or a faster accept loop, or clear "
        + "tcp_abort_on_overflow, so that clients try again.")
    claim.details = [
      Detail("at", .number(Double(taken.count))), Detail("asked", .number(Double(all.count))),
    ]
    claim.occurrences = .init(count: reset.count, total: all.count)
    claim.add(
      "ack-reset", 2, "\(reset.count) times a bare reset for the last ACK, window 0",
      packets: reset.prefix(3).flatMap(\.packets), source: "net/ipv4/tcp_minisocks.c, tcp_check_req"
    )
    // One alone may be somebody else's; a queue that is full is full for all that come behind.
    claim.add(
      reset.count > 1 ? "several-resets" : "single-reset", reset.count > 1 ? 1 : -2,
      "\(reset.count) of \(all.count) handshakes ended like this",
      packets: replies.prefix(3).map(\.index), source: "net/core/request_sock.c")
    weighMaker(replies, seen, &claim)
    return claim
  }

  /// The kernel copies DSCP from the ACK that it resets; a balancer or filter may not.
  private func weighMaker(_ replies: [RecordedPacket], _ seen: Observations, _ claim: inout Claim) {
    let marked = replies.filter { asked($0, seen) != 0 }
    let copied = marked.filter { $0.packet.network.trafficClass & 0xfc == asked($0, seen) }
    guard !marked.isEmpty else { return }
    if copied.count == marked.count {
      claim.add(
        "dscp-copied", 2.5, "the resets carry the DSCP of our acknowledgements",
        packets: copied.prefix(3).map(\.index), source: ResetEvidence.sendReset)
    } else if ResetTraits(seen).others.contains(where: { !$0.copied.isEmpty }) {
      claim.add(
        "dscp-not-copied", -4, "other resets of the host carry their probe's DSCP, these do not",
        packets: marked.prefix(3).map(\.index), source: ResetEvidence.reject)
    }
  }

  private func asked(_ record: RecordedPacket, _ seen: Observations) -> UInt8 {
    let sent = seen.packets.first { $0.attempt == record.attempt && $0.direction == .sent }
    return (sent?.packet.network.trafficClass ?? 0) & 0xfc
  }
}
