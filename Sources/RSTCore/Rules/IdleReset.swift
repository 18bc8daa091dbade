extension FindingCode {
  /// Idle connections are reset.
  public static let idleReset = Self(rawValue: "idle-reset")
}

/// Connections that were left alone are reset, by themselves when the time is over or with the next
/// segment, which somebody does not know any more.
///
/// RFC 5382, section 5; RFC 9293, section 3.5.2, group 1. Load balancers reset the next segment,
/// packet filters may, and servers may at expiry (nginx, reset_timedout_connection).
struct IdleReset: Rule {
  let code = FindingCode.idleReset

  func claim(_ seen: Observations) -> Claim? {
    guard let idle = IdleEvidence(seen), idle.reading.result == .reset,
      let occasion = idle.reading.on
    else { return nil }
    let reading = idle.reading
    let isExpiry = occasion == .expiry
    var claim = Claim(
      code, responder: .unknown, phase: .idle, explanation: "", nextStep: idle.remedy)
    claim.details = idle.details(on: true)
    claim.add(
      isExpiry ? "reset-by-itself" : "reset-for-next-segment", 2,
      isExpiry
        ? "a reset came unasked, \(idle.interval)"
        : "an old octet was answered by a reset \(idle.interval) of quiet",
      packets: reading.decisive.prefix(3).flatMap { idle.packets(of: $0) },
      source: isExpiry ? "RFC 9293, section 3.10.7.4" : "RFC 9293, section 3.5.2")
    idle.weighThreshold(&claim)
    idle.weighSender(&claim)
    let asked = reading.decisive.flatMap(\.events).filter { $0.kind == .keepAlive }
    if isExpiry, !asked.isEmpty {
      // Its timer may be that of questions which were lost on the way, or whose answers were.
      claim.add(
        "asks-whether-we-are-there", -10,
        "keep-alives came before, and who misses the answer to one gives up by a reset",
        packets: asked.prefix(4).map(\.packet), source: "RFC 1122, section 4.2.3.6")
    }
    let responder = claim.responder
    idle.weighControl(&claim, lived: 2) { ending in
      switch (responder, isExpiry, ending) {
      // A service resets by its own clock, busy or not.
      case (.host, true, _): 0
      // A service that closed does not make a device forget; but the host itself may then.
      case (.networkDevice, false, .fin): 0
      case (_, false, .fin): -3
      // What forgets a busy connection too is no timer.
      default: -8
      }
    }
    claim.explanation = Self.explanation(claim.responder, isExpiry: isExpiry, idle)
    return claim
  }

  private static func explanation(
    _ responder: Responder, isExpiry: Bool, _ idle: IdleEvidence
  ) -> String {
    let time = idle.interval
    switch (responder, isExpiry) {
    case (.networkDevice, true):
      return "A device on the way ends idle connections by a reset, \(time)."
    case (.networkDevice, false):
      return "A device on the way forgets idle connections, \(time), and resets the next segment."
    case (.host, true): return "The service itself ends idle connections by a reset, \(time)."
    case (.host, false):
      return
        "The host does not know the connection any more, \(time), and resets the next segment: it "
        + "closed in between and that did not arrive, or it was restarted."
    case (_, true): return "Idle connections are ended by a reset, \(time)."
    case (_, false):
      return
        "Idle connections are forgotten, \(time), and the next segment is reset, by the host or by "
        + "a device in its place."
    }
  }
}
