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
  ///
  /// Where strays came, silence behind them is not believed: boxes that answer a SYN with numbers of
  /// their own do so to every SYN.
  var withoutStrays: Exchange {
    var exchange = self
    exchange.isBuried = meetsStrays
    exchange.replies.removeAll { $0.kind.isUnrelated || $0.isStray(of: attempt.draft) }
    exchange.afterHandshake.removeAll { $0.kind.isUnrelated || $0.isStray(of: attempt.draft) }
    return exchange
  }
}

extension Investigation {
  /// Whether so many probes were met by strays that somebody floods.
  var isFlooded: Bool { room.strays.count >= Strays.probes }
}
