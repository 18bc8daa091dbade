import RSTWire

/// Probes that the kernel took and that were never seen leaving, while others were.
///
/// A capture sees what the queueing discipline and the egress hooks let through
/// (net/core/dev.c, __dev_queue_xmit, dev_queue_xmit_nit). So they were dropped there, or left by
/// another interface: a redirection to a local port sends to the loopback address.
struct KeptProbes: OwnSign {
  private let kept: [Exchange]
  /// Segments that connection tracking does not follow left, and those that it does never.
  private let isTranslation: Bool

  /// Fewer may be a chance of this machine.
  private static let least = 3
  /// Packets leave at once; this is the time for a queue of this machine's own.
  private static let patience = Duration.milliseconds(100)

  init?(_ seen: Observations) {
    guard seen.missed == 0, let last = seen.lastMoment else { return nil }
    let unseen = seen.exchanges.filter {
      $0.attempt.departure == .notSeen && $0.attempt.isHandedOver && $0.attempt.isSettled
        && $0.attempt.answers.isEmpty && $0.attempt.started + Self.patience <= last
    }
    guard unseen.count >= Self.least else { return nil }
    let left = Set(
      seen.exchanges.lazy.map(\.attempt).filter { $0.departure != .notSeen }.map(\.asked))
    kept = unseen.filter { !left.contains($0.attempt.asked) }
    guard kept.count >= Self.least else { return nil }
    let kept = kept
    isTranslation =
      kept.allSatisfy(\.isTracked)
      && seen.exchanges.contains { exchange in
        exchange.hasLeft && !exchange.isTracked && exchange.attempt.draft.segment != nil
          && kept.contains { $0.attempt.subject == exchange.attempt.subject }
      }
  }

  var changes: [String] { kept.map { "never left: \($0.attempt.probe)" }.few(8) }

  var evidence: Evidence {
    Evidence(
      "own-never-left", weight: Self.weight,
      detail: "the kernel took \(kept.count) probes that were never seen leaving: "
        + kept.map(\.attempt.probe).few(6).joined(separator: ", ")
        + (isTranslation
          ? "; to the same port left only what connection tracking does not follow, so what it "
            + "follows is sent elsewhere, as to a sidecar proxy" : ""),
      source: "net/core/dev.c, dev_queue_xmit_nit")
  }

  var headline: String {
    isTranslation
      ? "inconclusive: this machine keeps the probes to itself, as a redirection to a local port does"
      : "inconclusive: the probes were handed to the kernel and never seen leaving"
  }

  var nextStep: String {
    isTranslation
      ? "Look for a redirection on this machine (nft list ruleset, iptables-save -t nat: REDIRECT, "
        + "dnat; rstprobe doctor reads them), or run from outside of the sidecar's network namespace."
      : "Look at this machine's packet filter, interface and neighbour table (nft list ruleset, "
        + "tc filter show dev IF egress, ip neighbour; rstprobe doctor reads them)."
  }
}

extension Exchange {
  /// Whether connection tracking follows the probe: a SYN or an ACK alone, not what it calls invalid.
  ///
  /// net/netfilter/nf_conntrack_proto_tcp.c, tcp_error and tcp_new.
  fileprivate var isTracked: Bool {
    guard let flags = attempt.draft.segment?.flags else { return false }
    return flags.intersection([.syn, .fin, .reset, .acknowledgement]) == .syn
      || flags.intersection([.syn, .fin, .reset]) == [] && flags.contains(.acknowledgement)
  }
}
