/// Of many handshakes at once some are taken, and the last ACK of the others is ignored: their SYN ACK
/// comes again although it was acknowledged three times.
///
/// net/ipv4/tcp_minisocks.c, tcp_check_req: without tcp_abort_on_overflow the ACK is forgotten and the
/// SYN ACK repeated. Where the port takes no connection at all, `AcceptQueueFull` says so.
struct OverflowSilence: Rule {
  let code = FindingCode.acceptQueueFull

  func claim(_ seen: Observations) -> Claim? {
    let all = seen.sessions?.overflows ?? []
    let ignored = all.filter { $0.outcome == .acknowledgementIgnored }
    let silent = all.filter { $0.outcome == .synIgnored }
    let taken = all.filter { $0.outcome == .taken }
    guard !taken.isEmpty, !ignored.isEmpty || !silent.isEmpty else { return nil }
    var claim = Claim(
      code, responder: .host,
      explanation: "Of \(all.count) handshakes at once \(taken.count) were taken; then the accept "
        + "queue was full, and the others wait until the service takes connections from it.",
      nextStep: "On the host compare Recv-Q with Send-Q of the listener (ss -ltn), and give it a "
        + "longer backlog or a faster accept loop.")
    claim.details = [
      Detail("at", .number(Double(taken.count))), Detail("asked", .number(Double(all.count))),
    ]
    claim.occurrences = .init(count: ignored.count + silent.count, total: all.count)
    // A single one may be chance, among so many.
    claim.add(
      "ack-ignored", ignored.count == 1 ? -1 : min(Double(ignored.count) * 2, 5),
      "\(ignored.count) times the SYN ACK came again although it was acknowledged three times",
      packets: ignored.prefix(3).flatMap(\.packets),
      source: "net/ipv4/tcp_minisocks.c, tcp_check_req")
    if ignored.isEmpty {
      // A filter that allows so many connections from one address does the same.
      claim.add(
        "syn-ignored", -2,
        "\(silent.count) SYNs were ignored, as a limit of connections does it too",
        packets: silent.prefix(3).flatMap(\.packets), source: "iptables-extensions(8), connlimit")
    } else {
      claim.add(
        "syn-ignored", silent.isEmpty ? 0 : 0.5, "\(silent.count) SYNs were ignored",
        packets: silent.prefix(3).flatMap(\.packets),
        source: "net/ipv4/tcp_input.c, tcp_conn_request")
    }
    return claim
  }
}
