internal import RSTWire

/// What holds of everything that RSTWire reads, whatever the octets: for both of its fuzzers.
enum WireInvariants {
  /// The invariants of every packet that can be read, in the order of its layers.
  static func broken(by packet: Packet, of octets: [UInt8]) -> String? {
    if packet.octets.count > octets.count { return "more octets than there were" }
    if packet.anomalies.count != Set(packet.anomalies).count { return "an anomaly twice" }
    switch packet.network {
    case .ipv4(let header):
      if header.options.count % 4 != 0 || header.options.count > 40 { return "IPv4 options" }
      if header.fragmentOffset > 0x1fff { return "fragment offset" }
    case .ipv6(let header):
      if header.flowLabel > 0xf_ffff { return "flow label" }
    }
    switch packet.transport {
    case .tcp(let header, let payload):
      if header.reserved > 15 || !(5...15).contains(header.dataOffset) { return "data offset" }
      if packet.network.encoded() + header.encoded() + payload != packet.octets {
        return "a segment that encodes differently"
      }
    case .icmp(let message):
      if packet.network.encoded() + message.encoded() != packet.octets {
        return "a message that encodes differently"
      }
      if case .error(let quoted) = message.body, quoted.segmentStart == nil, quoted.tcp != nil {
        return "a quoted header without its start"
      }
    case .other: break
    }
    if packet.anomalies.isEmpty {
      var again = Packet(datagram: packet.octets)
      again?.linkSource = packet.linkSource
      if again != packet { return "a clean datagram that reads differently alone" }
    }
    return nil
  }

  /// The texts of a packet are printable and can be read again.
  static func brokenText(of packet: Packet) -> String? {
    if !packet.summary.utf8.allSatisfy({ (0x20...0x7e).contains($0) }) { return "summary" }
    let addresses = [packet.network.source, packet.network.destination]
    for address in addresses where IPAddress(address.description) != address {
      return "address text \(address)"
    }
    return nil
  }

  /// The readers that take octets or text without a packet around them.
  static func brokenReader(of octets: [UInt8]) -> String? {
    for start in stride(from: 0, to: octets.count, by: 7) {
      let area = Array(octets[start...].prefix(40))
      if let route = IPv4Option.recordedRoute(in: area), route.count > 9 { return "route" }
    }
    let alphabet = Array("0123456789abcdefF:::::..% ")
    let text = String(octets.suffix(12).map { alphabet[Int($0) % alphabet.count] })
    if let address = IPv6Address(text), IPv6Address(address.description) != address {
      return "address text \(text)"
    }
    return nil
  }
}
