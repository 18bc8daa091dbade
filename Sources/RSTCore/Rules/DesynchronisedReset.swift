extension FindingCode {
  /// A segment of a connection that the host does not know is reset.
  public static let desynchronisedReset = Self(rawValue: "desynchronised-reset")
}

/// What comes for a connection that the host has forgotten is reset.
///
/// RFC 9293, section 3.5.2, group 1; section 3.5.1, half-open connections.
struct DesynchronisedReset: Rule {
  let code = FindingCode.desynchronisedReset

  func claim(_ seen: Observations) -> Claim? {
    guard let sessions = Sessions(seen), let exact = sessions.matrix[.resetExact],
      exact.outcome == .closes
    else { return nil }
    let resets = exact.observations.compactMap(\.livenessPacket)
    guard !resets.isEmpty, !resets.contains(where: sessions.isForeign) else { return nil }
    var claim = Claim(
      code, responder: .host, phase: .data,
      explanation: "After a connection is gone the host resets what still comes for it, so that a "
        + "peer which did not notice learns of it at once.",
      nextStep: "Nothing to do. Where peers wait for long all the same, a device between eats this "
        + "reset.")
    claim.add(
      "old-octet-reset", 5, "after an exact reset an old octet draws a reset",
      packets: exact.observations.flatMap(\.evidence), source: "RFC 9293, section 3.5.2")
    return claim
  }
}
