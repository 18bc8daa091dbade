import RSTWire
import Testing

@testable import RSTCore

@Suite("the packets of a sweep")
struct PacketTemplateTests {
  private static let addresses = [
    ("192.0.2.10", "198.18.0.1"), ("192.0.2.10", "198.19.255.255"),
    ("2001:db8:1::10", "2001:db8:9::1"), ("2001:db8:1::10", "2001:db8:9::ffff"),
  ]

  @Test("a patched packet is what an encoder would make, checksum too", arguments: addresses)
  func patches(source: String, destination: String) throws {
    let source = try #require(IPAddress(source))
    let address = try #require(IPAddress(destination))
    let anywhere = try #require(IPAddress(source.family == .ipv4 ? "0.0.0.0" : "::"))
    let options: [TCPOption] = [.maximumSegmentSize(1460), .timestamps(value: 7, echo: 0)]
    let template = try #require(
      PacketTemplate(
        PacketDraft(
          source: source, destination: anywhere,
          content: .segment(
            SegmentDraft(
              sourcePort: 9, destinationPort: 9, sequence: SequenceNumber(0), flags: .syn,
              options: options))
        ).encoded()))
    let cookie = ProbeCookie(key: (5, 6))
    var buffer = [UInt8](repeating: 0xaa, count: 200)
    for attempt in 0..<64 {
      let endpoint = Endpoint(address: address, port: UInt16(1 + attempt * 1000))
      let numbers = cookie.numbers(for: endpoint, attempt: attempt)
      let packet = SweepPacket(endpoint: endpoint, numbers: numbers)
      template.write(packet, ports: SweepWorld.ports, to: &buffer, at: 3)
      var written = Array(buffer[3..<(3 + template.octets.count)])
      var expected = PacketDraft(
        source: source, destination: address, trafficClass: numbers.trafficClass,
        identification: numbers.identification, flowLabel: numbers.flowLabel,
        content: .segment(
          SegmentDraft(
            sourcePort: SweepWorld.ports[numbers.slot], destinationPort: endpoint.port,
            sequence: SequenceNumber(numbers.sequence), flags: .syn, options: options))
      ).encoded()
      if source.family == .ipv4 {
        // The kernel fills the header's own checksum in.
        for place in 10..<12 { (written[place], expected[place]) = (0, 0) }
      }
      #expect(written == expected)
    }
    #expect(buffer[0..<3].allSatisfy { $0 == 0xaa })
  }

  @Test("a cookie proves its own attempt and nothing else")
  func proves() throws {
    let cookie = ProbeCookie(key: (1, 2))
    let other = ProbeCookie(key: (1, 3))
    var random = SplitMix(seed: 4)
    for _ in 0..<2000 {
      let address = IPv4Address(rawValue: .random(in: 0 ... .max, using: &random))
      let endpoint = Endpoint(
        address: .v4(address), port: .random(in: 1 ... .max, using: &random))
      let attempt = Int.random(in: 0..<256, using: &random)
      let numbers = cookie.numbers(for: endpoint, attempt: attempt)
      let proof = cookie.attempt(of: endpoint, slot: numbers.slot, sequence: numbers.sequence)
      #expect(proof?.attempt == attempt)
      #expect(proof?.trafficClass == numbers.trafficClass)
      #expect(numbers.trafficClass & 3 == 0 && numbers.trafficClass != 0)
      #expect(numbers.identification != 0)
      let wrong = numbers.sequence &+ 1
      #expect(cookie.attempt(of: endpoint, slot: numbers.slot, sequence: wrong) == nil)
      #expect(
        other.attempt(of: endpoint, slot: numbers.slot, sequence: numbers.sequence) == nil)
      let elsewhere = Endpoint(address: .v4(address), port: endpoint.port ^ 1)
      #expect(
        cookie.attempt(of: elsewhere, slot: numbers.slot, sequence: numbers.sequence) == nil)
    }
  }

  @Test("SipHash gives the numbers of its authors")
  func sipHash() {
    // The test vectors of the reference implementation: key 00...0f, messages 00, 01, 02...
    let key: (UInt64, UInt64) = (0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908)
    #expect(SipHash(key: key).value == 0x726f_db47_dd0e_0e31)
    var eight = SipHash(key: key)
    eight.add(0x0706_0504_0302_0100)
    #expect(eight.value == 0x93f5_f579_9a93_2462)
  }

  @Test("what is no TCP datagram is no template")
  func refuses() {
    #expect(PacketTemplate([]) == nil)
    #expect(PacketTemplate([UInt8](repeating: 0, count: 60)) == nil)
    #expect(PacketTemplate([UInt8](repeating: 0x45, count: 40)) == nil)
  }
}
