extension FindingCode {
  /// A filter refuses with ICMP.
  public static let firewallICMPReject = Self(rawValue: "firewall-icmp-reject")
}

/// ICMP says that a filter refuses.
///
/// RFC 1812, section 5.2.7.1; RFC 4443, section 3.1.
struct FirewallICMPReject: Rule {
  let code = FindingCode.firewallICMPReject

  func claim(_ seen: Observations) -> Claim? {
    let refusals = seen.targetRefusals
    guard let first = refusals.first else { return nil }
    let isOfHost = first.reply.source == seen.target.address
    var claim = Claim(
      code, port: .rejected, responder: isOfHost ? .hostFirewall : .networkDevice,
      explanation: "A packet filter \(isOfHost ? "on the host" : "on the path") refuses with ICMP "
        + "\(first.says.rawValue), sent by \(first.reply.source).",
      nextStep: isOfHost
        ? "Read the host's packet filter for a reject rule."
        : "Ask whoever runs \(first.reply.source) for its rule.")
    weigh(first.says, of: refusals.map(\.reply), in: seen, &claim)
    let answered = seen.allSYNs.compactMap { $0.synAck ?? $0.reset }
    if !answered.isEmpty {
      claim.add(
        "answered-elsewhere", -8, "other SYNs to the port are answered by TCP",
        Array(answered.prefix(3)), source: "RFC 1122, section 4.2.3.9")
    }
    if !isOfHost { claim.hopRange = ICMPSender.hops(of: first.reply, in: seen) }
    return claim
  }

  private func weigh(
    _ says: ICMPRefusal, of replies: [Reply], in seen: Observations, _ claim: inout Claim
  ) {
    let shown = Array(replies.prefix(2))
    let others = seen.exchanges.filter { $0.attempt.subject != .target }.compactMap(\.directReply)
    switch says {
    case .prohibited:
      claim.add(
        "prohibited", 7, "ICMP says that communication is administratively prohibited", shown,
        source: "RFC 1812, section 5.2.7.1; RFC 4443, section 3.1")
    case .portUnreachable, .protocolUnreachable:
      claim.add(
        "port-unreachable", 4.5, "ICMP \(says.rawValue) for a TCP segment: stacks reset instead",
        shown, source: "RFC 9293, section 3.5.2; net/ipv4/netfilter/nf_reject_ipv4.c")
      let resets = seen.exchanges.contains { $0.reset != nil }
      if resets {
        claim.add(
          "host-resets", 2, "the host resets other segments, so it is no stack without resets",
          seen.exchanges.lazy.compactMap(\.reset).prefix(1).map { $0 },
          source: "RFC 9293, section 3.5.2")
      }
    case .noRoute, .hostUnreachable:
      if shown.contains(where: { $0.source == seen.target.address }) {
        claim.add(
          "host-refuses-itself", 5, "ICMP \(says.rawValue) comes from the target's own address",
          shown, source: "RFC 1812, section 5.2.7.1: a router says that, not the destination")
      } else if others.isEmpty {
        claim.add(
          "nobody-answers", -6, "nothing else of the host answers: routing", shown,
          source: "RFC 1812, section 5.2.7.1")
      } else {
        claim.add(
          "others-answer", 5,
          "ICMP \(says.rawValue) for this port, while the host answers elsewhere",
          shown + others.prefix(2), source: "RFC 1812, section 5.2.7.1")
      }
    }
  }
}

/// Where the sender of an ICMP error is.
enum ICMPSender {
  /// Its hop, where a ladder names its address or where ladder and hop limit agree.
  static func hops(of reply: Reply, in seen: Observations) -> ClosedRange<Int>? {
    if let hop = seen.routers.first(where: { $0.value == reply.source })?.key { return hop...hop }
    return seen.targetLadder.hops(
      ofDeviceAt: reply.distance, from: seen.targetLadder.refusalBegins)
  }
}
