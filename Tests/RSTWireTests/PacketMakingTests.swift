import RSTWire
import Testing

@Suite struct PacketMakingTests {
  static let tcp = TCPHeader(
    sourcePort: 443, destinationPort: 40_000, sequence: SequenceNumber(9),
    acknowledgement: SequenceNumber(0x0102_0305), flags: [.syn, .acknowledgement], window: 65_160,
    options: [.maximumSegmentSize(1460), .noOperation, .windowScale(7)])

  /// Apart from the test: inlined there, Swift 6.3.1 fails to optimise it.
  @inline(never) static func lengthField(of header: NetworkHeader) -> UInt16 {
    switch header {
    case .ipv4(let header): header.totalLength
    case .ipv6(let header): header.payloadLength
    }
  }

  @Test(arguments: AddressFamily.allCases)
  func `a made segment is what a reader of its octets sees`(family: AddressFamily) throws {
    let packet = Packet(network: Samples.network(family), tcp: Self.tcp, payload: [1, 2, 3])
    #expect(packet.anomalies.isEmpty)
    #expect(packet == Packet(datagram: packet.octets))
    #expect(packet.payload == [1, 2, 3])
    #expect(packet.tcp?.dataOffset == 7)
    #expect(packet.tcp?.options == Self.tcp.options)
    #expect(packet.network.destination == Samples.draft(family).source)
    #expect(Self.lengthField(of: packet.network) == (family == .ipv4 ? 20 : 0) + 28 + 3)
  }

  @Test func `a known reset is made octet by octet`() {
    guard case .ipv4(let header) = Samples.network(.ipv4) else { return }
    let packet = Packet(
      network: .ipv4(header),
      tcp: TCPHeader(
        sourcePort: 80, destinationPort: 40_000, sequence: SequenceNumber(0),
        acknowledgement: SequenceNumber(4097), flags: [.reset, .acknowledgement]))
    #expect(packet.octets == Samples.reset)
  }

  @Test(arguments: AddressFamily.allCases)
  func `headers encode as they were read`(family: AddressFamily) throws {
    var octets = Samples.syn(family)
    // Wrong on purpose: what is encoded is what was read, not what would be right.
    octets[octets.count - 24] = 0xee
    let packet = try #require(Packet(datagram: octets))
    let tcp = try #require(packet.tcp)
    #expect(packet.anomalies == [.badChecksum])
    #expect(packet.network.encoded() + tcp.encoded() == octets)
  }

  @Test func `a message that no datagram holds does not stop the program`() {
    let body = ICMPMessage.Body.other([UInt8](repeating: 1, count: 70_000))
    for family in AddressFamily.allCases {
      let packet = Packet(
        network: Samples.network(family), icmp: ICMPMessage(type: 200, code: 0, body: body))
      #expect(packet.octets.count <= 65_575)
      #expect(packet.icmp != nil)
    }
    let tcp = Packet(
      network: Samples.network(.ipv4), tcp: Self.tcp,
      payload: [UInt8](repeating: 1, count: 70_000))
    #expect(tcp.octets.count == 65_535)
    #expect(tcp.anomalies.isEmpty)
  }
}
