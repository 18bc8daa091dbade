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

extension QuotedPacket {
  /// Reads the start of a datagram of either family, of which any part may be missing; nil when the
  /// network header is not there.
  init?(parsing octets: Span<UInt8>) {
    guard let reading = NetworkReading(parsing: octets) else { return nil }
    self.init(network: reading.header, octets: Array(copying: octets))
    guard reading.reachesTransport, octets.count >= reading.headerLength + 8 else { return }
    let transport = octets.extracting(reading.headerLength...)
    switch (reading.header, reading.protocolNumber) {
    case (_, 6):
      segmentStart = SegmentStart(
        sourcePort: transport.uint16(at: 0), destinationPort: transport.uint16(at: 2),
        sequence: SequenceNumber(transport.uint32(at: 4)))
      var anomalies: [Anomaly] = []
      tcp = TCPHeader(parsing: transport, anomalies: &anomalies)
    case (.ipv4, 1) where transport[0] == 8, (.ipv6, 58) where transport[0] == 128:
      echo = EchoNumbers(
        identifier: transport.uint16(at: 4), sequence: transport.uint16(at: 6))
    default: break
    }
  }

  /// The length of the whole quoted packet as its header claims, in octets; nil where that is less
  /// than the header itself.
  var originalLength: Int? {
    switch network {
    case .ipv4(let header):
      let length = Int(header.totalLength)
      return length < 20 + header.options.count ? nil : length
    case .ipv6(let header):
      return header.payloadLength == 0 ? nil : 40 + Int(header.payloadLength)
    }
  }
}
