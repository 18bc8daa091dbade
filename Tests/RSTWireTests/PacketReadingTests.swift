import RSTWire
import Testing

@Suite struct PacketReadingTests {
  @Test func `known octets give every field`() throws {
    let packet = try #require(Packet(datagram: Samples.reset))
    let tcp = try #require(packet.tcp)
    #expect(packet.anomalies.isEmpty)
    #expect(packet.network.source == Samples.server4)
    #expect(packet.network.destination == Samples.client4)
    #expect(tcp.flags == [.reset, .acknowledgement])
    #expect(tcp.acknowledgement == SequenceNumber(4097))
    #expect(packet.octets == Samples.reset)
  }

  @Test(arguments: AddressFamily.allCases)
  func `a draft reads back as it was meant`(family: AddressFamily) throws {
    let octets = Samples.draft(family).encoded()
    let packet = try #require(Packet(datagram: octets))
    #expect(packet.anomalies.isEmpty)
    #expect(packet.tcp?.options == Samples.syn.options)
    #expect(packet.octets == octets)
    #expect(packet.network.trafficClass == 0x48)
  }
}
