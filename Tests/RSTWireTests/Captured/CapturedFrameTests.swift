import RSTTestSupport
import RSTWire
import Testing

@Suite struct CapturedFrameTests {
  private func read(
    _ octets: [UInt8], link: LinkType = .raw, originalLength: Int? = nil
  ) -> CapturedFrame {
    CapturedFrame(
      link: link, octets: octets.span, originalLength: originalLength ?? octets.count)
  }

  private func readSegment(
    _ octets: [UInt8], link: LinkType = .raw, originalLength: Int? = nil
  ) -> CapturedSegment? {
    guard case .segment(let segment, _) = read(octets, link: link, originalLength: originalLength)
    else { return nil }
    return segment
  }

  @Test func `a SYN is read with everything that is judged`() throws {
    let segment = try #require(readSegment(Samples.draft(.ipv4).encoded()))
    #expect(segment.source == Samples.client4)
    #expect(segment.destination == Samples.server4)
    #expect(segment.sourcePort == 40_000)
    #expect(segment.destinationPort == 443)
    #expect(segment.sequence == SequenceNumber(0x0102_0304))
    #expect(segment.flags == .syn)
    #expect(segment.trafficClass == 0x48)
    #expect(segment.identification == 0x1234)
    #expect(segment.dontFragment == true)
    #expect(segment.options.length == 20)
    #expect(segment.options.maximumSegmentSize == 1460)
    #expect(segment.options.windowScale == 7)
    #expect(segment.options.permitsSelectiveAcknowledgement)
    #expect(segment.options.timestamps == CapturedSegment.Timestamps(value: 7, echo: 0))
    #expect(segment.payloadLength == 0)
    #expect(segment.payloadDigest == 0)
    #expect(!segment.hasBadChecksum)
  }

  @Test func `IPv6 has its traffic class and no identification`() throws {
    let segment = try #require(readSegment(Samples.draft(.ipv6).encoded()))
    #expect(segment.source == Samples.client6)
    #expect(segment.destination == Samples.server6)
    #expect(segment.trafficClass == 0x48)
    #expect(segment.identification == nil)
    #expect(segment.dontFragment == nil)
    #expect(segment.options.maximumSegmentSize == 1460)
  }

  @Test(arguments: LinkLayerTests.headers)
  func `every link layer is read, and any cut of it is unreadable`(
    link: LinkType, header: [UInt8], hasSource: Bool
  ) {
    let frame = header + Samples.reset
    #expect(readSegment(frame, link: link)?.flags.contains(.reset) == true)
    for length in 0..<(header.count + 40) {
      let cut = read(Array(frame.prefix(length)), link: link, originalLength: frame.count)
      #expect(cut == .unreadable, "\(length) octets")
    }
  }

  @Test(arguments: Encapsulation.allCases, [AddressFamily.ipv4, .ipv6])
  func `every tunnel is walked through, and any cut of it gives no segment`(
    tunnel: Encapsulation, family: AddressFamily
  ) throws {
    guard tunnel.carries(family) else { return }
    let inner = Samples.draft(family).encoded()
    let outer = tunnel.datagram(around: inner)
    let expected = try #require(readSegment(inner))
    #expect(readSegment(outer) == expected)
    #expect(readSegment(outer + [0, 0, 0, 0, 0, 0]) == expected)
    guard case .segment(_, let place) = read(outer) else { return }
    #expect(place.octets == (outer.count - inner.count)..<outer.count)
    #expect(place.originalLength == inner.count)
    let packet = Packet(place, of: outer.span)
    #expect(packet == Packet(datagram: inner))
    for length in 0..<outer.count {
      let cut = Array(outer.prefix(length))
      #expect(readSegment(cut, originalLength: outer.count) == nil)
    }
  }

  @Test func `four tunnels in each other are walked through, a fifth is not`() {
    func nested(_ depth: Int) -> [UInt8] {
      (0..<depth).reduce(Samples.reset) { datagram, level in
        (level % 2 == 0 ? Encapsulation.inIPv4 : .extensibleNetwork).datagram(around: datagram)
      }
    }
    #expect(readSegment(nested(4)) == readSegment(Samples.reset))
    #expect(readSegment(nested(4)) != nil)
    #expect(read(nested(5)) == .other)
  }

