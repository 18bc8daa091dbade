import RSTWire

/// Segments that come for our probes and answer nothing that was sent: garbage, or answers of another
/// time or to another port.
///
/// Each alone is odd and no more. Where many probes are met by them somebody floods, and then only what
/// takes its numbers from our own packets is believed: whoever answers has seen them (RFC 9293,
/// section 3.10.7; RFC 5961, section 1: blind attackers have not).
enum Strays {
  /// How many probes have to be met by them before the run is one beneath a flood.
  static let probes = 6
  /// How many of one attempt are kept, and how many resets with wrong numbers: a real answer shall
  /// find room.
  static let most = (segments: 4, resets: 8)
}

extension Transcript {
  /// How many copies of one packet are kept that come together, the first among them.
  private static let mostCopies = 4

  /// Whether a packet is one of many copies that come together: whoever says everything a hundred times
  /// shall not bury what he says next.
  func isCopy(_ packet: Packet, of number: Int, at moment: Moment) -> Bool {
    let last = attempts[number].answers.suffix(Self.mostCopies)
    return last.count == Self.mostCopies
      && last.allSatisfy {
        packets[$0].packet.octets == packet.octets
          && moment - packets[$0].moment < ClientConnection.copyInterval
      }
  }
}

extension Reply.Kind {
  /// Whether it is a reset or a SYN that takes no number from our packet.
  var isUnrelated: Bool { self == .unacceptableReset || self == .oddSYN }
}

extension Reply {
  /// Whether it answers nothing that was sent: a SYN with wrong numbers, or a segment that acknowledges
  /// nothing of ours and begins with no number that we gave.
  ///
  /// Resets with wrong numbers are no strays by themselves: injectors send them.
  func isStray(of draft: PacketDraft) -> Bool {
    guard let segment = draft.segment, let header = record.packet.tcp else { return false }
    switch kind {
    case .oddSYN: return true
    case .segment:
      if segment.flags.contains(.acknowledgement), header.sequence == segment.acknowledgement {
        return false
      }
      // A handshake and its FIN go on behind the segment.
      let covered = header.acknowledgement.distance(from: segment.sequence)
      return !header.flags.contains(.acknowledgement)
        || !(0...(segment.length + 2)).contains(covered)
    case .synAck, .reset, .unacceptableReset, .unreachable, .timeExceeded, .echoReply, .otherError:
      return false
    }
  }
}

extension Exchange {
  /// Whether strays came for it.
  var meetsStrays: Bool {
    (replies + afterHandshake).contains { $0.isStray(of: attempt.draft) }
  }

  /// The same without what takes no number from our packets.
  var withoutStrays: Exchange {
    var exchange = self
    exchange.replies.removeAll { $0.kind.isUnrelated || $0.isStray(of: attempt.draft) }
    exchange.afterHandshake.removeAll { $0.kind.isUnrelated || $0.isStray(of: attempt.draft) }
    return exchange
  }
}

extension Investigation {
  /// Whether there is room for one more packet that came for an attempt.
  ///
  /// Strays and resets with wrong numbers have little, so that no flood of them buries the answer.
  mutating func hasRoom(for packet: Packet, of number: Int, at moment: Moment) -> Bool {
    guard !transcript.isCopy(packet, of: number, at: moment) else { return false }
    let attempt = transcript.attempts[number]
    let record = RecordedPacket(
      index: 0, moment: moment, direction: .received, packet: packet, attempt: number)
    if let reply = Reply(record, to: attempt, asked: attempt.started) {
      if reply.isStray(of: attempt.draft) {
        strays[number, default: 0] += 1
        return strays[number, default: 0] <= Strays.most.segments
      }
      if reply.kind == .unacceptableReset {
        wrongResets[number, default: 0] += 1
        return wrongResets[number, default: 0] <= Strays.most.resets
      }
    }
    return attempt.answers.count < Attempt.mostAnswers
      || conversations[number]?.isAwaiting(packet) ?? false
  }

  /// Whether so many probes were met by strays that somebody floods.
  var isFlooded: Bool { strays.count >= Strays.probes }
}
