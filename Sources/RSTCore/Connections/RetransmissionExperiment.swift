import RSTWire

/// Something of the peer is left without an acknowledgement: how often it is repeated, and whether it
/// ends with a reset or without a word.
///
/// A service that says nothing, or does not close where that is wanted, is nudged with an HTTP
/// request after 300 ms without anything from it. RFC 9293, section 3.8.3; RFC 1122, section
/// 4.2.3.5; section 4.2.3.6 for keep-alives.
struct RetransmissionExperiment: Experiment {
  let subject: RetransmissionObservation.Subject

  /// How long the peer is watched at most, from the first time that it sends; keep-alives are waited
  /// for as long.
  static let limit = Duration.seconds(300)
  /// The longest gap between two repetitions: net/ipv4, TCP_RTO_MAX.
  static let longestGap = Duration.seconds(120)
  /// The gap that is expected at least: before anything is measured hosts begin with 1 or 3 seconds.
  static let shortestGap = Duration.seconds(3)

  private var phase = Phase.waiting
  private var nudge = Nudge()
  private var first: Moment?
  private var moments: [Moment] = []
  private var quietSince = Moment(nanoseconds: 0)
  private var asks = 0
  private var found: [Int] = []
  /// Whether the service sends nothing that could be left without an acknowledgement.
  private var isInVain = false

  private enum Phase {
    case waiting
    case watching
    case asking
    case over
  }

  init(_ subject: RetransmissionObservation.Subject) { self.subject = subject }

  var name: String { "unacknowledged-\(subject.rawValue)" }
  var summary: String {
    "a connection whose \(subject.rawValue) is left without an acknowledgement"
  }
  var options: ClientConnection.Options {
    var options = ClientConnection.Options()
    options.isReading = true
    options.acknowledgesData = subject != .data
    options.answersKeepAlives = subject != .keepAlive
    return options
  }

  func remainder(of bench: Bench) -> [any Experiment] {
    bench.observed.retransmissions.isEmpty && !isInVain ? [RetransmissionExperiment(subject)] : []
  }

  mutating func step(_ bench: inout Bench, at now: Moment) -> Wait {
    let answers = bench.takeAnswers()
    switch phase {
    case .waiting: return wait(&bench, answers, at: now)
    case .watching: return watch(&bench, answers, at: now)
    case .asking: return judge(&bench, answers, at: now)
    case .over: return .nothing
    }
  }
}

// MARK: - Watching

extension RetransmissionExperiment {
  private mutating func wait(
    _ bench: inout Bench, _ answers: [Answer], at now: Moment
  ) -> Wait {
    if let begin = answers.first(where: { isSubject($0, bench.connection) }) {
      first = begin.moment
      quietSince = begin.moment
      // Whatever comes from now on is left alone.
      if subject == .fin { bench.connection.options.acknowledgesData = false }
      phase = .watching
      return watch(&bench, answers, at: now)
    }
    if answers.contains(where: { isEnd($0, bench.connection) }) { return giveUp(&bench) }
    guard subject == .keepAlive else {
      return nudge.wait(&bench, hasHeard: !answers.isEmpty, at: now) ?? giveUp(&bench)
    }
    // Nothing is said here: keep-alives come to connections that are idle.
    let end = (bench.connection.synAcks.first ?? now) + Self.limit
    return now < end ? .answer(until: end) : giveUp(&bench)
  }

  private mutating func watch(
    _ bench: inout Bench, _ answers: [Answer], at now: Moment
  ) -> Wait {
    guard let first else { return .nothing }
    for answer in answers {
      found.append(answer.index)
      if answer.isReset { return finish(&bench, .reset, by: answer, at: now) }
      guard isSubject(answer, bench.connection) else { continue }
      if answer.moment > first { moments.append(answer.moment) }
      quietSince = answer.moment
    }
    let end = first + Self.limit
    // A question of ours would be the sign of life that the host's keep-alives wait for.
    let due = subject == .keepAlive ? end : quietSince + expectedGap * 2
    if subject == .keepAlive, now >= end { return finish(&bench, .unfinished, at: now) }
    guard now < due else { return ask(&bench, at: now) }
    return now < end ? .answer(until: min(due, end)) : finish(&bench, .unfinished, at: now)
  }

