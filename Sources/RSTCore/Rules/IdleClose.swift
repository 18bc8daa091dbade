extension FindingCode {
  /// Idle connections are closed by a FIN.
  public static let idleClose = Self(rawValue: "idle-close")
}

/// A FIN comes by itself, on every connection after the same time: mostly the service, which waits
/// for a request no longer.
///
/// RFC 9293, section 3.6; RFC 9112, section 9.5 for HTTP.
struct IdleClose: Rule {
  let code = FindingCode.idleClose

  func claim(_ seen: Observations) -> Claim? {
    guard let idle = IdleEvidence(seen), idle.reading.result == .close else { return nil }
    let reading = idle.reading
    var claim = Claim(
      code, responder: .unknown, phase: .idle,
      explanation:
        "Connections are closed \(idle.interval) without a request. How long devices on the "
        + "way keep a connection for longer than that cannot be seen through this service.",
      nextStep:
        "Look at the timeouts of the service or the proxy before it. To see what devices on "
        + "the way do, ask a port whose service waits for longer.")
    if idle.isBusyOneGone == true {
      claim.explanation +=
        " Segments without data do not keep it: the service counts requests, or the "
        + "time since the connection began."
    }
    claim.details = idle.details()
    claim.add(
      "closed-by-itself", 2, "a FIN came unasked, \(idle.interval)",
      packets: reading.decisive.prefix(3).flatMap { idle.packets(of: $0) },
      source: "RFC 9293, section 3.6")
    idle.weighThreshold(&claim)
    idle.weighSender(&claim)
    return claim
  }
}
