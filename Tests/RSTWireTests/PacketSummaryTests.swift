import RSTWire
import Testing

@Suite struct PacketSummaryTests {
  @Test func `a segment is one line`() {
    #expect(
      Packet(datagram: Samples.syn4)?.summary
        == "198.51.100.2:40000 > 192.0.2.1:443 SYN seq 16909060 ack 0 win 64240 "
        + "<mss 1460,sackOK,ts 7 0,nop,wscale 7> len 0 ttl 64 id 4660 DF tos 72")
    #expect(
      Packet(datagram: Samples.syn6)?.summary.hasPrefix(
        "[2001:db8::2]:40000 > [2001:db8::1]:443 SYN seq 16909060 ") == true)
    #expect(Packet(datagram: Samples.syn6)?.summary.hasSuffix("ttl 64 flow 74531 tos 72") == true)
  }

  @Test func `an error names what it quotes`() {
    let error = ICMPMessage.error(type: 11, code: 0, quoting: Samples.syn4, limit: 28)
    #expect(
      Packet(network: Samples.network(.ipv4), icmp: error).summary
        == "192.0.2.1 > 198.51.100.2 icmp time-exceeded code 0 quoting "
        + "198.51.100.2:40000 > 192.0.2.1:443 seq 16909060 ttl 64 id 0 DF tos 0")
  }

  @Test func `an echo, an unknown type and another protocol have their words`() {
    #expect(
      Packet(datagram: Samples.echo6)?.summary.contains(
        "icmp echo-request code 0 id 4369 seq 5 len 3") == true)
    let unknown = ICMPMessage(type: 42, code: 1, body: .other([1, 2, 3, 4]))
    #expect(
      Packet(network: Samples.network(.ipv4), icmp: unknown).summary.contains(
        "icmp type 42 code 1 len 4"))
    var other = Samples.syn4
    other[9] = 17
    #expect(
      Packet(datagram: other)?.summary.hasSuffix(
        "protocol 17 ttl 64 id 4660 DF tos 72 [bad-header-checksum]") == true)
  }

  @Test(
    arguments: [
      (TCPFlags(), "none"), ([.syn, .acknowledgement], "SYN,ACK"), (.reset, "RST"),
      (TCPFlags(rawValue: 0xff), "SYN,FIN,RST,PSH,ACK,URG,ECE,CWR"),
    ] as [(TCPFlags, String)])
  func `flags are named in one order`(flags: TCPFlags, text: String) {
    #expect(flags.description == text)
  }
}
