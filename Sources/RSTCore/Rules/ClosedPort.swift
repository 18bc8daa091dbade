extension FindingCode {
  /// Reset by the host's own stack.
  public static let closedPort = Self(rawValue: "closed-port")
}

/// The host's own stack refuses: nobody listens.
///
/// RFC 9293, section 3.10.7.1.
struct ClosedPort: Rule {
  let code = FindingCode.closedPort

  func claim(_ seen: Observations) -> Claim? {
    ResetEvidence(seen).claim(
      code, .stack,
      explanation: "The host's own TCP stack resets the SYN: nothing listens on the port.",
      nextStep: "Check on the host that the service runs and listens on this address and port.")
  }
}
