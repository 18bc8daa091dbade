extension FindingCode {
  /// A reset in SYN-RECEIVED frees the half-open connection.
  public static let halfOpenReset = Self(rawValue: "syn-received-reset-returns-to-listen")
}

/// An exact reset before the last ACK: the half-open connection is gone, and the listener lives on.
///
/// RFC 9293, section 3.10.7.4: a passive open returns to LISTEN without a word.
struct HalfOpenReset: Rule {
  let code = FindingCode.halfOpenReset

  func claim(_ seen: Observations) -> Claim? {
    guard let sessions = Sessions(seen), let entry = sessions.halfOpen[.resetExact],
      entry.reaction == .ignored, entry.liveness == .gone,
      sessions.results.cells.contains(where: { $0.liveness == .alive })
        || sessions.halfOpen.entries.contains(where: { $0.liveness == .alive })
    else { return nil }
    var claim = Claim(
      code, responder: .host,
      explanation:
        "An exact reset in the middle of the handshake frees the half-open connection, and "
        + "the port goes on accepting.",
      nextStep: "Nothing to do.")
    claim.add(
      "late-ack-reset", 5, "after the reset the handshake's last ACK is reset",
      packets: entry.observations.prefix(2).flatMap(\.packets),
      source: "RFC 9293, section 3.10.7.4")
    return claim
  }
}
