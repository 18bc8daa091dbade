import RSTWire

/// What a packet means, in a few words for the ladder.
enum PacketNote {
  /// A probe that left with other addresses or numbers than its own.
  static let translated = "a probe, rewritten by this machine"

  /// A packet of ours that is not the probe itself.
  static func ofOurs(_ packet: Packet) -> String {
    guard let flags = packet.tcp?.flags else { return "" }
    if flags == .syn { return "the same SYN once more" }
    if flags.contains(.reset) { return "takes the connection back" }
    if flags.contains(.fin) { return "closes politely" }
    return "completes or acknowledges"
  }

  /// What came on a connection of our own.
  static func onConnection(_ packet: Packet) -> String {
    guard let flags = packet.tcp?.flags else { return "ICMP error" }
    if flags.contains(.reset) { return "resets" }
    if flags.contains(.syn) { return "accepts the connection" }
    if flags.contains(.fin) { return "closes" }
    return packet.payload.isEmpty ? "acknowledges" : "data"
  }

  /// An answer.
  static func of(_ reply: Reply?, conversation: Conversation?) -> String {
    guard let reply else { return "not an answer" }
    switch reply.kind {
    case .synAck: return "accepts the connection"
    case .reset: return conversation == nil ? "refuses" : "resets after the handshake"
    case .unacceptableReset:
      return conversation == nil ? "reset that fits no probe" : "resets after the handshake"
    case .segment: return conversation == nil ? "odd segment" : "goes on"
    case .oddSYN: return "SYN that fits no probe"
    case .unreachable(let refusal): return "ICMP refuses: \(refusal.rawValue)"
    case .timeExceeded: return "hop limit ends here"
    case .echoReply: return "the host is alive"
    case .otherError: return "ICMP error"
    }
  }
}
