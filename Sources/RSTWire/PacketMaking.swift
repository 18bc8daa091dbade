/// Packets as the other side makes them: for simulated hosts and the lab's actors.
extension Packet {
  /// Makes a TCP packet, with all lengths, the data offset and the checksums that belong to it.
  ///
  /// The value is what a reader of its octets sees: padding of the option area appears as
  /// end-of-list, odd fields appear as anomalies. Payload beyond 65,535 octets in all is left out.
  public init(network: NetworkHeader, tcp: TCPHeader, payload: [UInt8] = []) {
    let header = network.encoded().count + tcp.encoded().count
    let payload = Array(payload.prefix(max(0, 65_535 - header)))
    let segment = tcp.encodedSegment(
      payload: payload, source: network.source, destination: network.destination)
    self.init(network: network, protocolNumber: 6, upper: segment) { .tcp(tcp, payload: payload) }
  }

  /// Makes an ICMP or ICMPv6 packet, by the family of the addresses, with all lengths and the
  /// checksums that belong to it.
  public init(network: NetworkHeader, icmp: ICMPMessage) {
    let isIPv4 = network.source.family == .ipv4
    let message = icmp.encoded(source: network.source, destination: network.destination)
    self.init(network: network, protocolNumber: isIPv4 ? 1 : 58, upper: message) { .icmp(icmp) }
  }

  private init(
    network: NetworkHeader, protocolNumber: UInt8, upper: [UInt8], unread: () -> Transport
  ) {
    let network = network.carrying(protocolNumber: protocolNumber, length: upper.count)
    let octets = network.encoded() + upper
    self =
      Packet(datagram: octets)
      ?? Packet(network: network, transport: unread(), octets: octets)
  }
}
