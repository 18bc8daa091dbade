import RSTCore
import RSTWire

/// The numbers that an exchange's sequence and acknowledgement fields are counted from.
///
/// Ours is known from the probe. The peer's is the acknowledgement number that the probe carries,
/// or else the sequence number of the first SYN that comes back; before that there is none, and the
/// field is shown as it stands, after an equals sign.
struct RelativeNumbers {
  /// Our first sequence number, nil where the exchange is no TCP.
  private let ours: SequenceNumber?
  /// The peer's first sequence number, nil where nobody named it.
  private let theirs: SequenceNumber?

  /// Finds the origins of an exchange.
  ///
  /// - Parameters:
  ///   - draft: The probe; nil for packets that belong to no attempt.
  ///   - packets: The packets of the exchange, in order.
  init(draft: PacketDraft?, packets: [RecordedPacket]) {
    let segment = draft?.segment
    ours = segment?.sequence
    if let segment, segment.flags.contains(.acknowledgement) {
      theirs = segment.acknowledgement
    } else {
      let answer = packets.first {
        $0.direction == .received && $0.packet.tcp?.flags.contains(.syn) == true
      }
      theirs = answer?.packet.tcp?.sequence
    }
  }

  /// The sequence field of a segment that went this way.
  func sequence(of header: TCPHeader, _ direction: Direction) -> String {
    Self.text(header.sequence, from: direction == .sent ? ours : theirs)
  }

  /// The acknowledgement field; "-" where it is neither significant nor set.
  func acknowledgement(of header: TCPHeader, _ direction: Direction) -> String {
    guard header.flags.contains(.acknowledgement) else {
      return header.acknowledgement.rawValue == 0 ? "-" : "=\(header.acknowledgement)"
    }
    return Self.text(header.acknowledgement, from: direction == .sent ? theirs : ours)
  }

  /// The sequence field that an ICMP error quotes of our own packet.
  func quoted(_ sequence: SequenceNumber) -> String { Self.text(sequence, from: ours) }

  /// A number counted from another, or as it stands, after an equals sign.
  static func text(_ number: SequenceNumber, from origin: SequenceNumber?) -> String {
    guard let origin else { return "=\(number)" }
    return "\(number.distance(from: origin))"
  }
}
