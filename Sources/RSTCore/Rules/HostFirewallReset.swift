extension FindingCode {
  /// Reset made by a packet filter on the host.
  public static let hostFirewallReset = Self(rawValue: "host-firewall-reset")
}

/// A packet filter on the host makes the reset, as netfilter's `reject with tcp reset` does.
struct HostFirewallReset: Rule {
  let code = FindingCode.hostFirewallReset

  func claim(_ seen: Observations) -> Claim? {
    ResetEvidence(seen).claim(
      code, .hostFilter,
      explanation: "The reset comes from the host, but not from its TCP stack: a packet filter "
        + "there refuses on purpose.",
      nextStep: "Read the host's packet filter (nft list ruleset, iptables-save) for a reject rule."
    )
  }
}
