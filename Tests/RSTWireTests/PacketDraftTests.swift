import RSTTestSupport
import RSTWire
import Testing

@Suite struct PacketDraftTests {
  @Test func `drafts become the octets that another program makes`() {
    #expect(Samples.draft(.ipv4).encoded() == Samples.syn4)
    #expect(Samples.draft(.ipv6).encoded() == Samples.syn6)
    var echo = Samples.draft(.ipv4)
    echo.content = .echoRequest(identifier: 0x1111, sequence: 5, data: Array("abc".utf8))
    echo.trafficClass = 0
    echo.identification = 7
    #expect(echo.encoded() == Samples.echo4)
    echo.source = Samples.client6
    echo.destination = Samples.server6
    echo.flowLabel = 0
    #expect(echo.encoded() == Samples.echo6)
  }

  @Test(arguments: AddressFamily.allCases)
  func `every field comes back`(family: AddressFamily) throws {
    var generator = SeededGenerator(seed: 42)
    for _ in 0..<500 {
      let segment = SegmentDraft(
        sourcePort: .random(in: 0 ... .max, using: &generator),
        destinationPort: .random(in: 0 ... .max, using: &generator),
        sequence: SequenceNumber(.random(in: 0 ... .max, using: &generator)),
        acknowledgement: SequenceNumber(.random(in: 0 ... .max, using: &generator)),
        flags: TCPFlags(rawValue: .random(in: 0 ... .max, using: &generator)),
        window: .random(in: 0 ... .max, using: &generator),
        urgentPointer: .random(in: 0 ... .max, using: &generator),
        payload: (0..<Int.random(in: 0...9, using: &generator)).map { UInt8($0) })
      var draft = Samples.draft(family, segment)
      draft.hopLimit = .random(in: 0 ... .max, using: &generator)
      draft.trafficClass = .random(in: 0 ... .max, using: &generator)
      draft.identification = .random(in: 0 ... .max, using: &generator)
      draft.dontFragment = .random(using: &generator)
      draft.flowLabel = .random(in: 0...0xf_ffff, using: &generator)
      draft.ipv4Options = IPv4Option.recordRoute(slots: 3)
      let packet = try #require(Packet(datagram: draft.encoded()))
      #expect(packet.anomalies.isEmpty)
      #expect(packet.network.source == draft.source)
      #expect(packet.network.destination == draft.destination)
      #expect(packet.network.hopLimit == draft.hopLimit)
      #expect(packet.network.trafficClass == draft.trafficClass)
      if case .ipv4(let header) = packet.network {
        #expect(header.identification == draft.identification)
        #expect(header.dontFragment == draft.dontFragment)
        #expect(header.options == draft.ipv4Options)
      } else {
        #expect(packet.network.flowLabel == draft.flowLabel)
      }
      let tcp = try #require(packet.tcp)
      #expect(tcp.sourcePort == segment.sourcePort)
      #expect(tcp.destinationPort == segment.destinationPort)
      #expect(tcp.sequence == segment.sequence)
      #expect(tcp.acknowledgement == segment.acknowledgement)
      #expect(tcp.flags == segment.flags)
      #expect(tcp.window == segment.window)
      #expect(tcp.urgentPointer == segment.urgentPointer)
      #expect(packet.payload == segment.payload)
    }
  }

  @Test func `a corrupted checksum is wrong, not 0, and the same each time`() throws {
    // Every right checksum there is: the window runs through all 16-bit numbers.
    for window in UInt16.min...UInt16.max {
      var segment = Samples.syn
      segment.options = []
      segment.window = window
      segment.checksum = .corrupted
      let octets = segment.encoded(source: Samples.client4, destination: Samples.server4)
      var checksum = InternetChecksum(
        source: Samples.client4, destination: Samples.server4, protocolNumber: 6,
        length: octets.count)
      checksum.add(octets.span)
      if checksum.value == 0 || octets[16...17] == [0, 0] {
        Issue.record("window \(window)")
        return
      }
    }
    var draft = Samples.draft(.ipv6)
    if case .segment(var segment) = draft.content {
      segment.checksum = .corrupted
      draft.content = .segment(segment)
    }
    #expect(draft.encoded() == draft.encoded())
    #expect(Packet(datagram: draft.encoded())?.anomalies == [.badChecksum])
  }

  @Test func `addresses of two families make no packet`() {
    var draft = Samples.draft(.ipv4)
    draft.destination = Samples.server6
    #expect(draft.encoded().isEmpty)
  }

  @Test func `a payload that no datagram holds is cut`() throws {
    var segment = Samples.syn
    segment.payload = [UInt8](repeating: 7, count: 70_000)
    for family in AddressFamily.allCases {
      let packet = try #require(Packet(datagram: Samples.draft(family, segment).encoded()))
      #expect(packet.anomalies.isEmpty)
      #expect(packet.payload.count == 65_415)
    }
    var echo = Samples.draft(.ipv4)
    echo.content = .echoRequest(identifier: 1, sequence: 1, data: segment.payload)
    #expect(Packet(datagram: echo.encoded())?.anomalies == [])
  }
}
