/// Where the datagram begins behind a link layer, and who sent the frame.
struct LinkLayer {
  /// Octets before the network header.
  var length: Int
  /// The sender's address where the link layer has one.
  var source: LinkAddress?
  /// Whether IPv4 or IPv6 follows, as the link layer says.
  var carriesDatagram: Bool

  /// Reads the link layer; nil when it is cut off.
  init?(parsing octets: Span<UInt8>, type: LinkType) {
    switch type {
    case .ethernet:
      guard octets.count >= 14 else { return nil }
      self.init(length: 14, source: LinkAddress(rawValue: octets.uint48(at: 6)))
      guard walk(over: octets, from: octets.uint16(at: 12)) else { return nil }
    case .raw:
      self.init(length: 0, source: nil)
      carriesDatagram = true
    case .linuxCooked:
      // Packet type, ARPHRD, address length, 8 octets of address, protocol.
      guard octets.count >= 16 else { return nil }
      let hasAddress = octets.uint16(at: 4) == 6
      self.init(
        length: 16, source: hasAddress ? LinkAddress(rawValue: octets.uint48(at: 6)) : nil)
      guard walk(over: octets, from: octets.uint16(at: 14)) else { return nil }
    case .linuxCooked2:
      // Protocol, reserved, interface index, ARPHRD, packet type, address length, address.
      guard octets.count >= 20 else { return nil }
      let hasAddress = octets[11] == 6
      self.init(
        length: 20, source: hasAddress ? LinkAddress(rawValue: octets.uint48(at: 12)) : nil)
      guard walk(over: octets, from: octets.uint16(at: 0)) else { return nil }
    case .loopback:
      guard octets.count >= 4 else { return nil }
      self.init(length: 4, source: nil)
      let family = octets.uint32(at: 0)
      carriesDatagram = Self.isInternet(family) || Self.isInternet(family.byteSwapped)
    }
  }

  private init(length: Int, source: LinkAddress?) {
    self.length = length
    self.source = source
    carriesDatagram = false
  }

  /// Walks over what may stand between an EtherType and the datagram; false when it is cut off.
  ///
  /// Each VLAN tag takes four octets, so the walk ends with the frame.
  private mutating func walk(over octets: Span<UInt8>, from first: UInt16) -> Bool {
    var type = first
    while Self.isTag(type) {
      guard octets.count >= length + 4 else { return false }
      type = octets.uint16(at: length + 2)
      length += 4
    }
    switch type {
    case 0x0800, 0x86dd: carriesDatagram = true
    case 0x8864: return skipSession(of: octets)
    default: break
    }
    return true
  }

  /// Skips a PPPoE session header and the PPP protocol number behind it: RFC 2516, section 4.
  private mutating func skipSession(of octets: Span<UInt8>) -> Bool {
    guard octets.count >= length + 8 else { return false }
    // Version 1, type 1, code 0: session data.
    let isData = octets.uint16(at: length) == 0x1100
    let number = octets.uint16(at: length + 6)
    carriesDatagram = isData && (number == 0x0021 || number == 0x0057)
    length += 8
    return true
  }

  /// The EtherTypes of VLAN tags: IEEE 802.1Q, 802.1ad and older numbers.
  private static func isTag(_ type: UInt16) -> Bool {
    switch type {
    case 0x8100, 0x88a8, 0x9100, 0x9200: true
    default: false
    }
  }

  /// AF_INET, and AF_INET6 of Linux, NetBSD and OpenBSD, FreeBSD, and Darwin.
  private static func isInternet(_ family: UInt32) -> Bool {
    switch family {
    case 2, 10, 24, 28, 30: true
    default: false
    }
  }
}
