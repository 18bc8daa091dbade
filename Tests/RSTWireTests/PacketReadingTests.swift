import RSTWire
import Testing

@Suite struct PacketReadingTests {
  @Test func `known octets give every field`() throws {
    let packet = try #require(Packet(datagram: Samples.syn4))
    guard case .ipv4(let header) = packet.network, let tcp = packet.tcp else {
      Issue.record("no IPv4 and TCP header")
      return
    }
    #expect(
      header
        == IPv4Header(
          trafficClass: 0x48, totalLength: 60, identification: 0x1234, checksum: 0x3c09,
          source: IPv4Address(rawValue: 0xc633_6402),
          destination: IPv4Address(rawValue: 0xc000_0201)))
    #expect(
      tcp
        == TCPHeader(
          sourcePort: 40_000, destinationPort: 443, sequence: SequenceNumber(0x0102_0304),
          dataOffset: 10, flags: .syn, window: 64_240, checksum: 0xbecf,
          options: Samples.syn.options))
    #expect(packet.anomalies.isEmpty)
    #expect(packet.octets == Samples.syn4)
    #expect(tcp.maximumSegmentSize == 1460)
    #expect(tcp.windowScale == 7)
    #expect(tcp.timestamps?.value == 7)
  }

  @Test func `known octets of IPv6 give every field`() throws {
    let packet = try #require(Packet(datagram: Samples.syn6))
    guard case .ipv6(let header) = packet.network else {
      Issue.record("no IPv6 header")
      return
    }
    #expect(
      header
        == IPv6Header(
          trafficClass: 0x48, flowLabel: 0x1_2323, payloadLength: 40,
          source: IPv6Address(rawValue: 0x2001_0db8 << 96 | 2),
          destination: IPv6Address(rawValue: 0x2001_0db8 << 96 | 1)))
    #expect(packet.tcp?.checksum == 0x4f92)
    #expect(packet.anomalies.isEmpty)
  }

  @Test(arguments: AddressFamily.allCases)
  func `every truncation by the capture is named, and below the fixed header refused`(
    family: AddressFamily
  ) throws {
    let whole = Samples.syn(family)
    let header = family == .ipv4 ? 20 : 40
    for length in 0..<whole.count {
      let part = Array(whole.prefix(length))
      let packet = Packet(link: .raw, octets: part, originalLength: whole.count)
      #expect((packet == nil) == (length < header))
      guard let packet else { continue }
      #expect(packet.anomalies == [.truncated])
      #expect(packet.transport == .other(protocolNumber: 6))
      #expect(packet.octets == part)
    }
  }

  @Test(arguments: AddressFamily.allCases)
  func `every datagram shorter than its length is named`(family: AddressFamily) throws {
    let whole = Samples.syn(family)
    for length in (family == .ipv4 ? 20 : 40)..<whole.count {
      let packet = try #require(Packet(datagram: Array(whole.prefix(length))))
      #expect(packet.anomalies == [.badLength])
      #expect(packet.tcp == nil)
    }
  }

  @Test func `a payload cut by the capture is read as far as it goes, without its checksum`() throws
  {
    var segment = Samples.syn
    segment.payload = Array("hello".utf8)
    let whole = Samples.draft(.ipv4, segment).encoded()
    let packet = try #require(
      Packet(link: .raw, octets: Array(whole.dropLast(2)), originalLength: whole.count))
    #expect(packet.payload == Array("hel".utf8))
    #expect(packet.anomalies == [.truncated])
  }

  @Test(arguments: AddressFamily.allCases, 0..<40)
  func `a changed octet of a segment is a bad checksum`(family: AddressFamily, offset: Int) throws {
    var octets = Samples.syn(family)
    let place = octets.count - 40 + offset
    octets[place] ^= 0x01
    let packet = try #require(Packet(datagram: octets))
    #expect(packet.anomalies.last == .badChecksum)
  }

  @Test(arguments: 0..<20)
  func `a changed octet of an IPv4 header is noticed`(offset: Int) throws {
    var octets = Samples.syn4
    octets[offset] ^= 0x02
    guard let packet = Packet(datagram: octets) else {
      Issue.record("refused")
      return
    }
    #expect(packet.anomalies.contains(.badHeaderChecksum) || offset == 0)
    #expect(!packet.anomalies.isEmpty)
  }

  @Test(arguments: 0...15 as ClosedRange<UInt8>)
  func `a data offset below 5 or behind the end leaves the segment unread`(offset: UInt8) throws {
    var octets = Samples.syn4
    octets[32] = offset << 4
    let packet = try #require(Packet(datagram: octets))
    if (5...10).contains(offset) {
      #expect(packet.tcp?.dataOffset == offset)
      #expect(packet.payload.count == 40 - Int(offset) * 4)
    } else {
      #expect(packet.transport == .other(protocolNumber: 6))
      #expect(packet.anomalies == [.badDataOffset])
    }
  }

  @Test func `a segment of less than 20 octets is unread`() throws {
    let network = Samples.network(.ipv4)
    let made = Packet(
      network: network, icmp: ICMPMessage(type: 13, code: 0, body: .other([1, 2, 3, 4, 5])))
    var octets = made.octets
    octets[9] = 6
    let packet = try #require(Packet(datagram: octets))
    #expect(packet.anomalies == [.badHeaderChecksum, .badDataOffset])
  }

  @Test(arguments: 0...4 as ClosedRange<UInt8>)
  func `an IPv4 header length below 5 is a bad length`(words: UInt8) throws {
    var octets = Samples.syn4
    octets[0] = 0x40 | words
    let packet = try #require(Packet(datagram: octets))
    #expect(packet.anomalies == [.badLength])
    #expect(packet.transport == .other(protocolNumber: 6))
  }

  @Test func `a total length below the header is a bad length`() throws {
    for length in 1..<20 as Range<UInt8> {
      var octets = Samples.syn4
      octets[3] = length
      let packet = try #require(Packet(datagram: octets))
      #expect(packet.anomalies.first == .badLength)
      #expect(packet.octets == octets)
    }
  }

  @Test func `a length of 0 is an offloaded segment: read as far as it goes`() throws {
    for (family, field) in [(AddressFamily.ipv4, 2), (.ipv6, 4)] {
      var octets = Samples.syn(family)
      octets[field] = 0
      octets[field + 1] = 0
      let packet = try #require(Packet(datagram: octets))
      #expect(packet.tcp?.flags == .syn)
      #expect(packet.anomalies.first == .badLength)
    }
  }

  @Test func `reserved bits are kept and named`() throws {
    var segment = Samples.syn
    segment.reserved = 5
    let packet = try #require(Packet(datagram: Samples.draft(.ipv6, segment).encoded()))
    #expect(packet.tcp?.reserved == 5)
    #expect(packet.anomalies == [.reservedBits])
  }

  @Test func `a first fragment shows its segment, a later one does not`() throws {
    guard case .ipv4(var header) = Samples.network(.ipv4) else { return }
    header.moreFragments = true
    let tcp = TCPHeader(
      sourcePort: 1, destinationPort: 2, sequence: SequenceNumber(3), flags: .acknowledgement)
    let first = Packet(network: .ipv4(header), tcp: tcp, payload: [1, 2, 3, 4])
    #expect(first.anomalies == [.fragment])
    #expect(first.payload == [1, 2, 3, 4])
    header.moreFragments = false
    header.fragmentOffset = 3
    let later = Packet(network: .ipv4(header), tcp: tcp)
    #expect(later.anomalies == [.fragment])
    #expect(later.transport == .other(protocolNumber: 6))
  }

  @Test func `a first fragment that cuts the header is no bad data offset`() throws {
    guard case .ipv4(var header) = Samples.network(.ipv4) else { return }
    header.moreFragments = true
    let made = Packet(
      network: .ipv4(header), icmp: ICMPMessage(type: 13, code: 0, body: .other([0, 0, 0, 0])))
    var octets = made.octets
    octets[9] = 6
    let packet = try #require(Packet(datagram: octets))
    #expect(packet.transport == .other(protocolNumber: 6))
    #expect(!packet.anomalies.contains(.badDataOffset))
  }

  @Test func `a checksum over the final destination of a source route is not judged`() throws {
    guard case .ipv4(var header) = Samples.network(.ipv4) else { return }
    header.options = [131, 7, 4, 203, 0, 113, 9, 0]
    let made = Packet(
      network: .ipv4(header),
      tcp: TCPHeader(
        sourcePort: 1, destinationPort: 2, sequence: SequenceNumber(3), flags: .syn))
    var octets = made.octets
    octets[octets.count - 1] ^= 1
    #expect(Packet(datagram: octets)?.anomalies == [])
    // With the pointer behind the route the destination is the final one.
    header.options = [131, 7, 8, 203, 0, 113, 9, 0]
    octets =
      Packet(
        network: .ipv4(header),
        tcp: made.tcp
          ?? TCPHeader(
            sourcePort: 1, destinationPort: 2, sequence: SequenceNumber(3), flags: .syn)
      ).octets
    octets[octets.count - 1] ^= 1
    #expect(Packet(datagram: octets)?.anomalies == [.badChecksum])
  }

  @Test func `another protocol is named by its number`() throws {
    var octets = Samples.syn6
    octets[6] = 17
    #expect(Packet(datagram: octets)?.transport == .other(protocolNumber: 17))
  }
}
