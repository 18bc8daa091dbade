extension FindingCode {
  /// A handshake completes.
  public static let openPort = Self(rawValue: "open-port")
}

/// A SYN ACK that acknowledges our SYN, and a handshake that stands. RFC 9293, section 3.5.
struct OpenPort: Rule {
  let code = FindingCode.openPort

  func claim(_ seen: Observations) -> Claim? {
    let accepted = seen.allSYNs.compactMap(\.synAck)
    guard let first = accepted.first else { return nil }
    var claim = Claim(
      code, port: .open, responder: .host,
      explanation: "The target answers SYN with SYN ACK and completes the handshake.",
      nextStep: "If the application still fails, look above TCP: the port takes connections.")
    claim.add(
      "syn-ack", 6, "SYN ACK acknowledges our SYN, hop limit \(first.hopLimit)", [first],
      source: "RFC 9293, section 3.10.7.3")
    let answered = seen.allSYNs.filter { !$0.replies.isEmpty || $0.isSilent }
    claim.occurrences = .init(
      count: answered.count { $0.synAck != nil }, total: answered.count)
    let handshakes = seen.target("syn").filter { $0.synAck != nil }
    let resetAfter = handshakes.compactMap { $0.afterHandshake.first(where: \.isReset) }
    if AcceptQueueOverflow.isOverflow(seen), InjectedReset.exchanges(seen).isEmpty {
      claim.add(
        "handshake-reset", -4, "the last acknowledgement of the handshake drew a reset",
        resetAfter, source: "RFC 9293, section 3.10.7.4")
    } else if !handshakes.isEmpty, resetAfter.isEmpty {
      claim.add(
        "handshake-stands", 1, "our acknowledgement of it drew no reset",
        packets: handshakes.flatMap(\.sent), source: "RFC 9293, section 3.5")
    }
    return claim
  }
}

extension Reply {
  /// Whether it is a reset of any kind.
  var isReset: Bool { kind == .reset || kind == .unacceptableReset }
}
