/// Judges expectations by what a run showed: no I/O, no clock.
///
/// What is not clear is neither held nor violated. The sentences are for people; the outcome is what
/// counts.
public struct AuditJudgement: Hashable, Sendable {
  /// How it ended.
  public var outcome: AuditResult.Outcome
  /// What is so, in a few words.
  public var observed: String
  /// What shows it.
  public var evidence: [Evidence]
  /// What to do next.
  public var nextStep: String

  init(
    _ outcome: AuditResult.Outcome, _ observed: String, evidence: [Evidence] = [],
    nextStep: String = ""
  ) {
    self.outcome = outcome
    self.observed = observed
    self.evidence = evidence
    self.nextStep = nextStep
  }

  /// Judges one expectation.
  ///
  /// - Parameters:
  ///   - demand: What is expected.
  ///   - seen: What a run showed.
  public init(_ demand: AuditExpectation.Demand, by seen: AuditObservation) {
    self =
      switch demand {
      case .port(let states): Self.port(states, seen)
      case .responder(let responders): Self.responder(responders, seen)
      case .byHop(let hops): Self.hop(hops, seen)
      case .icmp(let words): Self.icmp(words, seen)
      case .findings(let codes): Self.findings(codes, seen)
      case .never(let codes): Self.never(codes, seen)
      case .conformance(let codes): Self.conformance(codes, seen)
      case .grades(let grades): Self.grades(grades, seen)
      case .idleSurvives(let duration): Self.idle(duration, seen)
      case .answersWithin(let duration): Self.answer(duration, seen)
      }
    if outcome != .held {
      if evidence.isEmpty { evidence = Array((seen.leading?.evidence ?? []).prefix(3)) }
      if nextStep.isEmpty { nextStep = seen.nextStep }
    }
    if seen.isInterrupted, outcome == .violated {
      // What was not waited for to its end may still have come.
      outcome = .inconclusive
      observed += " when the run was interrupted"
    }
  }
}

// MARK: - The verdict

extension AuditJudgement {
  private static func port(_ states: [PortState], _ seen: AuditObservation) -> Self {
    guard seen.verdict.port != .inconclusive else { return unclear(seen) }
    return Self(states.contains(seen.verdict.port) ? .held : .violated, seen.words)
  }

  private static func responder(_ expected: [Responder], _ seen: AuditObservation) -> Self {
    guard seen.verdict.port != .inconclusive else { return unclear(seen) }
    guard seen.verdict.responder != .unknown else {
      return Self(.inconclusive, "\(seen.verdict.port.rawValue), and who answers is not clear")
    }
    return Self(expected.contains(seen.verdict.responder) ? .held : .violated, seen.words)
  }

  private static func hop(_ expected: ClosedRange<Int>, _ seen: AuditObservation) -> Self {
    guard seen.verdict.port != .inconclusive else { return unclear(seen) }
    if let hops = seen.verdict.hopRange {
      return place(hops, expected, seen.words)
    }
    // Nobody answers: then it is where the segment was seen last and first missed that counts.
    let between = seen.leading?.droppedBetween ?? []
    guard seen.verdict.responder == .none, between.count == 2 else {
      return Self(.inconclusive, "\(seen.words), at an unknown distance")
    }
    let (last, first) = (between[0].number, between[1].number)
    return place(
      last...max(last, first), expected, "\(seen.words), lost between hops \(last) and \(first)")
  }

  private static func place(
    _ hops: ClosedRange<Int>, _ expected: ClosedRange<Int>, _ words: String
  ) -> Self {
    if expected.contains(hops.lowerBound), expected.contains(hops.upperBound) {
      return Self(.held, words)
    }
    return Self(expected.overlaps(hops) ? .inconclusive : .violated, words)
  }

  static func unclear(_ seen: AuditObservation) -> Self {
    let readings = seen.verdict.alternatives.prefix(3).map { alternative in
      alternative.responder == .unknown
        ? alternative.port.rawValue
        : "\(alternative.port.rawValue) by \(alternative.responder.rawValue)"
    }
    return Self(
      .inconclusive,
      readings.isEmpty ? "inconclusive" : "inconclusive: \(readings.joined(separator: ", or "))")
  }
}

// MARK: - ICMP and time

extension AuditJudgement {
  private static func icmp(
    _ expected: [AuditExpectation.ICMPWord], _ seen: AuditObservation
  ) -> Self {
    guard seen.verdict.port != .inconclusive else { return unclear(seen) }
    let said = seen.refusals.map(\.rawValue).joined(separator: ", ")
    if seen.refusals.isEmpty {
      // A state is said only where silence was no chance, so a refusal would have been seen by now.
      let outcome: AuditResult.Outcome = expected.contains(.none) ? .held : .violated
      return Self(outcome, "\(seen.words), and no ICMP refusal")
    }
    let isExpected = seen.refusals.allSatisfy { expected.contains(.refusal($0)) }
    return Self(isExpected ? .held : .violated, "\(seen.words), ICMP says \(said)")
  }

  private static func answer(_ limit: Duration, _ seen: AuditObservation) -> Self {
    guard let delay = seen.answeredAfter else {
      guard seen.verdict.port != .inconclusive else { return unclear(seen) }
      return Self(.violated, "\(seen.words): no answer at all")
    }
    let words = delay < .milliseconds(1) ? "less than 1ms" : delay.policyText
    return Self(delay <= limit ? .held : .violated, "answers after \(words)")
  }
}
