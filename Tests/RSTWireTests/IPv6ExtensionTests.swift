import RSTWire
import Testing

@Suite struct IPv6ExtensionTests {
  static let tcp = TCPHeader(
    sourcePort: 1, destinationPort: 2, sequence: SequenceNumber(3), flags: .syn)

  static func packet(first: UInt8, _ octets: [UInt8]) -> Packet {
    var header = IPv6Header(
      source: IPv6Address(rawValue: 1), destination: IPv6Address(rawValue: 2))
    header.nextHeader = first
    header.extensionOctets = octets
    return Packet(network: .ipv6(header), tcp: tcp)
  }

  static let all: [UInt8] =
    [60, 0, 1, 4, 0, 0, 0, 0]  // hop-by-hop
    + [43, 1, 1, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]  // destination options
    + [51, 0, 0, 0, 0, 0, 0, 0]  // routing, no segments left
    + [44, 4, 0, 0] + [UInt8](repeating: 9, count: 20)  // authentication
    + [6, 0, 0, 0, 0, 0, 0, 7]  // atomic fragment

  @Test func `every kind of header is walked over and kept`() throws {
    let packet = Self.packet(first: 0, Self.all)
    guard case .ipv6(let header) = packet.network else {
      Issue.record("no IPv6 header")
      return
    }
    #expect(packet.anomalies.isEmpty)
    #expect(packet.tcp?.flags == .syn)
    #expect(header.extensionOctets == Self.all)
    #expect(header.nextHeader == 0)
    #expect(header.protocolNumber == 6)
  }

  @Test func `headers cut by the capture anywhere are named`() throws {
    let whole = Self.packet(first: 0, Self.all).octets
    for length in 40..<(40 + Self.all.count) {
      let packet = try #require(
        Packet(link: .raw, octets: Array(whole.prefix(length)), originalLength: whole.count))
      #expect(packet.anomalies.first == .truncated)
      #expect(packet.tcp == nil)
      // Where the capture ends between two headers, the next one's kind is known at least.
      #expect(packet.anomalies.contains(.extensionHeaders))
    }
  }

  @Test func `a header that claims more than the datagram has ends the walk`() {
    let packet = Self.packet(first: 60, [6, 255, 0, 0, 0, 0, 0, 0])
    #expect(packet.anomalies == [.extensionHeaders])
    #expect(packet.transport == .other(protocolNumber: 60))
  }

  @Test func `sixteen headers are walked over, the seventeenth is not`() {
    func chain(_ count: Int) -> [UInt8] {
      (1...count).flatMap { [$0 == count ? 6 : 60, 0, 1, 4, 0, 0, 0, 0] as [UInt8] }
    }
    #expect(Self.packet(first: 60, chain(16)).tcp != nil)
    #expect(Self.packet(first: 60, chain(17)).anomalies == [.extensionHeaders])
  }

  @Test func `a first fragment shows its segment, a later one does not`() {
    let first = Self.packet(first: 44, [6, 0, 0, 1, 0, 0, 0, 7])
    #expect(first.anomalies == [.fragment])
    #expect(first.tcp != nil)
    let later = Self.packet(first: 44, [6, 0, 0, 8, 0, 0, 0, 7])
    #expect(later.anomalies == [.fragment])
    #expect(later.transport == .other(protocolNumber: 6))
  }

  @Test func `a checksum with segments left to go is not judged`() {
    for (left, anomalies) in [(UInt8(1), []), (0, [Anomaly.badChecksum])] {
      var octets = Self.packet(first: 43, [6, 0, 4, left, 0, 0, 0, 0]).octets
      octets[octets.count - 1] ^= 1
      #expect(Packet(datagram: octets)?.anomalies == anomalies)
    }
  }

  @Test func `no next header means an empty datagram`() {
    var octets = Array(Samples.syn6.prefix(40))
    octets[4] = 0
    octets[5] = 0
    octets[6] = 59
    #expect(Packet(datagram: octets)?.anomalies == [])
    #expect(Packet(datagram: octets)?.transport == .other(protocolNumber: 59))
  }
}
