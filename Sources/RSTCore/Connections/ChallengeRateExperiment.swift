import RSTWire

/// How many challenge ACKs resets inside the window draw: some at once, some spread over a second.
///
/// The spread ones stand more than 500 ms apart from the answers before them, the period of Linux's
/// limit (net/ipv4/tcp_input.c, tcp_invalid_ratelimit), so that it is seen at work twice.
/// RFC 5961, section 7.
struct ChallengeRateExperiment: Experiment {
  let name = "challenge-rate"
  let summary = "a connection for: how often challenge ACKs come"

  /// How many go out at once: more than the smallest limits known, fewer than a global one.
  static let burst = 8
  /// When single ones follow.
  static let later: [Duration] = [.milliseconds(280), .milliseconds(540), .milliseconds(1_080)]

  private var begun: Moment?
  private var asked: [Moment] = []
  private var answered: [Answer] = []
  private var isOver = false

  func remainder(of bench: Bench) -> [any Experiment] {
    bench.observed.challengeRate == nil ? [ChallengeRateExperiment()] : []
  }

  mutating func step(_ bench: inout Bench, at now: Moment) -> Wait {
    let news = bench.takeAnswers()
    answered += news
    guard let begun else {
      begun = now
      answered = []
      for _ in 0..<Self.burst { ask(&bench, at: now) }
      return .time(now + Self.later[0])
    }
    let index = asked.count - Self.burst
    if index < Self.later.count {
      guard now >= begun + Self.later[index] else { return .time(begun + Self.later[index]) }
      ask(&bench, at: now)
      return index + 1 < Self.later.count
        ? .time(begun + Self.later[index + 1]) : .reply(until: now + bench.patience.timeout)
    }
    guard !isOver else { return .nothing }
    // Until nothing has come for a while: the last ones may have left late.
    guard news.isEmpty else { return .reply(until: now + bench.patience.timeout) }
    isOver = true
    let challenges = answered.filter(\.isPureAcknowledgement)
    bench.observed.challengeRate = ChallengeRateObservation(
      attempt: bench.attempt, asked: asked, answered: challenges.map(\.moment),
      packets: challenges.map(\.index), burst: Self.burst)
    return .nothing
  }

  private mutating func ask(_ bench: inout Bench, at now: Moment) {
    asked.append(now)
    bench.send(Cell.resetMiddle.segment(on: bench.connection), "how many challenge ACKs?")
  }
}
