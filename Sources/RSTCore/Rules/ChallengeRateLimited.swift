extension FindingCode {
  /// Challenge ACKs stop coming above a rate.
  public static let challengeRateLimited = Self(rawValue: "challenge-ack-rate-limited")
}

/// Of many resets inside the window on one connection few draw a challenge ACK.
///
/// RFC 5961, section 7; net/ipv4/tcp_input.c, tcp_invalid_ratelimit: one in 500 ms for each
/// connection on Linux.
struct ChallengeRateLimited: Rule {
  let code = FindingCode.challengeRateLimited

  func claim(_ seen: Observations) -> Claim? {
    guard let sessions = Sessions(seen), let rate = sessions.challengeRate, rate.isLimited else {
      return nil
    }
    let perSecond = (rate.perSecond * 10).rounded() / 10
    var claim = Claim(
      code, responder: .host, phase: .data,
      explanation: "The target rations challenge ACKs. A missing one above that rate says nothing.",
      nextStep: "Space what you test on one connection, or use one connection for each test.")
    claim.details = [
      Detail("observed_per_s", .number(perSecond)),
      Detail("scope", .word(rate.scope ?? "unknown")),
    ]
    claim.add(
      "fewer-than-asked", 6,
      "\(rate.packets.count) of \(rate.asked) resets inside the window drew a challenge ACK, "
        + "\(perSecond) in a second", packets: rate.packets, source: "RFC 5961, section 7")
    if rate.scope == "connection" {
      claim.add(
        "others-answered", 1, "meanwhile other connections drew theirs",
        source: "net/ipv4/tcp_input.c, __tcp_oow_rate_limited: kept in the socket")
    }
    return claim
  }
}
