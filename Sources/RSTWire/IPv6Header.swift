/// An IPv6 header, and what of its extension headers was walked over.
///
/// RFC 8200, section 3.
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

extension IPv6Header {
  /// The octets of the header and its extension headers, every field as it stands.
  public func encoded() -> [UInt8] {
    var octets: [UInt8] = []
    octets.reserveCapacity(40 + extensionOctets.count)
    octets.append(
      bigEndian: 6 << 28 | UInt32(trafficClass) << 20 | flowLabel & 0xf_ffff)
    octets.append(bigEndian: payloadLength)
    octets.append(nextHeader)
    octets.append(hopLimit)
    octets.append(bigEndian: source.rawValue)
    octets.append(bigEndian: destination.rawValue)
    octets.append(contentsOf: extensionOctets)
    return octets
  }

  /// Reads a header and walks over its extension headers; nil when the fixed 40 octets are not
  /// there or the version is another.
  init?(parsing octets: Span<UInt8>, walk: inout IPv6ExtensionWalk) {
    guard octets.count >= 40, octets[0] >> 4 == 6 else { return nil }
    let first = octets.uint32(at: 0)
    walk = IPv6ExtensionWalk(datagram: octets)
    self.init(
      trafficClass: UInt8(truncatingIfNeeded: first >> 20), flowLabel: first & 0xf_ffff,
      payloadLength: octets.uint16(at: 4), nextHeader: octets[6], hopLimit: octets[7],
      source: IPv6Address(rawValue: octets.uint128(at: 8)),
      destination: IPv6Address(rawValue: octets.uint128(at: 24)),
      extensionOctets: Array(copying: octets.extracting(40..<walk.end)),
      protocolNumber: walk.protocolNumber)
  }
}

/// A walk over extension headers: RFC 8200, section 4; RFC 4302 for the authentication header.
struct IPv6ExtensionWalk {
  /// The number of the header at which the walk ended.
  var protocolNumber: UInt8
  /// Where the walk ended, from the start of the datagram.
  var end = 40
  /// Whether the walk reached a header that is no extension header.
  var isComplete = true
  /// Where the first fragment header is that leaves out some of the datagram; nil where there is
  /// none, or only an atomic one (RFC 6946).
  var fragmentHeader: Int?
  /// The fragment does not begin with the transport header.
  var isLaterFragment = false
  /// A routing header has segments left, so that the destination is not the final one.
  var hasSegmentsLeft = false

  /// More headers than any host sends; where a walk ends, whatever follows.
  static let limit = 16

  /// Whether a fragment header leaves out some of the datagram.
  var isFragment: Bool { fragmentHeader != nil }

  /// A walk that has not begun.
  init(nextHeader: UInt8) { protocolNumber = nextHeader }

  /// Walks over the extension headers of a datagram of which the fixed 40 octets are there.
  init(datagram octets: Span<UInt8>) {
    let payloadLength = Int(octets.uint16(at: 4))
    // A length of 0 is a jumbogram's (RFC 2675) or an offloaded segment's: then what is there.
    let claimed = payloadLength == 0 ? octets.count : 40 + payloadLength
    self.init(over: octets.extracting(..<min(claimed, octets.count)), nextHeader: octets[6])
  }

  /// Walks over the extension headers that begin behind the fixed 40 octets.
  private init(over octets: Span<UInt8>, nextHeader: UInt8) {
    self.init(nextHeader: nextHeader)
    var walked = 0
    while !isLaterFragment, let length = length(in: octets) {
      guard walked < Self.limit, octets.count >= end + length else {
        isComplete = false
        return
      }
      walked += 1
      read(octets)
      protocolNumber = octets[end]
      end += length
    }
  }

  /// The length of the extension header at the end of the walk; nil when it is none.
  ///
  /// The length of a header that is cut off is one more than there is.
  private func length(in octets: Span<UInt8>) -> Int? {
    let isExtension =
      switch protocolNumber {
      case 0, 43, 44, 51, 60, 135, 139, 140: true
      default: false
      }
    guard isExtension else { return nil }
    guard octets.count >= end + 8 else { return octets.count - end + 1 }
    return switch protocolNumber {
    case 44: 8
    case 51: (Int(octets[end + 1]) + 2) * 4
    default: (Int(octets[end + 1]) + 1) * 8
    }
  }

  private mutating func read(_ octets: Span<UInt8>) {
    if protocolNumber == 43, octets[end + 3] > 0 { hasSegmentsLeft = true }
    if protocolNumber == 44 {
      let field = octets.uint16(at: end + 2)
      isLaterFragment = field & 0xfff8 != 0
      if field & 0xfff9 != 0, fragmentHeader == nil { fragmentHeader = end }
    }
  }
}
