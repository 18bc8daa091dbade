import RSTWire

/// One attempt with its answers, read.
public struct Exchange: Hashable, Sendable {
  /// What was sent.
  public var attempt: Attempt
  /// What came back before any handshake was completed, in order of arrival.
  public var replies: [Reply]
  /// What came back after our acknowledgement of a SYN ACK had left.
  public var afterHandshake: [Reply]
  /// Indexes of our own packets.
  public var sent: [Int]

  /// Whether the probe was seen leaving this machine.
  public var hasLeft: Bool {
    if case .seen = attempt.departure { true } else { false }
  }

  /// Whether it left and nothing came back for it.
  public var isSilent: Bool { hasLeft && attempt.isSettled && replies.isEmpty }

  /// The first answer of the target's address that is a segment or an echo reply.
  public var directReply: Reply? {
    replies.first { $0.isSegment || $0.kind == .echoReply }
  }

  /// The first acceptable reset.
  public var reset: Reply? { replies.first { $0.kind == .reset } }
  /// The first SYN ACK.
  public var synAck: Reply? { replies.first { $0.kind == .synAck } }

  /// The first ICMP refusal and what it says.
  public var refusal: (reply: Reply, says: ICMPRefusal)? {
    for reply in replies {
      if case .unreachable(let refusal) = reply.kind { return (reply, refusal) }
    }
    return nil
  }

  init(_ attempt: Attempt, in packets: [RecordedPacket], sent: [Int]) {
    self.attempt = attempt
    self.sent = sent
    replies = []
    afterHandshake = []
    // Once our acknowledgement has left, an answer may be one to that.
    let completion = sent.lazy.map { packets[$0] }.first {
      guard let header = $0.packet.tcp, let segment = attempt.draft.segment else { return false }
      return segment.flags.contains(.syn) && !segment.flags.contains(.acknowledgement)
        && header.flags.contains(.acknowledgement)
    }
    for index in attempt.answers {
      let record = packets[index]
      guard let reply = Reply(record, to: attempt, asked: attempt.started) else { continue }
      if let completion, record.moment > completion.moment, reply.kind != .synAck {
        afterHandshake.append(reply)
      } else {
        replies.append(reply)
      }
    }
  }
}