  @Test func `what only looks like a tunnel is something else`() {
    let datagram = Samples.reset
    let ethernet = [UInt8](repeating: 2, count: 12) + [8, 0] + datagram
    let others: [[UInt8]] = [
      // GRE of version 1, with a source route, of another protocol, and with its fields cut off.
      Encapsulation.ipv4(47, [0, 1, 8, 0] + datagram),
      Encapsulation.ipv4(47, [0x40, 0, 8, 0] + datagram),
      Encapsulation.ipv4(47, [0, 0, 0x88, 0x0b] + datagram),
      Encapsulation.ipv4(47, [0xb0, 0, 8, 0, 0, 0]),
      // VXLAN without its flag, with other flags, and on another port.
      Encapsulation.ipv4(17, Encapsulation.user(1, 4789, [0, 0, 0, 0, 0, 0, 1, 0] + ethernet)),
      Encapsulation.ipv4(17, Encapsulation.user(1, 4789, [0x0c, 0, 0, 0, 0, 0, 1, 0] + ethernet)),
      Encapsulation.ipv4(17, Encapsulation.user(1, 4790, [8, 0, 0, 0, 0, 0, 1, 0] + ethernet)),
      // Teredo around IPv4, and an authentication header that leads behind the end.
      Encapsulation.ipv4(17, Encapsulation.user(1, 3544, datagram)),
      Encapsulation.ipv4(17, Encapsulation.user(1, 3544, [0, 1, 255, 255] + datagram)),
      Encapsulation.ipv4(17, Encapsulation.user(53, 53, datagram)),
      Encapsulation.ipv4(17, [0, 1]), Encapsulation.ipv4(132, datagram),
    ]
    for octets in others { #expect(read(octets) == .other) }
  }

  @Test func `a frame that carries no IP is something else, other versions of IP are unreadable`() {
    let arp = [UInt8](repeating: 2, count: 12) + [8, 6] + Samples.reset
    #expect(read(arp, link: .ethernet) == .other)
    #expect(read([0x50] + Samples.reset.dropFirst()) == .unreadable)
    #expect(read([0x44] + Samples.reset.dropFirst()) == .unreadable)
  }

  @Test func `a data offset below 5 or behind the end is unreadable`() {
    var octets = Samples.reset
    octets[32] = 0x40
    #expect(read(octets) == .unreadable)
    octets[32] = 0x60
    #expect(read(octets) == .unreadable)
  }

  @Test func `the whole packet of a message can be had`() throws {
    let message = Packet(
      network: Samples.network(.ipv4),
      icmp: .error(type: 3, code: 1, quoting: Samples.syn4))
    let outer = Encapsulation.routing.datagram(around: message.octets)
    guard case .icmp(let place) = read(outer) else {
      Issue.record("no message")
      return
    }
    let packet = Packet(place, of: outer.span)
    #expect(packet == message)
    #expect(packet?.icmp != nil)
    let cut = Packet(place, of: outer.span.extracting(..<40))
    #expect(cut == nil)
  }

  @Test(arguments: [AddressFamily.ipv4, .ipv6])
  func `the payload's length is the wire's, its digest that of what was captured`(
    family: AddressFamily
  ) throws {
    let draft = SegmentDraft(
      sourcePort: 1, destinationPort: 2, sequence: SequenceNumber(3), flags: .acknowledgement,
      payload: (0..<200).map { UInt8($0) })
    let octets = Samples.draft(family, draft).encoded()
    let headers = octets.count - 200
    let whole = try #require(readSegment(octets))
    #expect(whole.payloadLength == 200)
    for captured in 0...200 {
      let cut = try #require(
        readSegment(Array(octets.prefix(headers + captured)), originalLength: octets.count))
      #expect(cut.payloadLength == 200)
      #expect((cut.payloadDigest == 0) == (captured == 0))
      // 64 octets are looked at, so that the rest makes no difference.
      #expect((cut.payloadDigest == whole.payloadDigest) == (captured >= 64))
    }
  }

