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
    guard seen.segment.length > 0 else { return nil }
    let text = seen.reset.text ?? ""
    var claim = Claim(
      code, responder: .host, phase: seen.phase,
      explanation:
        "The service's own front end resets the connection"
        + (text.isEmpty ? " and adds octets to say why." : " and says why: \(text)"),
      nextStep: "Ask who runs the load balancer; the text names its reason.")
    claim.add(
      "reason-text", text.isEmpty ? 1 : 3.5, "the reset carries \(seen.segment.length) octets",
      frames: [seen.segment], source: "RFC 9293, section 3.5.3")
    claim.details = text.isEmpty ? [] : [Detail("text", .word(text))]
    return claim
  }
}
