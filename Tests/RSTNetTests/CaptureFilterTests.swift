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

  @Test func `errors pass from anybody and echoes from the target only`() throws {
    let us = IPAddress.v6(IPv6Address(rawValue: 0x2001_0db8 << 96 | 5))
    let target = IPAddress.v6(IPv6Address(rawValue: 0x2001_0db8 << 96 | 1))
    let router = IPAddress.v6(IPv6Address(rawValue: 0x2001_0db8 << 96 | 0xff))
    let filter = CaptureFilter(target: target, ports: 40000...40223)
    let check = try CompiledFilter(text: filter.text(link: .raw), link: .raw)
    func message(_ type: UInt8, from source: IPAddress) -> [UInt8] {
      var octets = PacketDraft(
        source: source, destination: us,
        content: .echoRequest(identifier: 1, sequence: 1, data: [])
      ).encoded()
      octets[40] = type
      return octets
    }
    #expect(check.accepts(message(3, from: router)))
    #expect(check.accepts(message(1, from: target)))
    #expect(check.accepts(message(129, from: target)))
    #expect(!check.accepts(message(129, from: router)))
    #expect(!check.accepts(message(134, from: router)))
  }
}
