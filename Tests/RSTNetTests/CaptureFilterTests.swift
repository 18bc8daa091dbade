import RSTWire
import Testing

@testable import RSTNet

@Suite struct CaptureFilterTests {
  static let samples: [(IPAddress, LinkType)] = [
    IPAddress.v4(IPv4Address(rawValue: 0xc000_0201)),
    IPAddress.v6(IPv6Address(rawValue: 0x2001_0db8 << 96 | 1)),
  ].flatMap { address in LinkType.allCases.map { (address, $0) } }

  @Test(arguments: samples)
  func `the filter compiles for every link layer`(_ target: IPAddress, _ link: LinkType) throws {
    let filter = CaptureFilter(target: target, ports: 40000...40223)
    #expect(try CompiledFilter(text: filter.text(link: link), link: link).accepts([]) == false)
  }

  @Test func `our segments and their answers pass and other flows do not`() throws {
    let us = IPAddress.v4(IPv4Address(rawValue: 0xc000_0205))
    let target = IPAddress.v4(IPv4Address(rawValue: 0xc000_0201))
    let stranger = IPAddress.v4(IPv4Address(rawValue: 0xc000_0209))
    let filter = CaptureFilter(target: target, ports: 40000...40223)
    let check = try CompiledFilter(text: filter.text(link: .raw), link: .raw)
    func segment(_ source: IPAddress, _ from: UInt16, _ destination: IPAddress, _ to: UInt16)
      -> [UInt8]
    {
      PacketDraft(
        source: source, destination: destination,
        content: .segment(
          SegmentDraft(
            sourcePort: from, destinationPort: to, sequence: SequenceNumber(1), flags: .syn))
      ).encoded()
    }
    #expect(check.accepts(segment(us, 40000, target, 443)))
    #expect(check.accepts(segment(target, 443, us, 40223)))
    #expect(!check.accepts(segment(target, 443, us, 40224)))
    #expect(!check.accepts(segment(us, 39999, target, 443)))
    #expect(!check.accepts(segment(stranger, 443, us, 40000)))
  }

  @Test(arguments: [
    ["192.0.2.5", "192.0.2.1", "192.0.2.254", "192.0.2.9"],
    ["2001:db8::5", "2001:db8::1", "2001:db8::ff", "2001:db8::9"],
  ])
  func `errors about the target pass from anybody and echoes from the target only`(
    _ texts: [String]
  ) throws {
    let addresses = texts.compactMap { IPAddress($0) }
    try #require(addresses.count == 4)
    let (us, target, router, stranger) = (addresses[0], addresses[1], addresses[2], addresses[3])
    let filter = CaptureFilter(target: target, ports: 40000...40223)
    let check = try CompiledFilter(text: filter.text(link: .raw), link: .raw)
    let isIPv4 = us.family == .ipv4
    func message(_ type: UInt8, from source: IPAddress, about quoted: IPAddress) -> [UInt8] {
      let quote = PacketDraft(
        source: us, destination: quoted,
        content: .segment(
          SegmentDraft(
            sourcePort: 40000, destinationPort: 443, sequence: SequenceNumber(1), flags: .syn)))
      // Identifier and sequence number of the echo request stand where an error has its rest.
      var octets = PacketDraft(
        source: source, destination: us,
        content: .echoRequest(identifier: 1, sequence: 1, data: quote.encoded())
      ).encoded()
      octets[isIPv4 ? 20 : 40] = type
      return octets
    }
    for error: UInt8 in isIPv4 ? [3, 4, 5, 11, 12] : [1, 2, 3, 4] {
      #expect(check.accepts(message(error, from: router, about: target)))
      #expect(check.accepts(message(error, from: target, about: target)))
      #expect(!check.accepts(message(error, from: router, about: stranger)))
    }
    let reply: UInt8 = isIPv4 ? 0 : 129
    #expect(check.accepts(message(reply, from: target, about: us)))
    #expect(!check.accepts(message(reply, from: router, about: us)))
    #expect(!check.accepts(message(isIPv4 ? 13 : 134, from: router, about: target)))
  }
}