  /// How long until the next repetition, by the gap before it: twice as long where it backs off.
  ///
  /// RFC 6298, section 5.5.
  private var expectedGap: Duration {
    let times = [.zero] + repetitions
    let gap = times.count > 1 ? times[times.count - 1] - times[times.count - 2] : .zero
    return min(max(gap * 2, Self.shortestGap), Self.longestGap)
  }

  private var repetitions: [Duration] {
    first.map { Repetitions.times(moments, since: $0) } ?? []
  }

  /// Whether the service ends the connection before it has sent what we wait for.
  private func isEnd(_ answer: Answer, _ connection: ClientConnection) -> Bool {
    switch subject {
    case .data:
      return answer.isReset
        || answer.header.flags.contains(.fin) && answer.header.sequence == connection.expected
    case .fin: return answer.isReset
    case .keepAlive: return answer.isReset || connection.peerFinished != nil
    }
  }

  /// Whether a segment is what we leave without an acknowledgement.
  private func isSubject(_ answer: Answer, _ connection: ClientConnection) -> Bool {
    guard !answer.isReset, !answer.isSYNACK else { return false }
    let offset = answer.header.sequence.distance(from: connection.expected)
    switch subject {
    case .data: return answer.length > 0 && offset <= 0
    case .fin: return answer.header.flags.contains(.fin) && connection.peerFinished != nil
    case .keepAlive:
      return offset == -1 && answer.length <= 1 && !answer.header.flags.contains(.fin)
    }
  }
}

// MARK: - Its end

extension RetransmissionExperiment {
  /// Asks a silent peer whether it has given up.
  ///
  /// Then it resets an old octet; else it acknowledges it, and what it repeated was lost.
  private mutating func ask(_ bench: inout Bench, at now: Moment) -> Wait {
    phase = .asking
    asks += 1
    bench.askWhetherAlive()
    return .answer(until: now + bench.patience.timeout * min(asks * 2, 8))
  }

  private mutating func judge(
    _ bench: inout Bench, _ answers: [Answer], at now: Moment
  ) -> Wait {
    if let reset = answers.first(where: \.isReset) {
      found.append(reset.index)
      return finish(
        &bench, .silence, liveness: reset.hopLimit == bench.hopLimit ? .gone : .unknown, at: now)
    }
    if !answers.isEmpty {
      // It is still there: it has the same time once more.
      (phase, asks, quietSince) = (.watching, 0, now)
      return watch(&bench, answers, at: now)
    }
    return asks < bench.patience.proof + 2
      ? ask(&bench, at: now) : finish(&bench, .silence, liveness: .unknown, at: now)
  }

  private mutating func finish(
    _ bench: inout Bench, _ end: RetransmissionObservation.End, by reset: Answer? = nil,
    liveness: Liveness = .unknown, at now: Moment
  ) -> Wait {
    phase = .over
    let times = repetitions
    // A reset of what was never repeated is the service's own doing.
    guard let first, end != .reset || !times.isEmpty else { return giveUp(&bench) }
    bench.isGone = liveness == .gone
    bench.observed.retransmissions.append(
      RetransmissionObservation(
        subject: subject, attempt: bench.attempt, repetitions: times, end: end,
        after: reset.map { $0.moment - first } ?? times.last ?? .zero, reset: reset?.index,
        isForeign: reset.map { $0.hopLimit != bench.hopLimit } ?? false, liveness: liveness,
        packets: bench.takeSent() + found))
    return .nothing
  }

  private mutating func giveUp(_ bench: inout Bench) -> Wait {
    phase = .over
    isInVain = true
    bench.observed.failures.append(name)
    return .nothing
  }
}