  @Test func `digests tell contents, orders and lengths apart`() {
    let payloads: [[UInt8]] = [
      [0], [0, 0], [1], [1, 0], [0, 1], [UInt8](repeating: 0, count: 8),
      [UInt8](repeating: 0, count: 9), Array(0..<16), Array((0..<16).reversed()),
      [UInt8](repeating: 0xff, count: 64),
    ]
    let digests = payloads.map { payload in
      readSegment(
        Samples.draft(
          .ipv4,
          SegmentDraft(
            sourcePort: 1, destinationPort: 2, sequence: SequenceNumber(3), flags: .push,
            payload: payload)
        ).encoded())?.payloadDigest
    }
    #expect(Set(digests).count == payloads.count)
    #expect(!digests.contains(nil))
    #expect(!digests.contains(0))
  }

  @Test func `a total length of 0 means all that was on the link`() throws {
    var octets = Samples.draft(.ipv4).encoded() + [UInt8](repeating: 7, count: 3000)
    octets[2] = 0
    octets[3] = 0
    let segment = try #require(readSegment(octets, originalLength: octets.count + 500))
    #expect(segment.payloadLength == 3500)
    #expect(!segment.hasBadChecksum)
  }

  @Test func `padding of the link is no payload`() {
    #expect(readSegment(Samples.reset + [0, 0, 0, 0, 0, 0])?.payloadLength == 0)
  }

  private static let judged: [(TCPFlags, Bool)] = [
    (.syn, true), (.fin, true), (.reset, true), ([.reset, .acknowledgement], true),
    (.acknowledgement, false), ([.acknowledgement, .push], false),
  ]

  @Test(arguments: judged)
  func `checksums of segments that begin or end connections are looked at, others not`(
    flags: TCPFlags, isJudged: Bool
  ) throws {
    let draft = SegmentDraft(
      sourcePort: 1, destinationPort: 2, sequence: SequenceNumber(3), flags: flags,
      payload: [1, 2, 3])
    var octets = Samples.draft(.ipv6, draft).encoded()
    #expect(readSegment(octets)?.hasBadChecksum == false)
    octets[octets.count - 1] ^= 1
    #expect(readSegment(octets)?.hasBadChecksum == isJudged)
    // Of what was cut nobody knows.
    octets.removeLast()
    #expect(readSegment(octets, originalLength: octets.count + 1)?.hasBadChecksum == false)
  }

  @Test func `of an option that is there twice the first counts`() throws {
    let draft = SegmentDraft(
      sourcePort: 1, destinationPort: 2, sequence: SequenceNumber(3), flags: .syn,
      options: [
        .maximumSegmentSize(1400), .maximumSegmentSize(9), .windowScale(3), .windowScale(4),
        .timestamps(value: 1, echo: 2), .timestamps(value: 3, echo: 4),
      ])
    let options = try #require(readSegment(Samples.draft(.ipv4, draft).encoded())).options
    #expect(options.maximumSegmentSize == 1400)
    #expect(options.windowScale == 3)
    #expect(options.timestamps == CapturedSegment.Timestamps(value: 1, echo: 2))
    #expect(!options.permitsSelectiveAcknowledgement)
  }

  @Test func `a source route that is not at its end keeps the checksum from being judged`() {
    var network = IPv4Header(
      source: IPv4Address(rawValue: 1), destination: IPv4Address(rawValue: 2))
    network.options = [131, 7, 4, 192, 0, 2, 9, 0]
    let header = TCPHeader(
      sourcePort: 1, destinationPort: 2, sequence: SequenceNumber(3), flags: .syn)
    var octets = Packet(network: .ipv4(network), tcp: header).octets
    octets[octets.count - 1] ^= 1
    #expect(readSegment(octets)?.hasBadChecksum == false)
    octets[22] = 8
    #expect(readSegment(octets)?.hasBadChecksum == true)
  }
}
