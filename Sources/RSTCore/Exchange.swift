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

  /// The probe as it was built, where this machine changed it; the attempt has it as it left then.
  var built: PacketDraft?

  /// Whether the probe was seen leaving this machine, changed or not.
  public var isSeen: Bool {
    if case .seen = attempt.departure { true } else { false }
  }

  /// Whether the probe was seen leaving this machine, and asks what it was built to ask.
  public var hasLeft: Bool { isSeen && !asksSomethingElse }

  /// Whether this machine made another question of the probe, such as one that cannot reach the target.
  private var asksSomethingElse = false

  /// Whether this machine refused the probe, or made something else of it.
  var isChangedOrRefused: Bool {
    switch attempt.departure {
    case .refused, .translated: true
    case .seen: asksSomethingElse
    case .notSeen: false
    }
  }

  /// Whether what came for it was left out: then nothing is known of its answer.
  var isBuried = false

  /// Whether it left and nothing came back for it.
  public var isSilent: Bool { hasLeft && attempt.isSettled && replies.isEmpty && !isBuried }

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
    if case .seen(let first) = attempt.departure {
      let left = attempt.draft.departed(as: packets[first].packet)
      if left != attempt.draft {
        built = attempt.draft
        self.attempt.draft = left
      }
    }
    let attempt = self.attempt
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
    if let built { judge(built) }
  }

  /// What came back for a question that was not asked answers nothing.
  private mutating func judge(_ built: PacketDraft) {
    let isRung = ProbeCatalog.isRung(attempt.probe)
    let endsEarly = attempt.draft.hopLimit < built.hopLimit && directReply == nil
    asksSomethingElse = endsEarly || !built.asksTheSame(as: attempt.draft, isRung: isRung)
    guard asksSomethingElse else { return }
    replies = []
    afterHandshake = []
  }
}
