import RSTWire
import Testing

@Suite struct LinkLayerTests {
  static let sender: [UInt8] = [2, 0, 0, 0, 0, 1]

  /// The headers of every link layer for an IPv4 datagram.
  static let headers: [(LinkType, [UInt8], hasSource: Bool)] = [
    (.ethernet, [2, 0, 0, 0, 0, 2] + sender + [0x08, 0x00], true),
    (.ethernet, [2, 0, 0, 0, 0, 2] + sender + [0x81, 0x00, 0, 7, 0x08, 0x00], true),
    (
      .ethernet,
      [2, 0, 0, 0, 0, 2] + sender + [0x88, 0xa8, 0, 1, 0x91, 0, 0, 2, 0x81, 0, 0, 3, 0x08, 0x00],
      true
    ),
    (
      .ethernet, [2, 0, 0, 0, 0, 2] + sender + [0x88, 0x64, 0x11, 0, 0, 9, 0, 42, 0x00, 0x21], true
    ),
    (
      .ethernet,
      [2, 0, 0, 0, 0, 2] + sender
        + [0x81, 0, 0, 7, 0x88, 0x64, 0x11, 0, 0, 9, 0, 42, 0x00, 0x21], true
    ),
    (.raw, [], false),
    (.linuxCooked, [0, 4, 0, 1, 0, 6] + sender + [0, 0, 0x08, 0x00], true),
    (.linuxCooked, [0, 4, 2, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x08, 0x00], false),
    (.linuxCooked, [0, 0, 0, 1, 0, 6] + sender + [0, 0, 0x81, 0x00, 0, 7, 0x08, 0x00], true),
    (.linuxCooked2, [0x08, 0, 0, 0, 0, 0, 0, 3, 0, 1, 4, 6] + sender + [0, 0], true),
    (
      .linuxCooked2, [0x08, 0, 0, 0, 0, 0, 0, 3, 2, 8, 0, 0] + [UInt8](repeating: 0, count: 8),
      false
    ),
    (.loopback, [2, 0, 0, 0], false), (.loopback, [0, 0, 0, 2], false),
  ]

  @Test(arguments: headers)
  func `the datagram behind the link layer is read`(
    link: LinkType, header: [UInt8], hasSource: Bool
  ) throws {
    let packet = try #require(Packet(link: link, octets: header + Samples.reset))
    #expect(packet.octets == Samples.reset)
    #expect(packet.anomalies.isEmpty)
    #expect(packet.linkSource == (hasSource ? LinkAddress(rawValue: 0x0200_0000_0001) : nil))
    #expect(packet.tcp != nil)
  }

  @Test(arguments: headers)
  func `a link layer or network header that is cut off gives no packet`(
    link: LinkType, header: [UInt8], hasSource: Bool
  ) {
    let frame = header + Samples.reset
    for length in 0..<(header.count + 20) {
      #expect(
        Packet(link: link, octets: Array(frame.prefix(length)), originalLength: frame.count) == nil)
    }
  }

  @Test(arguments: [10, 24, 28, 30] as [UInt8])
  func `every system's number of IPv6 is known, in both byte orders`(family: UInt8) {
    #expect(Packet(link: .loopback, octets: [family, 0, 0, 0] + Samples.syn6) != nil)
    #expect(Packet(link: .loopback, octets: [0, 0, 0, family] + Samples.syn6) != nil)
  }

  @Test func `a frame that carries no IP is no packet`() {
    let arp = [2, 0, 0, 0, 0, 2] + Self.sender + [0x08, 0x06] as [UInt8]
    #expect(Packet(link: .ethernet, octets: arp + Samples.reset) == nil)
    #expect(Packet(link: .loopback, octets: [0, 0, 0, 7] + Samples.reset) == nil)
    #expect(Packet(link: .raw, octets: [0x50] + Samples.reset.dropFirst()) == nil)
  }

  @Test func `a PPPoE frame that is no session data, or carries no IP, is no packet`() {
    let start = [2, 0, 0, 0, 0, 2] + Self.sender + [0x88, 0x64] as [UInt8]
    func packet(_ header: [UInt8]) -> Packet? {
      Packet(link: .ethernet, octets: start + header + Samples.reset)
    }
    #expect(packet([0x11, 0, 0, 9, 0, 42, 0x00, 0x57]) != nil)
    #expect(packet([0x11, 0, 0, 9, 0, 42, 0xc0, 0x21]) == nil)
    #expect(packet([0x11, 0xa7, 0, 9, 0, 42, 0x00, 0x21]) == nil)
    #expect(packet([0x21, 0, 0, 9, 0, 42, 0x00, 0x21]) == nil)
  }

  @Test func `a frame of nothing but tags is no packet`() {
    let tags = [UInt8](repeating: 0, count: 12) + (0..<16_000).flatMap { _ in [0x81, 0, 0, 0] }
    #expect(Packet(link: .ethernet, octets: tags + [0x81, 0]) == nil)
  }

  @Test func `padding of the link behind the total length is cut off`() throws {
    let frame = Self.headers[0].1 + Samples.reset + [0, 0, 0, 0, 0, 0]
    let packet = try #require(Packet(link: .ethernet, octets: frame))
    #expect(packet.octets == Samples.reset)
    #expect(packet.anomalies.isEmpty)
    #expect(packet.payload.isEmpty)
  }

  @Test func `padding that was not captured is no truncation`() throws {
    let frame = Self.headers[0].1 + Samples.reset
    let packet = try #require(
      Packet(link: .ethernet, octets: frame, originalLength: frame.count + 6))
    #expect(packet.anomalies.isEmpty)
  }
}
