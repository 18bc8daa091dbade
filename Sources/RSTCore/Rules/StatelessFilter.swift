extension FindingCode {
  /// SYN is filtered while out-of-state segments reach the host.
  public static let statelessFilter = Self(rawValue: "stateless-filter")
}

/// SYNs vanish while a FIN or NULL to the same port is reset by the host.
struct StatelessFilter: Rule {
  let code = FindingCode.statelessFilter

  func claim(_ seen: Observations) -> Claim? {
    let silence = seen.weightOfSilentSYNs
    let reset = seen.target("stray-fin", "null", "xmas").compactMap(\.reset)
    guard silence > 0, !reset.isEmpty else { return nil }
    var claim = Claim(
      code, responder: .unknown,
      explanation: "A filter without memory drops SYNs to this port; other segments reach the "
        + "host, which resets them because nobody listens.",
      nextStep: "Look for a rule on SYN alone (an access list with `established`, `--syn`).")
    claim.add(
      "syn-silent", min(silence, 4), "SYNs to the port draw nothing",
      packets: seen.allSYNs.filter(\.isSilent).flatMap(\.sent),
      source: "RFC 9293, section 3.10.7")
    claim.add(
      "stray-reset", 2, "a FIN or NULL to the same port is reset", Array(reset.prefix(3)),
      source: "RFC 9293, section 3.10.7.1")
    return claim
  }
}
