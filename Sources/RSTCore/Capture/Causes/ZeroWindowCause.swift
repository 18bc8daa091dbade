import RSTWire

extension FindingCode {
  /// A reset after a full buffer.
  public static let zeroWindowReset = Self(rawValue: "zero-window-reset")
}

/// A window was 0 when the reset came: somebody did not read, and somebody gave up.
///
/// RFC 9293, section 3.8.6.1.
struct ZeroWindowCause: CauseRule {
  let code = FindingCode.zeroWindowReset

  func claim(_ seen: ResetCase) -> Claim? {
    guard seen.isEstablished,
      let (side, since) = [(seen.side, seen.sender), (seen.side.opposite, seen.receiver)]
        .compactMap({ side, record in record.zeroWindowSince.map { (side, $0) } }).first
    else { return nil }
    let time = seen.segment.moment - since
    guard time > .milliseconds(500) else { return nil }
    var claim = Claim(
      code, responder: seen.maker, phase: .data,
      explanation:
        "The \(side.rawValue) had not read for \(time.rounded): its window was 0 when the "
        + "\(seen.side.rawValue) reset the connection.",
      nextStep: "See why the \(side.rawValue) does not read: is it stuck, or too slow?")
    claim.add(
      "window-closed", time > .seconds(5) ? 4.5 : 3.5, "its window had been 0 for \(time.rounded)",
      frames: Array(seen.reset.preceding.filter { $0.window == 0 }.suffix(3)) + [seen.segment],
      source: "RFC 9293, section 3.8.6.1")
    return claim
  }
}
