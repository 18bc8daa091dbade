/// What of a network header is needed to read on, in a fixed size.
struct DatagramHeader {
  /// Source address.
  var source: IPAddress
  /// Destination address.
  var destination: IPAddress
  /// Time to live or hop limit.
  var hopLimit: UInt8
  /// Type of service or traffic class.
  var trafficClass: UInt8
  /// The IPv4 identification; nil for IPv6.
  var identification: UInt16?
  /// The IPv4 don't-fragment flag; nil for IPv6.
  var dontFragment: Bool?
  /// Octets of the header with its options or extension headers, all of them there.
  var length: Int
  /// Octets of the datagram as claimed; nil where the length field is 0 and cannot mean it.
  var claimedLength: Int?
  /// The number of the protocol above.
  var protocolNumber: UInt8
  /// Whether the destination is the one of the pseudo-header: no source route is left to go.
  var destinationIsFinal = true
  /// Which part of a datagram this is; nil where it is no part.
  var part: Part?

  /// A part of a datagram, as its header describes it.
  struct Part {
    /// The identification that all parts of a datagram have.
    var identification: UInt32
    /// Where it begins in what the datagram carries, in octets.
    var offset: Int
    /// Whether more follow.
    var hasMore: Bool
    /// Octets of the header that comes before each part: without IPv6 extension headers.
    var repeatedLength: Int
  }

  /// Reads a header by its version; nil where it is cut off or impossible.
  init?(parsing octets: Span<UInt8>) {
    guard octets.count >= 20 else { return nil }
    switch octets[0] >> 4 {
    case 4: self.init(ipv4: octets)
    case 6: self.init(ipv6: octets)
    default: return nil
    }
  }

  /// RFC 791, section 3.1.
  private init?(ipv4 octets: Span<UInt8>) {
    let length = IPv4Header.claimedHeaderLength(of: octets)
    guard length >= 20, octets.count >= length else { return nil }
    let totalLength = octets.uint16(at: 2)
    let field = octets.uint16(at: 6)
    source = .v4(IPv4Address(rawValue: octets.uint32(at: 12)))
    destination = .v4(IPv4Address(rawValue: octets.uint32(at: 16)))
    hopLimit = octets[8]
    trafficClass = octets[1]
    identification = octets.uint16(at: 4)
    dontFragment = field & 0x4000 != 0
    self.length = length
    claimedLength = totalLength == 0 ? nil : Int(totalLength)
    protocolNumber = octets[9]
    if length > 20 {
      destinationIsFinal = !IPv4Option.hasRouteLeft(in: octets.extracting(20..<length))
    }
    if field & 0x3fff != 0 {
      part = Part(
        identification: UInt32(octets.uint16(at: 4)), offset: Int(field & 0x1fff) * 8,
        hasMore: field & 0x2000 != 0, repeatedLength: length)
    }
  }

  /// RFC 8200, sections 3 and 4.5.
  private init?(ipv6 octets: Span<UInt8>) {
    guard octets.count >= 40 else { return nil }
    let walk = IPv6ExtensionWalk(datagram: octets)
    // The headers behind those of a fragment belong to what is put together.
    guard walk.isComplete || walk.isFragment else { return nil }
    let payloadLength = Int(octets.uint16(at: 4))
    let isEmpty = payloadLength == 0 && octets[6] == 59
    source = .v6(IPv6Address(rawValue: octets.uint128(at: 8)))
    destination = .v6(IPv6Address(rawValue: octets.uint128(at: 24)))
    hopLimit = octets[7]
    trafficClass = UInt8(truncatingIfNeeded: octets.uint16(at: 0) >> 4)
    identification = nil
    dontFragment = nil
    length = walk.end
    claimedLength = payloadLength == 0 && !isEmpty ? nil : 40 + payloadLength
    protocolNumber = walk.protocolNumber
    destinationIsFinal = !walk.hasSegmentsLeft
    if let start = walk.fragmentHeader {
      let field = octets.uint16(at: start + 2)
      part = Part(
        identification: octets.uint32(at: start + 4), offset: Int(field & 0xfff8),
        hasMore: field & 1 != 0, repeatedLength: 40)
      length = start + 8
      protocolNumber = octets[start]
    }
  }
}
