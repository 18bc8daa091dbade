/// Where the datagram begins behind a link layer, and who sent the frame.
struct LinkLayer {
  /// Octets before the network header.
  var length: Int
  /// The sender's address where the link layer has one.
  var source: LinkAddress?

  /// Reads the link layer; nil when it is cut off or carries neither IPv4 nor IPv6.
  init?(parsing octets: Span<UInt8>, type: LinkType) {
    switch type {
    case .ethernet:
      guard octets.count >= 14 else { return nil }
      self.init(source: LinkAddress(rawValue: octets.uint48(at: 6)))
      guard skipTags(of: octets, typeAt: 12, end: 14) else { return nil }
    case .raw:
      self.init(source: nil)
    case .linuxCooked:
      // Packet type, ARPHRD, address length, 8 octets of address, protocol.
      guard octets.count >= 16 else { return nil }
      let hasAddress = octets.uint16(at: 4) == 6
      self.init(source: hasAddress ? LinkAddress(rawValue: octets.uint48(at: 6)) : nil)
      guard skipTags(of: octets, typeAt: 14, end: 16) else { return nil }
    case .linuxCooked2:
      // Protocol, reserved, interface index, ARPHRD, packet type, address length, address.
      guard octets.count >= 20 else { return nil }
      let hasAddress = octets[11] == 6
      self.init(source: hasAddress ? LinkAddress(rawValue: octets.uint48(at: 12)) : nil)
      guard skipTags(of: octets, typeAt: 0, end: 20) else { return nil }
    case .loopback:
      guard octets.count >= 4 else { return nil }
      self.init(source: nil)
      let family = octets.uint32(at: 0)
      guard Self.isInternet(family) || Self.isInternet(family.byteSwapped) else { return nil }
      length = 4
    }
  }

  private init(source: LinkAddress?) {
    length = 0
    self.source = source
  }

  /// Walks over VLAN tags (IEEE 802.1Q, 802.1ad and older numbers); false when no IP follows.
  ///
  /// Each tag takes four octets, so the walk ends with the frame.
  private mutating func skipTags(of octets: Span<UInt8>, typeAt: Int, end: Int) -> Bool {
    length = end
    var type = octets.uint16(at: typeAt)
    while [0x8100, 0x88a8, 0x9100, 0x9200].contains(type) {
      guard octets.count >= length + 4 else { return false }
      type = octets.uint16(at: length + 2)
      length += 4
    }
    return type == 0x0800 || type == 0x86dd
  }

  /// AF_INET, and AF_INET6 of Linux, NetBSD and OpenBSD, FreeBSD, and Darwin.
  private static func isInternet(_ family: UInt32) -> Bool {
    [2, 10, 24, 28, 30].contains(family)
  }
}
