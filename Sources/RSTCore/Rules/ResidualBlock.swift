import RSTWire

extension FindingCode {
  /// The same endpoints stay blocked after a trigger.
  public static let residualBlock = Self(rawValue: "residual-block")
}

/// After the trigger a fresh connection with harmless content fails too, and some time later, or never
/// while it was watched, one stands again.
///
/// INJECTORS, section 3.3: national systems block the endpoints for 90 to 180 seconds.
struct ResidualBlock: Rule {
  let code = FindingCode.residualBlock

  func claim(_ seen: Observations) -> Claim? {
    guard let interference = Interference(seen),
      let reading = interference.readings.first(where: { Self.blocked($0).count >= 1 })
    else { return nil }
    let blocked = Self.blocked(reading)
    guard let triggers = Self.triggerTimes(reading), let last = blocked.last else { return nil }
    // Two in a row: the reset of one may have been lost.
    let free = reading.witnesses.filter {
      $0.seen.isMeasured && $0.seen.opened > last.seen.opened && !$0.seen.isDisturbed
    }.dropFirst().first
    var claim = Claim(
      code, responder: .unknown, phase: .data,
      explanation:
        "After the trigger the same endpoints stay blocked for a while: what is harmless fails too.",
      nextStep: "Wait that long between tests, or a second one seems to be blocked by its content.")
    claim.add(
      "harmless-fails-afterwards", min(2 + 2 * Double(blocked.count), 6),
      "\(blocked.count) fresh connections with harmless content failed after the trigger, none before it",
      packets: Array(
        blocked.prefix(3).flatMap { story in
          [story.reset?.index, story.content.first?.index].compactMap(\.self)
        }), source: "INJECTORS, section 3.3: residual censorship")
    if let free {
      claim.add(
        "free-again", 2, "later ones stand",
        packets: [free.seen.livenessPacket].compactMap(\.self),
        source: "INJECTORS, section 3.3")
    }
    // Each trigger may have begun the time anew, or only the first: both are within the interval.
    func seconds(_ duration: Duration) -> Double {
      max((duration.seconds * 1_000).rounded() / 1_000, 0)
    }
    var times = [seconds((last.seen.begun ?? last.seen.opened) - triggers.upperBound)]
    if let end = free?.seen.begun { times.append(seconds(end - triggers.lowerBound)) }
    claim.details = [Detail("for_s", .numbers(times))]
    claim.occurrences = .init(
      count: blocked.count, total: reading.witnesses.count(where: \.seen.isMeasured))
    return claim
  }

  /// When content that provokes was sent first and last.
  private static func triggerTimes(_ reading: TriggerReading) -> ClosedRange<Moment>? {
    let moments = (reading.triggered + reading.rungs).flatMap(\.content).map(\.moment)
    guard let first = moments.min(), let last = moments.max() else { return nil }
    return first...last
  }

  /// What failed after the trigger, where nothing of it failed before.
  private static func blocked(_ reading: TriggerReading) -> [TriggerStory] {
    guard reading.isResetOnly || reading.isBlackholedOnly else { return [] }
    return reading.witnesses.filter { $0.seen.isMeasured && $0.seen.isDisturbed }
  }
}
