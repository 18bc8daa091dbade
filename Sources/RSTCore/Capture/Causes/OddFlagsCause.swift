import RSTWire

/// A device before the host refuses SYNs with flags that no client sets; others pass.
///
/// The host's own stack drops the FIN or takes the SYN: RFC 9293, section 3.10.7.2.
struct OddFlagsCause: CauseRule {
  let code = FindingCode.oddFlagsFiltered

  func claim(_ seen: ResetCase) -> Claim? {
    guard let syn = seen.refusedSYN, !syn.isPlainSYN, seen.port != nil,
      seen.isFromElsewhere == true, seen.isAtAnotherDistance
    else { return nil }
    var claim = Claim(
      code, responder: .networkDevice,
      explanation:
        "A device before the host refuses a SYN with flags that no client sets. The port takes SYNs "
        + "without them.",
      nextStep: "Ask who sends such SYNs: scanners do, to tell stacks apart.")
    claim.add(
      "odd-flags", 0.7, "the SYN comes with \(syn.flags), and the port accepts others",
      frames: [syn, seen.segment], source: "RFC 9293, section 3.10.7.2")
    seen.weighDistance(&claim, same: 0, other: 2.5)
    seen.weighCopy(&claim, copied: -4, cleared: 1)
    seen.weighAcceptance(&claim)
    seen.weighStrangeness(&claim)
    return claim
  }
}
