public import RSTWire

/// Datagrams and frames around others, as tunnels make them.
public enum Encapsulation: String, CaseIterable, Sendable {
  /// IPv4 around a datagram of either family.
  case inIPv4 = "IP in IPv4"
  /// IPv6 around a datagram of either family.
  case inIPv6 = "IP in IPv6"
  /// GRE without optional fields.
  case routing = "GRE"
  /// GRE with checksum, key and sequence number.
  case routingWithFields = "GRE with checksum, key and sequence number"
  /// GRE around Ethernet.
  case routingEthernet = "GRE with Ethernet"
  /// VXLAN over IPv4.
  case extensibleNetwork = "VXLAN"
  /// VXLAN over IPv6, with a VLAN tag inside.
  case extensibleNetworkTagged = "VXLAN over IPv6 with a tag"
  /// Teredo without further headers; around IPv6 only.
  case teredo = "Teredo"
  /// Teredo with authentication and origin headers; around IPv6 only.
  case teredoWithHeaders = "Teredo with authentication and origin"

  /// Whether it can carry datagrams of a family.
  public func carries(_ family: AddressFamily) -> Bool {
    switch self {
    case .teredo, .teredoWithHeaders: family == .ipv6
    default: true
    }
  }

  /// A datagram that carries `datagram`.
  public func datagram(around datagram: [UInt8]) -> [UInt8] {
    let isIPv4 = datagram.first.map { $0 >> 4 == 4 } ?? true
    let type: [UInt8] = isIPv4 ? [0x08, 0x00] : [0x86, 0xdd]
    let addresses: [UInt8] = [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1]
    switch self {
    case .inIPv4: return Self.ipv4(isIPv4 ? 4 : 41, datagram)
    case .inIPv6: return Self.ipv6(isIPv4 ? 4 : 41, datagram)
    case .routing: return Self.ipv4(47, [0, 0] + type + datagram)
    case .routingWithFields:
      let fields: [UInt8] = [0xde, 0xad, 0, 0, 0, 0, 0, 7, 0, 0, 0, 9]
      return Self.ipv6(47, [0xb0, 0] + type + fields + datagram)
    case .routingEthernet:
      return Self.ipv4(47, [0x20, 0, 0x65, 0x58, 0, 0, 1, 0] + addresses + type + datagram)
    case .extensibleNetwork:
      let header: [UInt8] = [8, 0, 0, 0, 0, 0, 42, 0]
      return Self.ipv4(17, Self.user(50_000, 4789, header + addresses + type + datagram))
    case .extensibleNetworkTagged:
      let header: [UInt8] = [8, 0, 0, 0, 0, 0, 42, 0]
      let inner = addresses + [0x81, 0, 0, 5] + type + datagram
      return Self.ipv6(17, Self.user(50_000, 8472, header + inner))
    case .teredo: return Self.ipv4(17, Self.user(3544, 50_000, datagram))
    case .teredoWithHeaders:
      let authentication: [UInt8] = [0, 1, 2, 3, 1, 2, 1, 2, 3, 1, 2, 3, 4, 5, 6, 7, 8, 0]
      let origin: [UInt8] = [0, 0, 0x3c, 0xaf, 0x3f, 0xff, 0xfd, 0xfe]
      return Self.ipv4(17, Self.user(50_000, 3544, authentication + origin + datagram))
    }
  }

  /// An IPv4 datagram between the ends of a tunnel.
  public static func ipv4(_ protocolNumber: UInt8, _ payload: [UInt8]) -> [UInt8] {
    let length = UInt16(20 + payload.count)
    let header: [UInt8] = [
      0x45, 0, UInt8(length >> 8), UInt8(length & 0xff), 0, 9, 0, 0, 99, protocolNumber, 0, 0, 198,
      18, 0, 1, 198, 18, 0, 2,
    ]
    return header + payload
  }

  /// An IPv6 datagram between the ends of a tunnel.
  public static func ipv6(_ protocolNumber: UInt8, _ payload: [UInt8]) -> [UInt8] {
    let length = UInt16(payload.count)
    let address: [UInt8] = [0x20, 1, 0xd, 0xb8, 0, 9] + [UInt8](repeating: 0, count: 9)
    let header: [UInt8] = [
      0x60, 0, 0, 0, UInt8(length >> 8), UInt8(length & 0xff), protocolNumber, 99,
    ]
    return header + address + [1] + address + [2] + payload
  }

  /// A UDP header and its payload, without a checksum.
  public static func user(_ source: UInt16, _ destination: UInt16, _ payload: [UInt8]) -> [UInt8] {
    [source, destination, UInt16(8 + payload.count), 0].flatMap {
      [UInt8($0 >> 8), UInt8($0 & 0xff)]
    } + payload
  }
}
