/// An ICMP or ICMPv6 message. RFC 792, RFC 4443, RFC 4884.
public struct ICMPMessage: Hashable, Sendable {
  /// The type field.
  public var type: UInt8
  /// The code field.
  public var code: UInt8
  /// The checksum as it stands.
  public var checksum: UInt16
  /// What the message carries.
  public var body: Body

  /// What follows the first four octets.
  public enum Body: Hashable, Sendable {
    /// An echo request or reply.
    case echo(identifier: UInt16, sequence: UInt16, data: [UInt8])
    /// An error, with what it quotes of the packet that caused it.
    case error(QuotedPacket)
    /// Anything else, unparsed.
    case other([UInt8])
  }

  /// Makes a message.
  public init(type: UInt8, code: UInt8, checksum: UInt16 = 0, body: Body) {
    self.type = type
    self.code = code
    self.checksum = checksum
    self.body = body
  }
}

/// The start of a packet as an ICMP error quotes it: as the packet looked at the hop that answered.
///
/// A quote may end after 8 octets of the transport header (RFC 792), so ports and sequence number
/// are known where the rest is not.
public struct QuotedPacket: Hashable, Sendable {
  /// The quoted network header; its hop limit and checksum changed on the way.
  public var network: NetworkHeader
  /// The complete TCP header where the quote is long enough, else nil.
  public var tcp: TCPHeader?
  /// Ports and sequence number, known from 8 octets on; nil when the quoted packet is not TCP.
  public var segmentStart: SegmentStart?
  /// Identifier and sequence of a quoted echo request; nil when it is none.
  public var echo: EchoNumbers?
  /// Every octet quoted, from the network header on.
  public var octets: [UInt8]

  /// The first 8 octets of a TCP header.
  public struct SegmentStart: Hashable, Sendable {
    /// Source port, host order.
    public var sourcePort: UInt16
    /// Destination port, host order.
    public var destinationPort: UInt16
    /// The sequence number.
    public var sequence: SequenceNumber

    /// Makes the start of a segment.
    public init(sourcePort: UInt16, destinationPort: UInt16, sequence: SequenceNumber) {
      self.sourcePort = sourcePort
      self.destinationPort = destinationPort
      self.sequence = sequence
    }
  }

  /// Identifier and sequence number of an echo request.
  public struct EchoNumbers: Hashable, Sendable {
    /// The identifier.
    public var identifier: UInt16
    /// The sequence number.
    public var sequence: UInt16

    /// Makes the pair.
    public init(identifier: UInt16, sequence: UInt16) {
      self.identifier = identifier
      self.sequence = sequence
    }
  }

  /// Makes a quote.
  public init(
    network: NetworkHeader, tcp: TCPHeader? = nil, segmentStart: SegmentStart? = nil,
    echo: EchoNumbers? = nil, octets: [UInt8] = []
  ) {
    self.network = network
    self.tcp = tcp
    self.segmentStart = segmentStart
    self.echo = echo
    self.octets = octets
  }
}
