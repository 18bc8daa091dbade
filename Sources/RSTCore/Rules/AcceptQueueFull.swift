extension FindingCode {
  /// A listener exists and its accept queue is full.
  public static let acceptQueueFull = Self(rawValue: "accept-queue-full")
}

/// SYNs are ignored, a stray ACK is reset, FIN and NULL are ignored as only a listener ignores them.
///
/// net/ipv4/tcp_input.c, tcp_conn_request: a full accept queue drops the SYN. A filter that drops
/// nothing but SYNs in front of a listener looks the same unless it is before the host.
struct AcceptQueueFull: Rule {
  let code = FindingCode.acceptQueueFull

  func claim(_ seen: Observations) -> Claim? {
    let silence = seen.weightOfSilentSYNs
    let stray = seen.target("stray-ack").compactMap(\.reset)
    guard silence > 0, !stray.isEmpty else { return nil }
    var claim = Claim(
      code, port: .overloaded, responder: .host,
      explanation: "A listener is there, but it takes no connection now: its accept queue is full. "
        + "A filter on the host that drops only SYNs would look the same.",
      nextStep: "On the host compare Recv-Q with Send-Q of the listener (ss -ltn) and see whether "
        + "ListenOverflows grows (nstat -az TcpExtListenOverflows).")
    claim.add(
      "syn-silent", silence, "SYNs to the port draw nothing",
      packets: seen.allSYNs.flatMap(\.sent), source: "net/ipv4/tcp_input.c, tcp_conn_request")
    claim.add(
      "stray-ack-reset", 1.5, "a stray ACK to the port is reset", Array(stray.prefix(2)),
      source: "RFC 9293, section 3.10.7.2")
    weighMaker(seen, &claim)
    weighListener(seen, &claim)
    weighPath(seen, &claim)
    return claim
  }

  /// The reset must be the host's own: a rationed reject leaves the same silence behind.
  private func weighMaker(_ seen: Observations, _ claim: inout Claim) {
    let traits = ResetTraits(seen)
    let stray = Marks(seen.target("stray-ack", "ladder-ack"))
    let host = HostReference(stack: traits.controls, seen)
    let isElsewhere = [.nearer, .farther].contains(host.compare(stray.distances))
    let isFilter =
      !stray.cleared.isEmpty && !traits.controls.copied.isEmpty
      || !stray.zeroLabel.isEmpty && !traits.controls.ownLabel.isEmpty
    if isElsewhere || isFilter {
      claim.add(
        "reset-of-a-filter", -8, "the reset of the stray ACK is not the host's own",
        Array(stray.replies.prefix(2)) + Array(traits.controls.replies.prefix(1)),
        source: "net/ipv4/netfilter/nf_reject_ipv4.c")
    }
  }

  /// FIN and NULL: ignored by a listener, reset by a closed port.
  private func weighListener(_ seen: Observations, _ claim: inout Claim) {
    let odd = seen.target("stray-fin", "null")
    let reset = odd.compactMap(\.reset)
    if !reset.isEmpty {
      claim.add(
        "no-listener", -8, "FIN or NULL to the port is reset: nobody listens", reset,
        source: "RFC 9293, section 3.10.7.1")
      return
    }
    let controls = seen.controls("stray-fin", "null").compactMap(\.reset)
    let silence = min(
      seen.weightOfSilence(seen.target("stray-fin")), seen.weightOfSilence(seen.target("null")))
    if silence > 0, !controls.isEmpty {
      claim.add(
        "ignored-as-by-a-listener", min(silence, 2) - 0.9,
        "FIN and NULL are ignored here and reset at a closed control port",
        Array(controls.prefix(2)), packets: odd.flatMap(\.sent),
        source: "RFC 9293, section 3.10.7.2")
    } else {
      claim.add(
        "listener-not-shown", -3, "nothing shows that a listener is behind",
        packets: odd.flatMap(\.sent), source: "RFC 9293, section 3.10.7.2")
    }
  }

  /// SYNs that die before the host are no matter of its queue.
  private func weighPath(_ seen: Observations, _ claim: inout Claim) {
    let lastSeen = seen.targetLadder.lastRouter ?? 0
    let ends = [seen.controlLadder.firstAnswer, seen.echoLadder.firstAnswer].compactMap { $0 }
    guard let host = ends.min(), lastSeen < host - 1 else {
      if ends.isEmpty {
        claim.add(
          "path-not-shown", -3, "nothing shows how far SYNs come on the way to the host",
          source: "Sundara Raman et al., CoNEXT 2022")
      }
      return
    }
    guard let drop = DropLocation(seen), let first = drop.hops.last, first.number < host else {
      claim.add(
        "path-not-shown", -3, "SYNs were seen to hop \(lastSeen) only, the host is at \(host)",
        source: "Sundara Raman et al., CoNEXT 2022")
      return
    }
    claim.add(
      "dropped-before-host", -7, "SYNs vanish before hop \(first.number), the host is at \(host)",
      source: "Sundara Raman et al., CoNEXT 2022")
  }
}
