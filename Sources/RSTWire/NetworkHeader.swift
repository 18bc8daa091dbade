/// The network header of either family, with the fields that both share.
public enum NetworkHeader: Hashable, Sendable {
  /// An IPv4 header.
  case ipv4(IPv4Header)
  /// An IPv6 header.
  case ipv6(IPv6Header)

  /// Source address.
  public var source: IPAddress {
    switch self {
    case .ipv4(let header): .v4(header.source)
    case .ipv6(let header): .v6(header.source)
    }
  }

  /// Destination address.
  public var destination: IPAddress {
    switch self {
    case .ipv4(let header): .v4(header.destination)
    case .ipv6(let header): .v6(header.destination)
    }
  }

  /// Time to live or hop limit.
  public var hopLimit: UInt8 {
    switch self {
    case .ipv4(let header): header.hopLimit
    case .ipv6(let header): header.hopLimit
    }
  }

  /// Type of service or traffic class: DSCP and ECN.
  public var trafficClass: UInt8 {
    switch self {
    case .ipv4(let header): header.trafficClass
    case .ipv6(let header): header.trafficClass
    }
  }

  /// The length of the whole datagram in octets, as the header claims.
  public var length: Int {
    switch self {
    case .ipv4(let header): Int(header.totalLength)
    case .ipv6(let header): 40 + Int(header.payloadLength)
    }
  }

  /// The IPv4 identification; nil for IPv6.
  public var identification: UInt16? {
    if case .ipv4(let header) = self { header.identification } else { nil }
  }

  /// The IPv4 don't-fragment flag; nil for IPv6.
  public var dontFragment: Bool? {
    if case .ipv4(let header) = self { header.dontFragment } else { nil }
  }

  /// The IPv6 flow label, 20 bits; nil for IPv4.
  public var flowLabel: UInt32? {
    if case .ipv6(let header) = self { header.flowLabel } else { nil }
  }
}

extension NetworkHeader {
  /// The octets of the header and of IPv6 extension headers, every field as it stands.
  public func encoded() -> [UInt8] {
    switch self {
    case .ipv4(let header): header.encoded()
    case .ipv6(let header): header.encoded()
    }
  }

  /// The header of a datagram that carries `length` octets of a protocol: with the lengths, the
  /// protocol number and the checksum that belong to it.
  func carrying(protocolNumber: UInt8, length: Int) -> Self {
    switch self {
    case .ipv4(var header):
      header.protocolNumber = protocolNumber
      header.checksum = 0
      header.totalLength = UInt16(clamping: header.encoded().count + length)
      header.checksum = InternetChecksum.of(header.encoded().span)
      return .ipv4(header)
    case .ipv6(var header):
      header.protocolNumber = protocolNumber
      // With extension headers the caller has chosen what the first and the last say.
      if header.extensionOctets.isEmpty { header.nextHeader = protocolNumber }
      header.payloadLength = UInt16(clamping: header.extensionOctets.count + length)
      return .ipv6(header)
    }
  }
}
