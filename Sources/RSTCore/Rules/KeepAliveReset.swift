extension FindingCode {
  /// The peer's keep-alive went unanswered and it reset.
  public static let keepAliveReset = Self(rawValue: "keepalive-reset")
}

/// Keep-alives of the target are left without an answer, and a reset follows when the next is due.
///
/// RFC 1122, section 4.2.3.6; net/ipv4/tcp_timer.c, tcp_keepalive_timer: Linux resets after
/// tcp_keepalive_probes of them.
struct KeepAliveReset: Rule {
  let code = FindingCode.keepAliveReset

  func claim(_ seen: Observations) -> Claim? {
    guard let results = seen.sessions,
      let reading = RetransmissionReading(.keepAlive, results), reading.end == .reset,
      let gap = zip(reading.repetitions, [.zero] + reading.repetitions).map({ $0 - $1 }).min()
    else { return nil }
    let wait = reading.after - (reading.repetitions.last ?? .zero)
    // One keep-alive may be lost, so that the last that came is not the last that was sent.
    guard wait > gap * 3 / 4, wait < gap * 5 / 2 else { return nil }
    var claim = Claim(
      code, responder: .host, phase: .idle,
      explanation: "The target asks idle connections whether the client is still there, and resets "
        + "those where it gets no answer.",
      nextStep:
        "Where clients are reset while idle, look for what eats the target's keep-alives or "
        + "their answers.")
    claim.details = [
      Detail("keepalives", .number(Double(reading.repetitions.count + 1))),
      Detail("after_s", .number((reading.after.seconds * 10).rounded() / 10)),
    ]
    claim.add(
      "keepalives-unanswered", 5,
      "\(reading.repetitions.count + 1) keep-alives were left without an answer, then a reset came",
      packets: reading.observations.flatMap(\.packets), source: "RFC 1122, section 4.2.3.6")
    return claim
  }
}
