extension FindingCode {
  /// SYN vanishes.
  public static let silentDrop = Self(rawValue: "silent-drop")
}

/// SYNs vanish, more often than loss explains.
struct SilentDrop: Rule {
  let code = FindingCode.silentDrop

  func claim(_ seen: Observations) -> Claim? {
    let syns = seen.allSYNs
    guard syns.allSatisfy(\.replies.isEmpty) else { return nil }
    let weight = seen.weightOfSilentSYNs
    guard weight > 0 else { return nil }
    var claim = Claim(
      code, port: .dropped, responder: .none,
      explanation: "SYNs to the port vanish without an answer.",
      nextStep: "Look for a drop rule on the first hop that is not seen, then on the host.")
    let silent = syns.filter(\.isSilent)
    claim.add(
      "syn-silent", weight, "\(silent.count) SYNs drew nothing, more than loss explains",
      packets: silent.flatMap(\.sent), source: "RFC 9293, section 3.10.7: every state answers a SYN"
    )
    if seen.exchanges.contains(where: { $0.attempt.subject == .target && $0.refusal != nil })
      || seen.isRefusedByICMP
    {
      claim.add(
        "refused-by-icmp", -10, "other probes are refused by ICMP, which routers ration",
        seen.exchanges.compactMap { $0.refusal?.reply }.prefix(3).map { $0 },
        source: "RFC 1812, section 4.3.2.8")
    }
    weighPath(seen, &claim)
    let reset = seen.target("stray-fin", "null").compactMap(\.reset)
    if !reset.isEmpty {
      claim.add(
        "no-listener", 2, "the host resets a FIN or NULL to the port: no listener is behind", reset,
        source: "RFC 9293, section 3.10.7.1 and 3.10.7.2")
    }
    claim.droppedBetween = DropLocation(seen)?.hops ?? []
    return claim
  }

  private func weighPath(_ seen: Observations, _ claim: inout Claim) {
    let alive = seen.exchanges.compactMap(\.directReply)
    if !alive.isEmpty {
      claim.add(
        "path-works", 1, "other probes to the host are answered on the same path",
        Array(alive.prefix(3)), source: "differential: RFC 9293, section 3.10.7")
    } else if seen.routers.isEmpty {
      claim.add(
        "nobody-answers", -8.3, "nothing at all answers, neither the host nor a router on the way",
        source: "differential")
      claim.nextStep = "Probe another host behind the same first hop: does anything answer at all?"
    } else {
      claim.explanation +=
        " Nothing else of the host answers either: it may be down, or all of it "
        + "is filtered."
      claim.nextStep =
        "Check that the host is up, then look for a drop rule behind the last hop seen."
    }
  }
}

/// Between which hops SYNs to the target's port vanish.
struct DropLocation {
  /// The last hop seen and the first not seen.
  let hops: [Hop]

  /// Compares the ladder of SYNs with one that gets further; nil where chance is not excluded.
  init?(_ seen: Observations) {
    let ladder = seen.targetLadder
    guard !ladder.isAnswered else { return nil }
    let last = ladder.lastRouter ?? 0
    let next = last + 1
    guard ladder.silences[next, default: 0] >= (seen.lossRate > 0.1 ? 4 : 3) else { return nil }
    let others = [seen.controlLadder, seen.echoLadder]
    // Without another ladder that shows the next hop, its silence may be the router's own.
    let address = others.lazy.compactMap { $0.routers[next]?.source ?? $0.answers[next]?.source }
      .first
    let endsAtHost = others.contains { $0.answers[next] != nil }
    guard address != nil || endsAtHost || others.allSatisfy({ $0.routers.isEmpty }) else {
      return nil
    }
    let lastAddress = ladder.routers[last]?.source
    hops = [
      Hop(number: last, address: lastAddress), Hop(number: next, address: address),
    ]
  }
}
