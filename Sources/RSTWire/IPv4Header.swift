/// An IPv4 header with every bit kept.
///
/// RFC 791, section 3.1.
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

extension IPv4Header {
  /// The octets of the header, every field as it stands (the checksum and total length too).
  ///
  /// The header length follows from the options, which are padded to a multiple of 4; those beyond
  /// 40 octets are left out.
  public func encoded() -> [UInt8] {
    var area = Array(options.prefix(40))
    area.pad(toMultipleOf: 4)
    var octets: [UInt8] = []
    octets.reserveCapacity(20 + area.count)
    octets.append(0x40 | UInt8(5 + area.count / 4))
    octets.append(trafficClass)
    octets.append(bigEndian: totalLength)
    octets.append(bigEndian: identification)
    octets.append(
      bigEndian: fragmentOffset & 0x1fff | (reservedFlag ? 0x8000 : 0)
        | (dontFragment ? 0x4000 : 0) | (moreFragments ? 0x2000 : 0))
    octets.append(hopLimit)
    octets.append(protocolNumber)
    octets.append(bigEndian: checksum)
    octets.append(bigEndian: source.rawValue)
    octets.append(bigEndian: destination.rawValue)
    octets.append(contentsOf: area)
    return octets
  }

  /// Reads a header; nil when the fixed 20 octets are not there or the version is another.
  ///
  /// Of options that are cut off, the whole words that are there are read.
  init?(parsing octets: Span<UInt8>) {
    guard octets.count >= 20, octets[0] >> 4 == 4 else { return nil }
    let flags = octets.uint16(at: 6)
    let optionsEnd = max(20, min(Self.claimedHeaderLength(of: octets), octets.count & ~3))
    self.init(
      trafficClass: octets[1], totalLength: octets.uint16(at: 2),
      identification: octets.uint16(at: 4), reservedFlag: flags & 0x8000 != 0,
      dontFragment: flags & 0x4000 != 0, moreFragments: flags & 0x2000 != 0,
      fragmentOffset: flags & 0x1fff, hopLimit: octets[8], protocolNumber: octets[9],
      checksum: octets.uint16(at: 10), source: IPv4Address(rawValue: octets.uint32(at: 12)),
      destination: IPv4Address(rawValue: octets.uint32(at: 16)),
      options: Array(copying: octets.extracting(20..<optionsEnd)))
  }

  /// What the header length field says, in octets: 0...60.
  static func claimedHeaderLength(of octets: Span<UInt8>) -> Int { Int(octets[0] & 0x0f) * 4 }
}
