internal import RSTWire

extension WireFuzzMutator {
  /// Valid datagrams of every kind that RSTWire reads, behind every link layer.
  static func corpus() -> [Frame] {
    let packets = [AddressFamily.ipv4, .ipv6].flatMap { family in
      segments(family) + messages(family)
    }
    return packets.enumerated().flatMap { index, packet in
      LinkType.allCases.flatMap { link in frames(of: packet, behind: link) }
        + [tunnel(around: packet, index)]
    }
  }

  /// The datagram in one tunnel or another, the inner network header as the place where changes
  /// hurt.
  private static func tunnel(around packet: Packet, _ index: Int) -> Frame {
    let tunnels = Encapsulation.allCases.filter { $0.carries(packet.network.source.family) }
    let octets = tunnels[index % tunnels.count].datagram(around: packet.octets)
    return Frame(link: .raw, octets: octets, network: octets.count - packet.octets.count)
  }

  private static let source4 = IPv4Address(rawValue: 0xc000_0201)
  private static let destination4 = IPv4Address(rawValue: 0xc633_6402)
  private static let source6 = IPv6Address(rawValue: 0x2001_0db8 << 96 | 1)
  private static let destination6 = IPv6Address(rawValue: 0x2001_0db8 << 96 | 2)

  /// Plain headers, and headers with options or extension headers.
  private static func networks(_ family: AddressFamily) -> [NetworkHeader] {
    switch family {
    case .ipv4:
      let plain = IPv4Header(source: source4, destination: destination4)
      var recording = plain
      recording.options = IPv4Option.recordRoute(slots: 9)
      var routed = plain
      routed.options = [131, 7, 4, 192, 0, 2, 9, 0]
      var fragment = plain
      fragment.moreFragments = true
      fragment.dontFragment = false
      return [plain, recording, routed, fragment].map(NetworkHeader.ipv4)
    case .ipv6:
      let plain = IPv6Header(flowLabel: 0x1_2323, source: source6, destination: destination6)
      let hopByHop: [UInt8] = [60, 0, 5, 2, 0, 0, 1, 0]
      let destinationOptions: [UInt8] = [43, 1, 1, 12] + [UInt8](repeating: 0, count: 12)
      let routing: [UInt8] = [51, 0, 0, 1, 0, 0, 0, 0]
      let authentication: [UInt8] = [44, 4, 0, 0] + [UInt8](repeating: 0xaa, count: 20)
      let walked = hopByHop + destinationOptions + routing + authentication
      let fragments: [[UInt8]] = [[6, 0, 0, 1, 0, 0, 0, 9], [6, 0, 0, 0, 0, 0, 0, 9]]
      let extended = fragments.map { fragment in
        var header = plain
        header.nextHeader = 0
        header.extensionOctets = walked + fragment
        return NetworkHeader.ipv6(header)
      }
      return [.ipv6(plain)] + extended
    }
  }

  private static func segments(_ family: AddressFamily) -> [Packet] {
    let syn = TCPHeader(
      sourcePort: 40_000, destinationPort: 443, sequence: SequenceNumber(1), flags: .syn,
      window: 64_240,
      options: [
        .maximumSegmentSize(1460), .selectiveAcknowledgementPermitted,
        .timestamps(value: 7, echo: 0), .noOperation, .windowScale(7),
      ])
    var odd = syn
    odd.options = [
      .other(kind: 19, data: [UInt8](repeating: 0x5a, count: 16)), .other(kind: 2, data: [1]),
      .other(kind: 254, data: []), .endOfList,
    ]
    odd.optionTail = [1, 2, 3]
    let data = TCPHeader(
      sourcePort: 443, destinationPort: 40_000, sequence: SequenceNumber(.max),
      flags: [.acknowledgement, .push], options: [.noOperation, .other(kind: 5, data: [0, 1])])
    return networks(family).flatMap { network in
      [
        Packet(network: network, tcp: syn), Packet(network: network, tcp: odd),
        Packet(network: network, tcp: data, payload: Array("GET / HTTP/1.1\r\n\r\n".utf8)),
      ]
    }
  }

  private static func messages(_ family: AddressFamily) -> [Packet] {
    guard let network = networks(family).first else { return [] }
    let isIPv4 = family == .ipv4
    let echo = ICMPMessage(
      type: isIPv4 ? 8 : 128, code: 0, body: .echo(identifier: 1, sequence: 2, data: [3, 4, 5]))
    let packets = segments(family) + [Packet(network: network, icmp: echo)]
    let type: UInt8 = isIPv4 ? 11 : 3
    let whole = packets.map { ICMPMessage.error(type: type, code: 0, quoting: $0) }
    let short = ICMPMessage.error(
      type: type, code: 0, quoting: packets[0], limit: isIPv4 ? 28 : 48)
    // RFC 4884: the quote is 128 octets, its length given in words of 4 or 8 octets.
    var extended = ICMPMessage.error(
      type: type, code: 0, quoting: packets[0], parameter: isIPv4 ? 32 << 16 : 16 << 24)
    extended.trailer = [UInt8](repeating: 0, count: 128 - packets[0].octets.count)
    extended.trailer += [0x20, 0, 0, 0, 0, 8, 1, 1, 0, 1, 2, 3]
    return ([echo, short, extended] + whole).map { Packet(network: network, icmp: $0) }
  }

  private static func frames(of packet: Packet, behind link: LinkType) -> [Frame] {
    let isIPv4 = packet.network.source.family == .ipv4
    let type: [UInt8] = isIPv4 ? [0x08, 0x00] : [0x86, 0xdd]
    let address: [UInt8] = [2, 0, 0, 0, 0, 1]
    let headers: [[UInt8]] =
      switch link {
      case .ethernet:
        [
          [2, 0, 0, 0, 0, 2] + address + type,
          [2, 0, 0, 0, 0, 2] + address + [0x88, 0xa8, 0, 1, 0x81, 0, 0, 2] + type,
          [2, 0, 0, 0, 0, 2] + address
            + [0x88, 0x64, 0x11, 0, 0, 1, 0, 100, 0, isIPv4 ? 0x21 : 0x57],
        ]
      case .raw: [[]]
      case .linuxCooked: [[0, 0, 0, 1, 0, 6] + address + [0, 0] + type]
      case .linuxCooked2: [type + [0, 0, 0, 0, 0, 1, 0, 1, 4, 6] + address + [0, 0]]
      case .loopback: [[0, 0, 0, isIPv4 ? 2 : 30], [isIPv4 ? 2 : 10, 0, 0, 0]]
      }
    return headers.map {
      Frame(link: link, octets: $0 + packet.octets, network: $0.count)
    }
  }
}
