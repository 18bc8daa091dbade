extension FindingCode {
  /// A reset outside the window closes the connection.
  public static let outOfWindowResetAccepted = Self(rawValue: "out-of-window-reset-accepted")
}

/// Resets that no receiver may believe close the connection: any guess does.
///
/// RFC 9293, section 3.10.7.4, first: outside the window a reset is dropped. A reset far outside has
/// to be taken; one beside the edge may be a window that was counted otherwise.
struct OutOfWindowReset: Rule {
  let code = FindingCode.outOfWindowResetAccepted

  func claim(_ seen: Observations) -> Claim? {
    guard let sessions = Sessions(seen), let far = sessions.matrix[.resetFar],
      far.outcome == .closes || far.outcome == .reset
    else { return nil }
    var claim = Claim(
      code, responder: .host, phase: .data,
      explanation: "A reset far outside of the window closes the connection: whoever knows the two "
        + "addresses and ports can end it with one packet.",
      nextStep: "Look for a device between that resets on any RST; else update the TCP stack.")
    claim.add(far, 4, source: "RFC 9293, section 3.10.7.4")
    for cell in [Cell.resetBeyond, .resetBefore] {
      guard let entry = sessions.matrix[cell], entry.outcome == far.outcome else { continue }
      claim.add(entry, 1.5, source: "RFC 9293, section 3.10.7.4")
    }
    return claim
  }
}
