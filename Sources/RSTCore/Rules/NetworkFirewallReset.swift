extension FindingCode {
  /// Reset made by a device before the host.
  public static let networkFirewallReset = Self(rawValue: "network-firewall-reset")
}

/// A device on the path resets in the target's name.
struct NetworkFirewallReset: Rule {
  let code = FindingCode.networkFirewallReset

  func claim(_ seen: Observations) -> Claim? {
    let evidence = ResetEvidence(seen)
    var claim = evidence.claim(
      code, .device,
      explanation: "A device on the path resets the connection in the target's name.",
      nextStep: "Ask whoever runs the device at that hop for its rule; the host never decided.")
    claim?.hopRange = evidence.hops
    return claim
  }
}
