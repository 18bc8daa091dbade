import RSTWire

extension FindingCode {
  /// Data for a side that had closed is reset.
  public static let dataAfterCloseReset = Self(rawValue: "data-after-close-reset")
}

/// Both sides closed, an octet follows, and the host that has forgotten the connection resets it.
///
/// RFC 9293, section 3.10.7.1.
struct DataAfterClose: Rule {
  let code = FindingCode.dataAfterCloseReset

  func claim(_ seen: Observations) -> Claim? {
    guard let sessions = Sessions(seen) else { return nil }
    let resets = sessions.results.closes.filter { $0.fin != nil }.compactMap(\.afterClose).filter {
      sessions.packet($0).packet.tcp?.flags.contains(.reset) ?? false
    }
    guard let first = resets.first else { return nil }
    var claim = Claim(
      code, responder: sessions.sender(of: first), phase: .close,
      explanation: "Data that comes after both sides have closed is reset, as RFC 9293 asks.",
      nextStep: "Nothing to do.")
    claim.add(
      "late-octet-reset", 5, "an octet behind both FINs draws a reset", packets: resets,
      source: "RFC 9293, section 3.10.7.1")
    return claim
  }
}
