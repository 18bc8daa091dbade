public import RSTWire

/// The filter of a run in libpcap's language: our own flows, and what others say about them.
///
/// - our segments and the target's, between the target and our guarded ports;
/// - echo requests to the target and its replies;
/// - ICMP errors from anybody, since any router may send them, where they quote a packet to the
///   target: a flood of other people's errors stays in the kernel;
/// - for IPv6 also what the target sends behind extension headers or in fragments;
/// - SYNs that leave from our ports to elsewhere, or to the target from other ports: ours may be among
///   them, rewritten by this machine's address translation.
///
/// On Ethernet the same behind a VLAN tag that the interface leaves in the frame.
public struct CaptureFilter: Hashable, Sendable {
  /// The target's address.
  public var target: IPAddress
  /// From the lowest to the highest guarded port.
  public var ports: ClosedRange<UInt16>

  /// Makes a filter.
  public init(target: IPAddress, ports: ClosedRange<UInt16>) {
    self.target = target
    self.ports = ports
  }

  /// The text for an interface.
  ///
  /// - Parameter link: The link layer; "vlan" is refused by libpcap where there is none.
  /// - Returns: The text in libpcap's language.
  public func text(link: LinkType) -> String {
    // What stands behind "vlan" is looked for behind a tag.
    link == .ethernet
      ? "(\(flows)) or (\(rewritten)) or (vlan and (\(flows)))" : "(\(flows)) or (\(rewritten))"
  }

  /// Where the packet went is asked last: a file does not know.
  private var rewritten: String {
    let isSYN =
      target.family == .ipv4 ? "ip and tcp[13] & 2 != 0" : "ip6 and tcp and ip6[53] & 2 != 0"
    return "\(isSYN) and (src \(segments) or dst host \(target)) and outbound"
  }

  private var segments: String { "portrange \(ports.lowerBound)-\(ports.upperBound)" }

  private var flows: String {
    switch target {
    case .v4(let address):
      // The quoted header begins at octet 8 of the error, the destination at 16 of the header.
      // RFC 792: 3 unreachable, 4 source quench, 5 redirect, 11 time exceeded, 12 parameter.
      return """
        (tcp and host \(address) and \(segments)) or \
        (icmp and (icmp[0] = 3 or icmp[0] = 4 or icmp[0] = 5 or icmp[0] = 11 or icmp[0] = 12) \
        and icmp[24:4] = \(address.rawValue)) or \
        (icmp and host \(address) and (icmp[0] = 0 or icmp[0] = 8))
        """
    case .v6(let address):
      // RFC 4443: 1...4 errors, 128 and 129 echo; the type is octet 40 without extension headers.
      // The quoted header begins 8 octets later, the destination at 24 of the header.
      // RFC 8200: 0 hop-by-hop, 43 routing, 44 fragment, 60 destination options.
      return """
        (ip6 and tcp and host \(address) and \(segments)) or \
        (icmp6 and ip6[40] >= 1 and ip6[40] <= 4 and \(quoted(address))) or \
        (icmp6 and host \(address) and (ip6[40] = 128 or ip6[40] = 129)) or \
        (ip6 and host \(address) and (ip6[6] = 0 or ip6[6] = 43 or ip6[6] = 44 or ip6[6] = 60))
        """
    }
  }

  /// The condition that an ICMPv6 error quotes a packet to an address.
  private func quoted(_ address: IPv6Address) -> String {
    (0..<4).map { part in
      let word = UInt32(truncatingIfNeeded: address.rawValue >> (96 - 32 * part))
      return "ip6[\(72 + 4 * part):4] = \(word)"
    }.joined(separator: " and ")
  }
}
