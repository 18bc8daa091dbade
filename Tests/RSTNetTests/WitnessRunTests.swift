import RSTCore
import RSTWire
import Testing

@testable import RSTNet

/// What a witness reads of frames, and asks for.
@Suite struct WitnessRunTests {
  private func direction(_ header: [UInt8], _ link: LinkType) -> Direction? {
    WitnessRun.direction(header.span, link)
  }

  /// A cooked header of either version: linux/if_packet.h, linux/if_arp.h.
  private func header(_ kind: UInt8, hardware: UInt16, _ link: LinkType) -> [UInt8] {
    var octets = [UInt8](repeating: 0, count: 20)
    let places = link == .linuxCooked ? (1, 2) : (10, 8)
    octets[places.0] = kind
    octets[places.1] = UInt8(hardware >> 8)
    octets[places.1 + 1] = UInt8(truncatingIfNeeded: hardware)
    return octets
  }

  @Test(arguments: [LinkType.linuxCooked, .linuxCooked2])
  func `what leaves is told from what comes`(_ link: LinkType) {
    #expect(direction(header(4, hardware: 1, link), link) == .sent)
    for kind in [UInt8(0), 1, 2, 3] {
      #expect(direction(header(kind, hardware: 1, link), link) == .received)
    }
  }

  @Test(arguments: [LinkType.linuxCooked, .linuxCooked2])
  func `what comes through the loopback interface was sent here`(_ link: LinkType) {
    #expect(direction(header(0, hardware: 772, link), link) == .sent)
  }

  @Test func `what has no such header, or a part of it, says nothing`() {
    #expect(direction(header(4, hardware: 1, .linuxCooked), .ethernet) == nil)
    let part = Array(header(4, hardware: 1, .linuxCooked2).prefix(15))
    #expect(direction(part, .linuxCooked2) == nil)
  }

  @Test(arguments: ["192.0.2.1 192.0.2.2", "2001:db8::1 2001:db8::2"])
  func `segments of the port pass, and of other ports only where all are wanted`(
    _ text: String
  ) throws {
    let addresses = text.split(separator: " ").compactMap { IPAddress(String($0)) }
    try #require(addresses.count == 2)
    func segment(to port: UInt16) -> [UInt8] {
      PacketDraft(
        source: addresses[0], destination: addresses[1],
        content: .segment(
          SegmentDraft(
            sourcePort: 40_000, destinationPort: port, sequence: SequenceNumber(1), flags: .reset))
      ).encoded()
    }
    let one = try CompiledFilter(text: WitnessRun.filter(port: 443), link: .raw)
    #expect(one.accepts(segment(to: 443)))
    #expect(!one.accepts(segment(to: 80)))
    let all = try CompiledFilter(text: WitnessRun.filter(port: nil), link: .raw)
    #expect(all.accepts(segment(to: 80)))
    // ESP may hide a segment, UDP does not: RFC 4303.
    var datagram = segment(to: 80)
    let place = addresses[0].family == .ipv4 ? 9 : 6
    datagram[place] = 50
    #expect(one.accepts(datagram))
    datagram[place] = 17
    #expect(!all.accepts(datagram))
  }
}
