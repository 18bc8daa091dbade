import RSTWire

/// Resets that left from our own ports and that rstprobe did not send.
///
/// Every packet of ours carries canaries. A reset without any, from the same machine, is its kernel's or
/// its packet filter's: `reject with tcp reset` for what comes in answers the target
/// (net/ipv4/netfilter/nf_reject_ipv4.c), and ends the connection there.
struct UnsentResets: OwnSign {
  private let resets: [RecordedPacket]

  init?(_ seen: Observations) {
    resets = seen.exchanges.flatMap { exchange in
      exchange.sent.lazy.map { seen.packets[$0] }.filter { Self.isForeign($0, to: exchange, seen) }
    }
    guard !resets.isEmpty else { return nil }
  }

  private static func isForeign(
    _ record: RecordedPacket, to exchange: Exchange, _ seen: Observations
  ) -> Bool {
    guard let header = record.packet.tcp, header.flags.contains(.reset), header.window == 0,
      case .seen(let first) = exchange.attempt.departure, record.index != first,
      let segment = exchange.attempt.draft.segment, !segment.flags.contains(.reset)
    else { return false }
    // What a router sends back to us is not of this machine; without link addresses nothing tells.
    guard let own = seen.packets[first].packet.linkSource, record.packet.linkSource == own else {
      return false
    }
    let network = record.packet.network
    guard
      network.trafficClass & 0xfc == 0
        || network.trafficClass != exchange.attempt.draft.trafficClass
    else { return false }
    switch network {
    case .ipv4(let header): return header.identification == 0
    case .ipv6(let header): return header.flowLabel != exchange.attempt.draft.flowLabel
    }
  }

  var changes: [String] { ["resets that rstprobe did not send: \(resets.count)"] }

  var evidence: Evidence {
    Evidence(
      "own-reset", weight: Self.weight,
      detail: "\(resets.count) resets left from our ports that rstprobe did not send: they end its "
        + "connections at the target",
      packets: resets.prefix(8).map(\.index), source: "net/ipv4/netfilter/nf_reject_ipv4.c")
  }

  var headline: String { "inconclusive: this machine resets the probes' connections itself" }

  var nextStep: String {
    "Look for a rule of this machine that rejects what comes in with a reset (input chains: nft list "
      + "ruleset, iptables-save, ip6tables-save; rstprobe doctor reads them), then run again."
  }
}
