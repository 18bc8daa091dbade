import RSTWire

/// What is sent on the 4-tuple of a connection that both sides have closed.
public enum TimeWaitQuestion: String, CaseIterable, Hashable, Sendable {
  /// An octet that was acknowledged before, and a reset in answer to what it draws: RFC 1337.
  case oldSegment = "time-wait-old-segment"
  /// A SYN with a lower number and an older timestamp.
  case lowerOlder = "time-wait-syn-lower-older"
  /// A SYN with a lower number and a newer timestamp.
  case lowerNewer = "time-wait-syn-lower-newer"
  /// A SYN with a higher number and a newer timestamp, as a client sends it that reuses its port.
  case higherNewer = "time-wait-syn-higher-newer"

  /// What is sent, in a few words.
  public var summary: String {
    switch self {
    case .oldSegment: "an old segment"
    case .lowerOlder: "a SYN with a lower number and an older timestamp"
    case .lowerNewer: "a SYN with a lower number and a newer timestamp"
    case .higherNewer: "a SYN with a higher number and a newer timestamp"
    }
  }
}

extension TimeWaitQuestion {
  func segment(on connection: ClientConnection) -> PacketDraft {
    switch self {
    case .oldSegment: connection.oldOctet
    case .lowerOlder: connection.laterSYN(numberStep: -70_000, timestampStep: -100_000)
    case .lowerNewer: connection.laterSYN(numberStep: -70_000, timestampStep: 100_000)
    case .higherNewer: connection.laterSYN(numberStep: 1_000, timestampStep: 100_000)
    }
  }

  /// What an answer says about the segment; nil where it answers something else.
  func reaction(
    _ answer: Answer, on connection: ClientConnection
  ) -> TimeWaitObservation.Reaction? {
    guard let asked = segment(on: connection).segment else { return nil }
    let covered = answer.header.acknowledgement.distance(from: asked.sequence)
    if answer.isSYNACK { return asked.flags == .syn && covered == 1 ? .accepts : nil }
    guard answer.isReset else { return answer.isPureAcknowledgement ? .acknowledges : nil }
    guard asked.flags == .syn else { return .resets }
    // RFC 9293, section 3.5.2, group 1; some stacks send a bare reset with number 0.
    let isAnswer =
      answer.header.flags.contains(.acknowledgement)
      ? (0...1).contains(covered) : answer.header.sequence.rawValue == 0
    return isAnswer ? .resets : nil
  }
}

extension ClientConnection {
  /// An octet that was acknowledged before.
  var oldOctet: PacketDraft {
    segment(.acknowledgement, sequence: nextSequence - 1, payload: [0])
  }

  /// A new SYN on the same ports: its number so far from SND.NXT, its timestamp from that of our
  /// first SYN (milliseconds).
  func laterSYN(numberStep: Int, timestampStep: Int) -> PacketDraft {
    var packet = secondSYN(sequence: nextSequence + numberStep)
    guard var segment = packet.segment else { return packet }
    segment.options = segment.options.map { option in
      guard case .timestamps(let value, let echo) = option else { return option }
      return .timestamps(value: value &+ UInt32(truncatingIfNeeded: timestampStep), echo: echo)
    }
    packet.content = .segment(segment)
    return packet
  }
}
