import RSTWire

extension FindingCode {
  /// A reset behind the FIN, to speed up the close.
  public static let resetAfterFIN = Self(rawValue: "reset-after-fin")
}

/// Both sides say FIN, and a reset follows before anything else was sent: the close is cut short,
/// mostly to skip TIME-WAIT.
///
/// RFC 1337, section 3; seen of load balancers and of some client libraries.
struct ResetAfterFIN: Rule {
  let code = FindingCode.resetAfterFIN

  func claim(_ seen: Observations) -> Claim? {
    guard let sessions = Sessions(seen) else { return nil }
    // A bare reset is an answer to a segment of ours that was late, not the peer's own.
    let resets = sessions.results.closes.filter { $0.fin != nil }.flatMap(\.resetsBehind).filter {
      sessions.packet($0).packet.tcp?.flags.contains(.acknowledgement) ?? false
    }
    guard let first = resets.first else { return nil }
    var claim = Claim(
      code, responder: sessions.sender(of: first), phase: .close,
      explanation:
        "After an orderly FIN the peer still sends a reset: it skips the rest of the close. "
        + "All data had arrived by then.",
      nextStep: "Nothing to do, unless a log counts these resets as errors.")
    claim.add(
      "reset-behind-fin", 4, "a reset follows the FIN, before any further segment of ours",
      packets: resets + sessions.results.closes.compactMap(\.fin), source: "RFC 1337, section 3")
    return claim
  }
}
