public import RSTWire

/// One packet that came back for an attempt, and what kind of answer it is.
public struct Reply: Hashable, Sendable {
  /// What kind of answer it is.
  public var kind: Kind
  /// The packet.
  public var record: RecordedPacket
  /// When the attempt's packet left.
  public var asked: Moment

  /// The kinds of answers that rules tell apart.
  public enum Kind: Hashable, Sendable {
    /// A SYN ACK that acknowledges our SYN.
    case synAck
    /// A reset that RFC 9293 allows as an answer: section 3.5.2 and 3.10.7.3.
    case reset
    /// A reset that no receiver of our packet would make.
    case unacceptableReset
    /// A segment without SYN and RST: an acknowledgement, data, a FIN.
    case segment
    /// A SYN, or a SYN ACK that acknowledges something else.
    case oddSYN
    /// ICMP destination unreachable.
    case unreachable(ICMPRefusal)
    /// ICMP time exceeded in transit.
    case timeExceeded
    /// An ICMP echo reply.
    case echoReply
    /// Any other ICMP error.
    case otherError
  }

  /// The packet's index in the transcript.
  public var index: Int { record.index }
  /// Who sent it, as far as the source address says.
  public var source: IPAddress { record.packet.network.source }
  /// The hop limit on arrival.
  public var hopLimit: UInt8 { record.packet.network.hopLimit }
  /// DSCP, as the six bits stand in the octet.
  public var codePoint: UInt8 { record.packet.network.trafficClass & 0xfc }
  /// The distance that the hop limit suggests: 1 when no router lowered it.
  public var distance: Int { Distance.suggested(by: hopLimit) }
  /// From the attempt's packet to this one.
  public var delay: Duration { record.moment - asked }

  /// Whether a TCP stack or filter in the target's name sent it.
  public var isSegment: Bool { record.packet.tcp != nil }

  /// Whether it is an ICMP refusal.
  public var isRefusal: Bool { if case .unreachable = kind { true } else { false } }

  /// Reads a packet as an answer to an attempt; nil when it answers nothing of it.
  public init?(_ record: RecordedPacket, to attempt: Attempt, asked: Moment) {
    guard let kind = Kind(record.packet, to: attempt.draft) else { return nil }
    self.kind = kind
    self.record = record
    self.asked = asked
  }
}

extension Reply.Kind {
  init?(_ packet: Packet, to draft: PacketDraft) {
    switch packet.transport {
    case .tcp(let header, _):
      guard let segment = draft.segment else { return nil }
      self = Self.kind(of: header, to: segment)
    case .icmp(let message):
      switch message.body {
      case .echo: self = .echoReply
      case .error:
        if let refusal = ICMPRefusal(message, family: draft.destination.family) {
          self = .unreachable(refusal)
        } else if ICMPRefusal.isTimeExceeded(message, family: draft.destination.family) {
          self = .timeExceeded
        } else {
          self = .otherError
        }
      case .other: return nil
      }
    case .other: return nil
    }
  }

  private static func kind(of header: TCPHeader, to segment: SegmentDraft) -> Self {
    if header.flags.contains(.reset) {
      return isAcceptable(header, to: segment) ? .reset : .unacceptableReset
    }
    if header.flags.contains(.syn) {
      return header.flags.contains(.acknowledgement) && acknowledges(header, segment)
        ? .synAck : .oddSYN
    }
    return .segment
  }

  /// Whether the acknowledgement covers something of the segment, and nothing beyond it.
  private static func acknowledges(_ header: TCPHeader, _ segment: SegmentDraft) -> Bool {
    let covered = header.acknowledgement.distance(from: segment.sequence)
    return (1...max(segment.length, 1)).contains(covered)
  }

  /// RFC 9293, section 3.5.2: a reset takes its sequence number from our acknowledgement, or
  /// acknowledges our segment when we acknowledged nothing.
  ///
  /// Some filters always set ACK.
  private static func isAcceptable(_ header: TCPHeader, to segment: SegmentDraft) -> Bool {
    if segment.flags.contains(.acknowledgement) {
      return header.sequence == segment.acknowledgement
    }
    // A bare reset with sequence number 0 is what some small stacks send to a segment without ACK.
    guard header.flags.contains(.acknowledgement) else { return header.sequence.rawValue == 0 }
    // Stacks disagree on whether SYN and FIN count, never on more than that.
    let covered = header.acknowledgement.distance(from: segment.sequence)
    return (segment.flags.contains(.syn) ? 1 : 0) <= covered && covered <= segment.length
      || covered == 0 && !isOrdinary(segment)
  }

  private static func isOrdinary(_ segment: SegmentDraft) -> Bool { segment.flags == .syn }
}

extension SegmentDraft {
  /// The length in sequence space: payload, and one each for SYN and FIN.
  ///
  /// RFC 9293, section 3.4.
  var length: Int {
    payload.count + (flags.contains(.syn) ? 1 : 0) + (flags.contains(.fin) ? 1 : 0)
  }
}
