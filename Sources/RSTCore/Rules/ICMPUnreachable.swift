extension FindingCode {
  /// A router says that there is no way to the host.
  public static let icmpUnreachable = Self(rawValue: "icmp-unreachable")
}

/// No way to the host: a router says so, or this machine finds no neighbour.
///
/// RFC 1812, 5.2.7.1.
struct ICMPUnreachable: Rule {
  let code = FindingCode.icmpUnreachable

  func claim(_ seen: Observations) -> Claim? {
    let all = seen.exchanges.compactMap(\.refusal).filter {
      $0.says.meansNoWay && $0.reply.source != seen.target.address
    }
    let loops = seen.direct.flatMap(\.replies).filter { $0.kind == .timeExceeded }
    let local = seen.direct.filter(\.isWithoutWay)
    guard let sender = all.first?.reply ?? loops.first
    else { return local.isEmpty ? nil : neighbourClaim(local, seen) }
    var claim = Claim(
      code, port: .unreachable, responder: .networkDevice,
      explanation: "\(sender.source) says that there is no way to the host.",
      nextStep:
        "Check the route and the neighbour table on \(sender.source), and that the host is up.")
    if let first = all.first {
      claim.add(
        "no-way", 5.5, "ICMP \(first.says.rawValue) from \(first.reply.source)",
        all.prefix(3).map(\.reply), source: "RFC 792; RFC 4443, section 3.1")
    } else {
      claim.explanation = "The path loops: a router drops our probes because their hop limit ends."
      claim.nextStep = "Compare the routes of the hops that repeat on the path."
      claim.add(
        "routing-loop", 5, "time exceeded for probes that were sent to go all the way",
        Array(loops.prefix(3)), source: "RFC 1812, section 5.3.1")
    }
    weighAnswers(seen, &claim)
    claim.hopRange = ICMPSender.hops(of: sender, in: seen)
    return claim
  }

  private func neighbourClaim(_ local: [Exchange], _ seen: Observations) -> Claim {
    var claim = Claim(
      code, port: .unreachable, responder: .none,
      explanation: "This machine finds no way to the host: no route, or no neighbour answers.",
      nextStep: "Look at `ip route get` and `ip neighbour` for the address.")
    claim.add(
      "no-neighbour", 5, "the kernel refused to send \(local.count) probes: no way to the host",
      source: "net/ipv4/route.c, ipv4_link_failure")
    weighAnswers(seen, &claim)
    return claim
  }

  private func weighAnswers(_ seen: Observations, _ claim: inout Claim) {
    let direct = seen.exchanges.compactMap(\.directReply)
    guard !direct.isEmpty else { return }
    claim.add(
      "host-answers", -9, "the host answers other probes", Array(direct.prefix(3)),
      source: "RFC 1812, section 5.2.7.1")
  }
}

extension Exchange {
  /// Whether this machine's kernel knew no way for the probe.
  var isWithoutWay: Bool {
    if case .refused(let refusal) = attempt.departure { refusal.cause == .noWay } else { false }
  }
}
