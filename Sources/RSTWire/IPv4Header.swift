/// An IPv4 header with every bit kept. RFC 791, section 3.1.
public struct IPv4Header: Hashable, Sendable {
  /// The type of service octet: DSCP and ECN.
  public var trafficClass: UInt8
  /// The total length field as it stands, in octets.
  public var totalLength: UInt16
  /// The identification field.
  public var identification: UInt16
  /// The evil bit of the flags (must be zero).
  public var reservedFlag: Bool
  /// Don't fragment.
  public var dontFragment: Bool
  /// More fragments.
  public var moreFragments: Bool
  /// The fragment offset, in units of 8 octets: 0...8191.
  public var fragmentOffset: UInt16
  /// Time to live.
  public var hopLimit: UInt8
  /// The number of the protocol above: 6 for TCP, 1 for ICMP.
  public var protocolNumber: UInt8
  /// The header checksum as it stands.
  public var checksum: UInt16
  /// Source address.
  public var source: IPv4Address
  /// Destination address.
  public var destination: IPv4Address
  /// The octets of the option area, unparsed: a multiple of 4, at most 40.
  public var options: [UInt8]

  /// Makes a header.
  public init(
    trafficClass: UInt8 = 0, totalLength: UInt16 = 0, identification: UInt16 = 0,
    reservedFlag: Bool = false, dontFragment: Bool = true, moreFragments: Bool = false,
    fragmentOffset: UInt16 = 0, hopLimit: UInt8 = 64, protocolNumber: UInt8 = 6,
    checksum: UInt16 = 0, source: IPv4Address, destination: IPv4Address, options: [UInt8] = []
  ) {
    self.trafficClass = trafficClass
    self.totalLength = totalLength
    self.identification = identification
    self.reservedFlag = reservedFlag
    self.dontFragment = dontFragment
    self.moreFragments = moreFragments
    self.fragmentOffset = fragmentOffset
    self.hopLimit = hopLimit
    self.protocolNumber = protocolNumber
    self.checksum = checksum
    self.source = source
    self.destination = destination
    self.options = options
  }
}
