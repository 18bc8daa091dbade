/// A packet to send: every field that a probe may vary, and nothing that follows from them.
public struct PacketDraft: Hashable, Sendable {
  /// Source address; the family of both addresses is the same.
  public var source: IPAddress
  /// Destination address.
  public var destination: IPAddress
  /// Time to live or hop limit.
  public var hopLimit: UInt8
  /// Type of service or traffic class: DSCP and ECN.
  public var trafficClass: UInt8
  /// The IPv4 identification: not 0, or the kernel chooses one.
  ///
  /// Unused for IPv6.
  public var identification: UInt16
  /// The IPv4 don't-fragment flag.
  ///
  /// Unused for IPv6.
  public var dontFragment: Bool
  /// The IPv6 flow label, 20 bits.
  ///
  /// Unused for IPv4.
  public var flowLabel: UInt32
  /// The octets of the IPv4 option area, a multiple of 4.
  ///
  /// Unused for IPv6.
  public var ipv4Options: [UInt8]
  /// What it carries.
  public var content: Content

  /// What a draft carries.
  public enum Content: Hashable, Sendable {
    /// A TCP segment.
    case segment(SegmentDraft)
    /// An ICMP or ICMPv6 echo request, by the family of the addresses.
    case echoRequest(identifier: UInt16, sequence: UInt16, data: [UInt8])
  }

  /// Makes a draft.
  public init(
    source: IPAddress, destination: IPAddress, hopLimit: UInt8 = 64, trafficClass: UInt8 = 0,
    identification: UInt16 = 1, dontFragment: Bool = true, flowLabel: UInt32 = 0,
    ipv4Options: [UInt8] = [], content: Content
  ) {
    self.source = source
    self.destination = destination
    self.hopLimit = hopLimit
    self.trafficClass = trafficClass
    self.identification = identification
    self.dontFragment = dontFragment
    self.flowLabel = flowLabel
    self.ipv4Options = ipv4Options
    self.content = content
  }

  /// The segment, where the draft is one.
  public var segment: SegmentDraft? {
    if case .segment(let segment) = content { segment } else { nil }
  }
}

/// A TCP segment to send.
public struct SegmentDraft: Hashable, Sendable {
  /// Source port, host order.
  public var sourcePort: UInt16
  /// Destination port, host order.
  public var destinationPort: UInt16
  /// Sequence number.
  public var sequence: SequenceNumber
  /// The acknowledgement field, sent also when the ACK flag is clear.
  public var acknowledgement: SequenceNumber
  /// The control bits.
  public var flags: TCPFlags
  /// The four reserved bits: 0...15.
  public var reserved: UInt8
  /// The window field, unscaled.
  public var window: UInt16
  /// The urgent pointer field.
  public var urgentPointer: UInt16
  /// The options in their order; the area is padded with end-of-list octets to a multiple of 4.
  public var options: [TCPOption]
  /// The payload.
  public var payload: [UInt8]
  /// What to do about the checksum.
  public var checksum: Checksum

  /// Whether the checksum is right.
  public enum Checksum: Hashable, Sendable {
    /// The right one.
    case computed
    /// A wrong one: never 0 and never the right one.
    case corrupted
  }

  /// Makes a segment.
  public init(
    sourcePort: UInt16, destinationPort: UInt16, sequence: SequenceNumber,
    acknowledgement: SequenceNumber = SequenceNumber(0), flags: TCPFlags, reserved: UInt8 = 0,
    window: UInt16 = 64240, urgentPointer: UInt16 = 0, options: [TCPOption] = [],
    payload: [UInt8] = [], checksum: Checksum = .computed
  ) {
    self.sourcePort = sourcePort
    self.destinationPort = destinationPort
    self.sequence = sequence
    self.acknowledgement = acknowledgement
    self.flags = flags
    self.reserved = reserved
    self.window = window
    self.urgentPointer = urgentPointer
    self.options = options
    self.payload = payload
    self.checksum = checksum
  }
}
