public import RSTCore
public import RSTWire

/// netfilter's REJECT: net/ipv4/netfilter/nf_reject_ipv4.c.
public struct Reject: Middlebox {
  /// What it answers with.
  public enum Manner: Hashable, Sendable {
    /// A reset: TOS 0, flow label 0, identification 0, DF, window 0, no options echoed.
    case reset
    /// ICMP destination unreachable, by the codes of either family.
    case icmp(ipv4: UInt8, ipv6: UInt8)

    /// Communication administratively prohibited.
    public static let prohibited = Self.icmp(ipv4: 13, ipv6: 1)
    /// Port unreachable.
    public static let portUnreachable = Self.icmp(ipv4: 3, ipv6: 4)
    /// Host unreachable, or address unreachable.
    public static let hostUnreachable = Self.icmp(ipv4: 1, ipv6: 3)
    /// No route.
    public static let noRoute = Self.icmp(ipv4: 0, ipv6: 0)
  }

  let match: PacketMatch
  let manner: Manner
  /// Whether it acts like netfilter, which verifies checksums.
  public var verifiesChecksums = true
  /// The hop limit of its resets, where it is not its machine's own.
  public var hopLimit: UInt8?
  /// Whether it looks before the router does.
  public var actsBeforeRouting = false

  /// Makes a filter.
  public init(_ match: PacketMatch, with manner: Manner = .reset) {
    self.match = match
    self.manner = manner
  }

  /// Decides about a packet.
  public mutating func treat(
    _ packet: Packet, _ way: Way, at site: inout Site, now: Moment
  ) -> Treatment {
    guard way == .towardsHost, match.matches(packet) else { return .pass(packet) }
    switch manner {
    case .icmp(let ipv4, let ipv6):
      let isIPv4 = packet.network.source.family == .ipv4
      let error = site.error(
        type: isIPv4 ? 3 : 1, code: isIPv4 ? ipv4 : ipv6, about: packet, now: now)
      return Treatment(onward: nil, answers: [error].compactMap { $0.map { Emission($0) } })
    case .reset:
      // Recording the route changes the header after its checksum was taken: no reset at all.
      guard let header = packet.tcp, !packet.recordsRoute,
        !verifiesChecksums || !packet.anomalies.contains(.badChecksum),
        let reset = header.reset(payload: packet.payload.count)
      else { return .drop }
      let fields = AnswerHeader(hopLimit: hopLimit ?? site.hopLimit)
      return Treatment(
        onward: nil, answers: [Emission(Packet(network: fields.answering(packet), tcp: reset))])
    }
  }
}
