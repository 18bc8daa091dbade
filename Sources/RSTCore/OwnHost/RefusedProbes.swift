import RSTWire

/// Probes that the kernel of this machine refused to send.
///
/// A packet filter's drop or reject of an outgoing packet comes back as EPERM
/// (net/netfilter/core.c, nf_hook_slow). No way to an address that others of the same run leave for is
/// no missing route: whatever is rewritten to an address of this machine cannot leave by an interface.
struct RefusedProbes: OwnSign {
  private let refused: [Exchange]
  private let first: Refusal
  private let total: Int

  init?(_ seen: Observations) {
    refused = seen.exchanges.filter { $0.isKeptByOwnRules(seen) }
    guard let first = refused.lazy.compactMap(\.departureRefusal).first else { return nil }
    self.first = first
    total = seen.exchanges.count
  }

  var changes: [String] {
    Dictionary(grouping: refused, by: \.attempt.probe).sorted { $0.key < $1.key }.map {
      "refused: \($0.key)"
    }.few(8)
  }

  var evidence: Evidence {
    Evidence(
      "own-refusal", weight: Self.weight,
      detail: "the kernel refused \(refused.count) of \(total) probes (\(first.text)): "
        + refused.map(\.attempt.probe).few(6).joined(separator: ", "),
      source: first.cause == .noWay
        ? "net/netfilter/nf_nat_redirect.c; net/netfilter/utils.c, nf_reroute"
        : "net/netfilter/core.c, nf_hook_slow")
  }

  var headline: String { "inconclusive: this machine refused to send the probes (\(first.text))" }

  var nextStep: String {
    switch first.cause {
    case .filtered:
      "Look at this machine's own packet filter (output chains: nft list ruleset, iptables-save, "
        + "ip6tables-save; rstprobe doctor reads them), then run again."
    case .noWay:
      "Look for a redirection to this machine itself, as sidecar proxies have it (nft list ruleset, "
        + "ip6tables-save -t nat), and at ip rule; then run again."
    case .other:
      "Look at this machine's interface and routes (ip -s link, tc -s qdisc), then run again."
    }
  }
}

extension Exchange {
  /// Why this machine's kernel did not send the probe.
  var departureRefusal: Refusal? {
    if case .refused(let refusal) = attempt.departure { refusal } else { nil }
  }

  /// Whether this machine's rules refused the probe: not its routes, nor a neighbour that is missing.
  func isKeptByOwnRules(_ seen: Observations) -> Bool {
    guard let refusal = departureRefusal else { return false }
    guard refusal.cause == .noWay else { return true }
    // A route that comes or goes divides the run in time; rules divide it by what is sent.
    let left = seen.exchanges.lazy.filter { $0.isSeen }.map(\.attempt.started)
    let kept = seen.exchanges.lazy.filter(\.isWithoutWay).map(\.attempt.started)
    guard let begins = left.min(), let ends = left.max() else { return false }
    let between = kept.filter { $0 > begins && $0 < ends }
    // One that is away for a while refuses everything meanwhile.
    guard let first = between.min(), let last = between.max() else { return false }
    return between.count >= 2 && left.contains { $0 > first && $0 < last }
  }
}
