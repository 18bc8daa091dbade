/// What stands between a network header and the frame or datagram that it carries.
struct Tunnel {
  /// Octets before what is carried.
  var length: Int
  /// What is carried: Ethernet, or a datagram alone.
  var link: LinkType

  /// Reads the headers of a tunnel; nil where there is none, or none that is known.
  ///
  /// - Parameters:
  ///   - protocolNumber: the number of the protocol above the network header.
  ///   - octets: what was captured behind the network header.
  init?(protocolNumber: UInt8, octets: Span<UInt8>) {
    switch protocolNumber {
    case 4, 41: self.init(length: 0, link: .raw)
    case 47: self.init(encapsulation: octets)
    case 17: self.init(userDatagram: octets)
    default: return nil
    }
  }

  private init(length: Int, link: LinkType) {
    self.length = length
    self.link = link
  }

  /// Generic routing encapsulation: RFC 2784, section 2; RFC 2890, section 2.
  private init?(encapsulation octets: Span<UInt8>) {
    guard octets.count >= 4 else { return nil }
    let flags = octets.uint16(at: 0)
    // Version 0, and no source route of RFC 1701.
    guard flags & 0x4007 == 0 else { return nil }
    // Checksum, key and sequence number take four octets each.
    let length = 4 + (flags & 0xb000).nonzeroBitCount * 4
    let link: LinkType
    switch octets.uint16(at: 2) {
    case 0x0800, 0x86dd: link = .raw
    case 0x6558: link = .ethernet
    default: return nil
    }
    guard octets.count >= length else { return nil }
    self.init(length: length, link: link)
  }

  /// What is told by the port: VXLAN and Teredo.
  private init?(userDatagram octets: Span<UInt8>) {
    guard octets.count >= 8 else { return nil }
    let source = octets.uint16(at: 0)
    let destination = octets.uint16(at: 2)
    let payload = octets.extracting(8...)
    if destination == 4789 || destination == 8472 {
      self.init(extensibleNetwork: payload)
    } else if source == 3544 || destination == 3544 {
      self.init(teredo: payload)
    } else {
      return nil
    }
    length += 8
  }

  /// VXLAN: RFC 7348, section 5; port 8472 is what Linux used before there was a number.
  ///
  /// The flag that says that the identifier is valid is the only one, and the reserved octets are
  /// 0: other protocols on these ports look otherwise.
  private init?(extensibleNetwork octets: Span<UInt8>) {
    guard octets.count >= 8, octets.uint32(at: 0) == 0x0800_0000, octets[7] == 0 else {
      return nil
    }
    self.init(length: 8, link: .ethernet)
  }

  /// Teredo: an authentication and an origin header may come first (RFC 4380, section 5.1.1).
  private init?(teredo octets: Span<UInt8>) {
    var length = 0
    if octets.count >= 4, octets.uint16(at: 0) == 1 {
      // Client identifier and authentication value; a nonce of 8 octets and a confirmation octet.
      length = 4 + Int(octets[2]) + Int(octets[3]) + 9
    }
    if octets.count >= length + 2, octets.uint16(at: length) == 0 { length += 8 }
    guard octets.count > length, octets[length] >> 4 == 6 else { return nil }
    self.init(length: length, link: .raw)
  }
}
