import RSTWire

extension FindingCode {
  /// A forged reset beside real answers.
  public static let injectedReset = Self(rawValue: "injected-reset")
}

/// A forged reset beside the host's real answers: for a SYN that the host accepts, for content that
/// the host took or cannot have got, for our FIN, or for nothing at all.
///
/// Weaver, Sommer, Paxson, NDSS 2009; RFC 9293, section 3.10.7. Only the exchanges themselves prove it;
/// hop limit, identification and window say more about who did it.
struct InjectedReset: Rule {
  let code = FindingCode.injectedReset

  func claim(_ seen: Observations) -> Claim? {
    let claim = handshakeClaim(seen)
    guard let interference = Interference(seen) else { return claim }
    return InjectedOnConnection(interference, seen).claim(beside: claim) ?? claim
  }

  /// One SYN draws a reset and a SYN ACK: no stack sends both, so somebody forged the reset.
  private func handshakeClaim(_ seen: Observations) -> Claim? {
    let both = Self.exchanges(seen)
    guard let example = both.first, let accepted = example.synAck,
      let forged = example.replies.first(where: \.isReset)
    else { return nil }
    var claim = Claim(
      code, responder: .injector,
      explanation: "A third party answers beside the host: a forged reset comes for a SYN that the "
        + "host accepts. Clients that believe it see `connection refused`.",
      nextStep:
        "Probe from another network: where the reset is missing, the injector is not on the "
        + "path.")
    let pairs = both.flatMap { exchange in
      [exchange.replies.first(where: \.isReset), exchange.synAck].compactMap { $0 }
    }
    claim.add(
      "host-answered-too", 6, "\(both.count) SYNs drew a reset and a SYN ACK",
      Array(pairs.prefix(6)), source: "Weaver et al., NDSS 2009; RFC 9293, section 3.10.7")
    claim.occurrences = .init(
      count: both.count, total: seen.exchanges.count { Self.isEligible($0) && $0.synAck != nil })
    describe(forged, beside: accepted, in: example, &claim)
    let refused = seen.allSYNs.filter { $0.synAck == nil && $0.replies.contains(where: \.isReset) }
    if refused.count >= both.count {
      // A balancer in front of boxes that differ: a SYN that was doubled on its way met two of them.
      claim.add(
        "others-are-refused", -8,
        "\(refused.count) SYNs drew a reset alone, so that a doubled one may have met two boxes",
        Array(refused.prefix(3).flatMap(\.replies)),
        source: "RFC 791, section 3.2: datagrams may be doubled")
    }
    return claim
  }

  /// The exchanges that drew both before we acknowledged anything.
  ///
  /// SYNs that share a 4-tuple may reset each other, so they prove nothing.
  static func exchanges(_ seen: Observations) -> [Exchange] {
    seen.exchanges.filter { exchange in
      exchange.synAck != nil && exchange.replies.contains(where: \.isReset)
        && isEligible(exchange) && !isForgedAcceptance(exchange, seen)
    }
  }

  private static func isEligible(_ exchange: Exchange) -> Bool {
    ProbeCatalog.probe(named: exchange.attempt.probe)?.sharesFlow == false
      && exchange.attempt.draft.segment?.flags.contains(.fin) == false
  }

  /// Whether the reset has the host's distance and DSCP and the SYN ACK has not: then that is forged.
  static func isForgedAcceptance(_ exchange: Exchange, _ seen: Observations) -> Bool {
    guard let accepted = exchange.synAck, let reset = exchange.reset else { return false }
    let host = HostReference(stack: ResetTraits(seen).controls, seen)
    return host.distances.contains(reset.distance) && !host.distances.contains(accepted.distance)
  }

  private func describe(
    _ forged: Reply, beside accepted: Reply, in exchange: Exchange, _ claim: inout Claim
  ) {
    if forged.distance != accepted.distance {
      claim.add(
        "other-distance", 1,
        "hop limit \(forged.hopLimit) on the reset, \(accepted.hopLimit) on the SYN ACK",
        [forged, accepted], source: "0.9 % of ordinary flows in public captures")
    }
    let canary = exchange.attempt.draft.identification
    if let number = forged.record.packet.network.identification,
      number == canary || number == canary &+ 1
    {
      claim.add(
        "canary-identification", 1, "the reset's identification is our probe's, or the next",
        [forged], packets: exchange.sent.prefix(1).map { $0 },
        source: "0.2 % of ordinary flows in public captures")
    }
    if let window = forged.record.packet.tcp?.window, window != 0,
      window == exchange.attempt.draft.segment?.window
    {
      claim.add(
        "canary-window", 1, "the reset's window is our probe's", [forged],
        packets: exchange.sent.prefix(1).map { $0 }, source: "Suricata, respond-reject-libnet11.c")
    }
    let copies = exchange.replies.filter(\.isReset)
    if copies.count >= 2 {
      claim.add(
        "several-copies", 0.5, "\(copies.count) resets for one SYN", copies,
        source: "Weaver et al., NDSS 2009; gfw-report, S&P 2025")
    }
    if forged.kind == .unacceptableReset {
      claim.add(
        "unacceptable", 1, "the reset does not acknowledge the SYN as RFC 9293 asks", [forged],
        source: "RFC 9293, section 3.10.7.3")
    }
  }
}
