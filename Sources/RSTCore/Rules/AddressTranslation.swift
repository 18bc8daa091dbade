import RSTWire

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
    var claim = Claim(
      code, responder: .networkDevice,
      explanation: "Different machines answer for different ports of this address: a load "
        + "balancer, or address translation for single ports.",
      nextStep: "Ask which machine the port is forwarded to; the verdict is about that one.")
    weigh(
      seen.target("stray-ack", "ladder-ack"), seen.controls("stray-ack", "ladder-ack"),
      "ACKs", &claim)
    weigh(
      seen.allSYNs + seen.target("ladder-syn"), seen.controls("syn-control", "ladder-syn"), "SYNs",
      &claim)
    weighAccepted(seen, &claim)
    weighLadders(seen, &claim)
    guard !claim.evidence.isEmpty else { return nil }
    claim.add("prior", -1.5, "most addresses are one machine", source: "prior")
    return claim
  }

  /// Resets of one role at the port and at control ports, each made by a stack: a filter's own
  /// reset says nothing about another machine.
  private func weigh(
    _ mine: [Exchange], _ others: [Exchange], _ words: String, _ claim: inout Claim
  ) {
    let here = Marks(mine)
    let there = Marks(others)
    guard here.isOfStack, there.isOfStack, here.replies.count >= 2, there.replies.count >= 2,
      here.hopLimits.isDisjoint(with: there.hopLimits),
      (here.distances.max() ?? 0) <= Distance.plausible
    else { return }
    claim.add(
      "resets-from-elsewhere", 4.5,
      "resets to \(words) arrive with hop limit \(here.hopLimits.sorted()) from the port and with "
        + "\(there.hopLimits.sorted()) from control ports",
      Array(here.replies.prefix(2)) + Array(there.replies.prefix(2)),
      source: "RFC 791, section 3.2; look-alikes of Weaver et al., NDSS 2009")
  }

  /// SYN ACKs against resets are other roles: only a greater distance says something; from nearer
  /// they may be a proxy's.
  private func weighAccepted(_ seen: Observations, _ claim: inout Claim) {
    // A SYN proxy's window is 0: it answers for the same machine.
    let accepted = seen.allSYNs.compactMap(\.synAck).filter {
      $0.record.packet.tcp?.window != 0
    }
    let controls = ResetTraits(seen).controls
    let here = Set(accepted.map(\.distance))
    guard controls.isOfStack, accepted.count >= 2, controls.replies.count >= 2,
      let nearest = here.min(), let farthest = controls.distances.max(), nearest > farthest
    else { return }
    claim.add(
      "accepts-from-elsewhere", 2.5,
      "SYN ACKs come from distance \(here.sorted()), resets of control ports from "
        + "\(controls.distances.sorted())",
      Array(accepted.prefix(2)) + Array(controls.replies.prefix(2)), source: "RFC 791, section 3.2")
  }

  private func weighLadders(_ seen: Observations, _ claim: inout Claim) {
    let port = seen.targetLadder
    let control = seen.controlLadder
    guard !claim.evidence.isEmpty, port.isExact, control.isExact, let first = port.firstAnswer,
      let other = control.firstAnswer, first != other
    else { return }
    claim.add(
      "ladders-differ", 2,
      "the port answers from hop limit \(first) on, a control port from \(other)",
      [port.answers[first], control.answers[other]].compactMap { $0 },
      source: "Sundara Raman et al., CoNEXT 2022")
  }
}
