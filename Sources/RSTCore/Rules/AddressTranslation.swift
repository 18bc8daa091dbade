extension FindingCode {
  /// Different boxes answer for different ports of one address.
  public static let synackAddressTranslation = Self(rawValue: "synack-address-translation")
}

/// The target's port and the control ports answer from different distances, each with a stack.
///
/// Compared role by role: stacks use other hop limits for a SYN ACK than for a reset.
struct AddressTranslation: Rule {
  let code = FindingCode.synackAddressTranslation

  func claim(_ seen: Observations) -> Claim? {
    let traits = ResetTraits(seen)
    let mine = stackReplies(traits.stray) + stackReplies(traits.target)
    let others = stackReplies(traits.controls)
    let accepted = seen.allSYNs.compactMap(\.synAck)
    var claim = Claim(
      code, responder: .networkDevice,
      explanation: "Different machines answer for different ports of this address: a load "
        + "balancer, or address translation for single ports.",
      nextStep: "Ask which machine the port is forwarded to; the verdict is about that one.")
    weigh(
      mine, others, "resets", weight: 4.5, code: "resets-from-elsewhere", &claim)
    weigh(
      accepted, others, "SYN ACKs", weight: 2.5, code: "accepts-from-elsewhere", &claim)
    let targetBegins = seen.targetLadder
    let controlBegins = seen.controlLadder
    if !claim.evidence.isEmpty, targetBegins.isExact, controlBegins.isExact,
      let first = targetBegins.firstAnswer, let other = controlBegins.firstAnswer
    {
      claim.add(
        "ladders-differ", first == other ? -2.5 : 2,
        "the port answers from hop limit \(first) on, a control port from \(other)",
        [targetBegins.answers[first], controlBegins.answers[other]].compactMap { $0 },
        source: "Sundara Raman et al., CoNEXT 2022")
    }
    guard !claim.evidence.isEmpty else { return nil }
    claim.add("prior", -1.5, "most addresses are one machine", source: "prior")
    return claim
  }

  /// Resets that carry a stack's marks: a filter's own reset says nothing about another machine.
  private func stackReplies(_ marks: Marks) -> [Reply] {
    marks.copiesReliably || !marks.ownLabel.isEmpty || !marks.routeEchoed.isEmpty
      ? marks.replies : []
  }

  private func weigh(
    _ mine: [Reply], _ others: [Reply], _ words: String, weight: Double, code: String,
    _ claim: inout Claim
  ) {
    let here = Set(mine.map(\.distance))
    let there = Set(others.map(\.distance))
    guard mine.count >= 2, others.count >= 2, here.isDisjoint(with: there) else { return }
    claim.add(
      code, weight,
      "\(words) of the port come from distance \(here.sorted()), resets of control ports from "
        + "\(there.sorted())", Array(mine.prefix(2)) + Array(others.prefix(2)),
      source: "RFC 791, section 3.2; USERS, NAT look-alikes of Weaver et al., NDSS 2009")
  }
}
