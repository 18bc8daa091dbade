import RSTWire

/// Packets that several suites read, with their octets written out by hand.
enum Samples {
  /// A reset from a closed port: 192.0.2.1:80 to 198.51.100.2:40000, captured with tcpdump.
  static let reset: [UInt8] = [
    0x45, 0x00, 0x00, 0x28, 0x00, 0x00, 0x40, 0x00, 0x40, 0x06, 0x4e, 0x99, 192, 0, 2, 1, 198, 51,
    100, 2, 0x00, 0x50, 0x9c, 0x40, 0, 0, 0, 0, 0x00, 0x00, 0x10, 0x01, 0x50, 0x14, 0, 0, 0x17,
    0x08, 0, 0,
  ]

  // Made with another program: the drafts below must become exactly these.
  static let syn4 = octets(
    """
    4548003c1234400040063c09c6336402c00002019c4001bb0102030400000000a002faf0becf0000020405b40402080a
    000000070000000001030307
    """)
  static let syn6 = octets(
    """
    648123230028064020010db800000000000000000000000220010db80000000000000000000000019c4001bb01020304
    00000000a002faf04f920000020405b40402080a000000070000000001030307
    """)
  static let echo4 = octets("4500001f0007400040014ea0c6336402c00002010800228711110005616263")
  static let echo6 = octets(
    """
    60000000000b3a4020010db800000000000000000000000220010db800000000000000000000000180004ecc11110005
    616263
    """)

  static func syn(_ family: AddressFamily) -> [UInt8] { family == .ipv4 ? syn4 : syn6 }

  /// Octets from hexadecimal digits; everything else between them is skipped.
  static func octets(_ text: String) -> [UInt8] {
    let digits = text.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count - 1, by: 2).map {
      UInt8(digits[$0] << 4 | digits[$0 + 1])
    }
  }

  static let client4 = IPAddress.v4(IPv4Address(rawValue: 0xc633_6402))
  static let server4 = IPAddress.v4(IPv4Address(rawValue: 0xc000_0201))
  static let client6 = IPAddress.v6(IPv6Address(rawValue: 0x2001_0db8 << 96 | 2))
  static let server6 = IPAddress.v6(IPv6Address(rawValue: 0x2001_0db8 << 96 | 1))

  /// A SYN with the options of a current Linux.
  static let syn = SegmentDraft(
    sourcePort: 40_000, destinationPort: 443, sequence: SequenceNumber(0x0102_0304), flags: .syn,
    options: [
      .maximumSegmentSize(1460), .selectiveAcknowledgementPermitted,
      .timestamps(value: 7, echo: 0), .noOperation, .windowScale(7),
    ])

  static func draft(_ family: AddressFamily, _ segment: SegmentDraft = syn) -> PacketDraft {
    PacketDraft(
      source: family == .ipv4 ? client4 : client6,
      destination: family == .ipv4 ? server4 : server6, trafficClass: 0x48,
      identification: 0x1234, flowLabel: 0x1_2323, content: .segment(segment))
  }

  static func network(_ family: AddressFamily) -> NetworkHeader {
    family == .ipv4
      ? .ipv4(
        IPv4Header(
          source: IPv4Address(rawValue: 0xc000_0201),
          destination: IPv4Address(rawValue: 0xc633_6402)))
      : .ipv6(
        IPv6Header(
          source: IPv6Address(rawValue: 0x2001_0db8 << 96 | 1),
          destination: IPv6Address(rawValue: 0x2001_0db8 << 96 | 2)))
  }
}
