extension FindingCode {
  /// The longest idle hold stood.
  public static let idleSurvived = Self(rawValue: "idle-survived")
}

/// A connection that was left alone for as long as was asked for still acknowledges.
///
/// RFC 5382, section 5: an address translator keeps an idle connection for 2 hours and 4 minutes at
/// least; many devices do not.
struct IdleSurvived: Rule {
  let code = FindingCode.idleSurvived

  func claim(_ seen: Observations) -> Claim? {
    guard let idle = IdleEvidence(seen), idle.reading.result == .survived,
      let longest = idle.reading.survivors.last
    else { return nil }
    let reading = idle.reading
    let keepAlive = reading.keepAliveInterval
    var claim = Claim(
      code, responder: .host, phase: .idle,
      explanation: keepAlive.map {
        "A connection stands for \(IdleEvidence.words(longest.planned)), but the peer sends "
          + "keep-alives, the first after \(IdleEvidence.words($0)), so that it was never idle for "
          + "longer than \(IdleEvidence.words(reading.low))."
      }
        ?? "A connection left alone for \(IdleEvidence.words(reading.low)) still stands; nothing on "
        + "the way forgets it sooner.",
      nextStep: keepAlive == nil
        ? "Nothing to do, unless connections are idle for longer: ask with a longer --idle."
        : "Nothing to do: the peer keeps its connections alive by itself.")
    claim.details = idle.details()
    claim.add(
      "still-acknowledges", 5,
      "after \(IdleEvidence.words(longest.held)) of quiet an old octet was acknowledged",
      packets: idle.packets(of: longest), source: "RFC 9293, section 3.8.4")
    if !reading.keepAlives.isEmpty {
      claim.add(
        "keep-alives", 0.5, "the peer sent \(reading.keepAlives.count) keep-alives",
        packets: reading.keepAlives.prefix(4).map(\.packet), source: "RFC 9293, section 3.8.4")
    }
    if !reading.exceptions.isEmpty {
      claim.add(
        "others-ended", -1, "\(reading.exceptions.count) connections left alone for less ended",
        packets: reading.exceptions.prefix(4).flatMap { idle.packets(of: $0) },
        source: "one timeout ends all alike")
    }
    return claim
  }
}
