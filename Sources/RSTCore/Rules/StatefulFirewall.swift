import RSTWire

extension FindingCode {
  /// Out-of-state segments vanish while SYN passes.
  public static let statefulFirewall = Self(rawValue: "stateful-firewall")
}

/// Segments of no connection vanish although SYNs to the same port are answered.
///
/// Every stack resets a stray ACK or FIN ACK in LISTEN and CLOSED (RFC 9293, 3.10.7), so something
/// between knows that there is no connection (net/netfilter/nf_conntrack_proto_tcp.c).
struct StatefulFirewall: Rule {
  let code = FindingCode.statefulFirewall

  func claim(_ seen: Observations) -> Claim? {
    var claim = Claim(
      code, responder: .unknown,
      explanation: "Something on the way tracks connections: SYNs pass, segments of no connection "
        + "vanish.",
      nextStep:
        "Expect long idle connections to be forgotten there; a test of idle time shows when.")
    // SYNs without a canary may pass where marked packets vanish.
    let passed = (seen.allSYNs + seen.controls("syn-control")).filter {
      ($0.synAck != nil || $0.reset != nil) && $0.attempt.draft.trafficClass != 0
    }
    let ports = Set(passed.map { $0.attempt.draft.segment?.destinationPort })
    guard !ports.isEmpty else { return nil }
    for (name, words, best) in [
      ("stray-ack", "stray ACKs", 6.0), ("stray-fin-ack", "stray FIN ACKs", 5.0),
    ] {
      // Whoever had shut us out by then lets nothing through.
      let strays = seen.witnessed(seen.target(name) + seen.controls(name)).filter {
        ports.contains($0.attempt.draft.segment?.destinationPort)
      }
      let weight = seen.weightOfSilence(strays, most: best)
      claim.add(
        "\(name)-silent", weight,
        "\(strays.count) \(words) to ports that answer SYNs drew nothing",
        packets: strays.filter(\.isSilent).flatMap(\.sent), source: "RFC 9293, section 3.10.7")
    }
    guard !claim.evidence.isEmpty else { return nil }
    let answered = (seen.target("stray-fin-ack") + seen.controls("stray-fin-ack"))
      .compactMap(\.reset)
    if !answered.isEmpty {
      claim.add(
        "fin-ack-answered", -6, "a stray FIN ACK is reset, which no tracker would let through",
        Array(answered.prefix(2)), source: "net/netfilter/nf_conntrack_proto_tcp.c")
    }
    claim.add(
      "syn-passes", -1.5, "\(passed.count) SYNs to the same ports were answered",
      passed.prefix(2).compactMap(\.directReply), source: "prior of one silence")
    return claim
  }
}
