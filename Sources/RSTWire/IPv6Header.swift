/// An IPv6 header, and what of its extension headers was walked over. RFC 8200, section 3.
public struct IPv6Header: Hashable, Sendable {
  /// The traffic class octet: DSCP and ECN.
  public var trafficClass: UInt8
  /// The flow label: 20 bits.
  public var flowLabel: UInt32
  /// The payload length field as it stands, in octets.
  public var payloadLength: UInt16
  /// The next header field of the fixed header.
  public var nextHeader: UInt8
  /// Hop limit.
  public var hopLimit: UInt8
  /// Source address.
  public var source: IPv6Address
  /// Destination address.
  public var destination: IPv6Address
  /// The octets of the extension headers, in order, unparsed.
  public var extensionOctets: [UInt8]
  /// The number of the protocol above, after the extension headers: 6 for TCP, 58 for ICMPv6.
  public var protocolNumber: UInt8

  /// Makes a header without extension headers.
  public init(
    trafficClass: UInt8 = 0, flowLabel: UInt32 = 0, payloadLength: UInt16 = 0,
    nextHeader: UInt8 = 6, hopLimit: UInt8 = 64, source: IPv6Address, destination: IPv6Address,
    extensionOctets: [UInt8] = [], protocolNumber: UInt8 = 6
  ) {
    self.trafficClass = trafficClass
    self.flowLabel = flowLabel
    self.payloadLength = payloadLength
    self.nextHeader = nextHeader
    self.hopLimit = hopLimit
    self.source = source
    self.destination = destination
    self.extensionOctets = extensionOctets
    self.protocolNumber = protocolNumber
  }
}
