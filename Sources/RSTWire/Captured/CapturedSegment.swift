/// A TCP segment of a capture file, in a fixed size: no array, so that a file with millions of them is
/// read without an allocation for each.
///
/// Of a tunnel it is the innermost readable segment. RFC 9293, section 3.1.
public struct CapturedSegment: Hashable, Sendable {
  /// Source address.
  public var source: IPAddress
  /// Destination address.
  public var destination: IPAddress
  /// Source port, host order.
  public var sourcePort: UInt16
  /// Destination port, host order.
  public var destinationPort: UInt16
  /// Sequence number of the first octet (of the SYN when set).
  public var sequence: SequenceNumber
  /// The acknowledgement field, also when the ACK flag is clear.
  public var acknowledgement: SequenceNumber
  /// The control bits.
  public var flags: TCPFlags
  /// The four bits between data offset and CWR: 0...15.
  public var reserved: UInt8
  /// The window field, unscaled.
  public var window: UInt16
  /// Octets of payload on the link, however much of it was captured.
  public var payloadLength: Int
  /// A digest of at most the first 64 captured octets of the payload; 0 where there are none.
  public var payloadDigest: UInt64
  /// Time to live or hop limit.
  public var hopLimit: UInt8
  /// Type of service or traffic class: DSCP and ECN.
  public var trafficClass: UInt8
  /// The IPv4 identification; nil for IPv6.
  public var identification: UInt16?
  /// The IPv4 don't-fragment flag; nil for IPv6.
  public var dontFragment: Bool?
  /// The TCP options that judging needs.
  public var options: Options
  /// Whether the capture holds the whole segment and its TCP checksum is wrong; looked at for SYN,
  /// FIN and RST only, false for all else.
  public var hasBadChecksum: Bool

  /// The options of a segment, in a fixed size.
  public struct Options: Hashable, Sendable {
    /// Octets of the option area: 0...40.
    public var length: UInt8 = 0
    /// The maximum segment size, in octets.
    public var maximumSegmentSize: UInt16?
    /// The window scale's shift count, as sent.
    public var windowScale: UInt8?
    /// Whether SACK is permitted.
    public var permitsSelectiveAcknowledgement = false
    /// The timestamps, in ticks of the sender's clock.
    public var timestamps: Timestamps?

    /// Makes options of which there are none.
    public init() {}
  }

  /// RFC 7323, section 3.2.
  public struct Timestamps: Hashable, Sendable {
    /// The sender's clock.
    public var value: UInt32
    /// What it echoes of the peer's.
    public var echo: UInt32

    /// Makes timestamps.
    public init(value: UInt32, echo: UInt32) {
      self.value = value
      self.echo = echo
    }
  }

  /// Makes a segment.
  public init(
    source: IPAddress, destination: IPAddress, sourcePort: UInt16, destinationPort: UInt16,
    sequence: SequenceNumber, acknowledgement: SequenceNumber = SequenceNumber(0),
    flags: TCPFlags, reserved: UInt8 = 0, window: UInt16 = 0, payloadLength: Int = 0,
    payloadDigest: UInt64 = 0, hopLimit: UInt8 = 64, trafficClass: UInt8 = 0,
    identification: UInt16? = nil, dontFragment: Bool? = nil, options: Options = Options(),
    hasBadChecksum: Bool = false
  ) {
    self.source = source
    self.destination = destination
    self.sourcePort = sourcePort
    self.destinationPort = destinationPort
    self.sequence = sequence
    self.acknowledgement = acknowledgement
    self.flags = flags
    self.reserved = reserved
    self.window = window
    self.payloadLength = payloadLength
    self.payloadDigest = payloadDigest
    self.hopLimit = hopLimit
    self.trafficClass = trafficClass
    self.identification = identification
    self.dontFragment = dontFragment
    self.options = options
    self.hasBadChecksum = hasBadChecksum
  }

  /// How many sequence numbers it takes: its payload, and one for SYN and FIN each.
  public var sequenceLength: Int {
    payloadLength + (flags.contains(.syn) ? 1 : 0) + (flags.contains(.fin) ? 1 : 0)
  }

  /// The number behind the last that it takes.
  public var end: SequenceNumber { sequence + sequenceLength }
}
