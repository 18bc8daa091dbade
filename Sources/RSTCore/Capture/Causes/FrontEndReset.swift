import RSTWire

extension FindingCode {
  /// Reset by the service's own front end.
  public static let loadBalancerReset = Self(rawValue: "load-balancer-reset")
}

/// A reset that says in text why: load balancers do so where they are told to.
///
/// RFC 9293, section 3.5.3, allows text in a reset; INJECTORS, section 3.4.
struct FrontEndReset: CauseRule {
  let code = FindingCode.loadBalancerReset

  func claim(_ seen: ResetCase) -> Claim? {
    // Octets that nobody can read give no reason.
    let text = (seen.reset.text ?? "").ifReadable
    guard !text.isEmpty else { return nil }
    var claim = Claim(
      code, responder: .host, phase: seen.phase,
      explanation:
        "The service's own front end resets the connection and says why: \(text)",
      nextStep: "Ask who runs the load balancer; the text names its reason.")
    claim.add(
      "reason-text", 3.5, "the reset carries \(seen.segment.length) octets",
      frames: [seen.segment], source: "RFC 9293, section 3.5.3")
    claim.details = [Detail("text", .word(text))]
    return claim
  }
}

extension String {
  /// Itself where most of it is letters and digits, else nothing.
  fileprivate var ifReadable: String {
    count(where: { $0.isLetter || $0.isNumber }) * 2 > count ? self : ""
  }
}
