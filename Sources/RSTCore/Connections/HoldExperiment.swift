import RSTWire

/// A connection left alone: what comes unasked, and whether it still stands afterwards.
///
/// The question is one old octet, which a live peer must acknowledge. A connection of the ladder
/// that stays silent is asked again while a fresh connection tries the path, so that no outage looks
/// like a connection that is gone. RFC 9293, section 3.8.4; RFC 5382, section 5.
struct HoldExperiment: Experiment {
  /// `idle` or `control-hold`.
  let name: String
  let summary: String
  /// How long.
  let duration: Duration
  /// The round of the ladder; that of the suite is another matter.
  let ladderRound: Int

  private var phase = Phase.holding
  /// When the connection stood, and the hold began: once the last SYN ACK was answered.
  private(set) var begun: Moment?
  private var quietSince: Moment?
  private var beforeBurst: Moment?
  private var burstSince: Moment?
  private var survived = Duration.zero
  private var events: [HoldObservation.Event] = []
  private var received = 0
  private var held = Duration.zero
  private var asks = 0

  private enum Phase {
    case holding
    case checking
    case over
  }

  /// How many events make it clear that a connection is not idle at all.
  private static let mostEvents = 200
  /// After so many questions without an answer a fresh connection tries the path.
  private static let questionsBeforeWitness = 3
  /// So many questions are asked after that at least.
  private static let questionsBesideWitness = 4
  /// The least time between the questions after that.
  private static let slowly = Duration.milliseconds(400)
  /// How long before the end a peer may say its last words.
  private static let lastWords = Duration.seconds(1)

  /// A short hold beside the other experiments, for whether the service ends connections by itself.
  static func control(_ duration: Duration) -> HoldExperiment {
    HoldExperiment(
      name: "control-hold", summary: "a connection left alone, as a control", duration: duration,
      round: 1)
  }

  /// One rung of the ladder of idle times.
  static func idle(_ duration: Duration, round: Int) -> HoldExperiment {
    HoldExperiment(
      name: "idle", summary: "a connection left alone", duration: duration, round: round)
  }

  private init(name: String, summary: String, duration: Duration, round: Int) {
    self.name = name
    self.summary = summary
    self.duration = duration
    ladderRound = round
  }

  private var isControl: Bool { name == "control-hold" }
  var isPatient: Bool { !isControl }

  var options: ClientConnection.Options {
    var options = ClientConnection.Options()
    options.acknowledgesFIN = true
    return options
  }

  func remainder(of bench: Bench) -> [any Experiment] {
    bench.observed.holds.isEmpty
      ? [HoldExperiment(name: name, summary: summary, duration: duration, round: ladderRound)] : []
  }

  /// Whether the connection is one of the ladder, and is still left alone.
  var isHolding: Bool { !isControl && begun != nil && phase == .holding }

  /// When it is to be over.
  var ends: Moment? { begun.map { $0 + duration } }

  mutating func step(_ bench: inout Bench, at now: Moment) -> Wait {
    switch phase {
    case .holding:
      // A SYN ACK that is repeated shows that the peer had not got our last ACK by then.
      let stood = bench.connection.synAcks.last ?? begun ?? now
      let since = max(begun ?? stood, stood)
      (begun, quietSince) = (since, max(quietSince ?? since, since))
      if take(bench.takeAnswers(), bench.connection) { return finish(&bench, .gone, by: nil) }
      guard now < since + duration, events.count < Self.mostEvents else {
        return ask(&bench, at: now)
      }
      return .answer(until: since + duration)
    case .checking:
      let answers = bench.takeAnswers()
      if let reset = answers.first(where: \.isReset) { return finish(&bench, .gone, by: reset) }
      if answers.contains(where: { $0.header.flags.contains(.fin) }) {
        // Its end and our question have met on the way.
        _ = take(answers, bench.connection)
        return finish(&bench, .gone, by: nil)
      }
      if let alive = answers.first(where: { $0.header.flags.contains(.acknowledgement) }) {
        // Behind what we expect: words, or an end, that were lost. Another connection has to show it.
        if alive.header.sequence.distance(from: bench.connection.expected) > 0 { return giveUp() }
        return finish(&bench, .alive, by: alive)
      }
      let most =
        isControl
        ? bench.patience.proof + 2
        : max(bench.patience.proof, Self.questionsBesideWitness) + Self.questionsBeforeWitness
      return asks < most ? ask(&bench, at: now) : finish(&bench, .unknown, by: nil)
    case .over:
      return .nothing
    }
  }

  /// What is known at an interrupt: it stood so far, as nothing said otherwise.
  func cutShort(_ bench: Bench, at now: Moment) -> SessionResults? {
    guard phase != .over, let begun else { return nil }
    var results = SessionResults()
    results.holds = [
      observation(
        bench.attempt, held: phase == .holding ? now - begun : held, .unknown, by: nil,
        packets: bench.sent, isCutShort: true)
    ]
    return results
  }

  private mutating func ask(_ bench: inout Bench, at now: Moment) -> Wait {
    if asks == 0, let quietSince { held = now - quietSince }
    phase = .checking
    asks += 1
    bench.askWhetherAlive()
    let wait = bench.patience.timeout * min(asks * 2, 8)
    guard !isControl, asks > Self.questionsBeforeWitness else { return .answer(until: now + wait) }
    if asks == Self.questionsBeforeWitness + 1 { bench.companions.append(WitnessExperiment()) }
    return .answer(until: now + max(wait, Self.slowly))
  }

  private mutating func giveUp() -> Wait {
    phase = .over
    return .nothing
  }

  private mutating func finish(
    _ bench: inout Bench, _ liveness: Liveness, by answer: Answer?
  ) -> Wait {
    phase = .over
    if liveness == .alive { survived = max(survived, held) }
    bench.observed.holds.append(
      observation(bench.attempt, held: held, liveness, by: answer, packets: bench.takeSent()))
    return .nothing
  }

  private func observation(
    _ attempt: Int, held: Duration, _ liveness: Liveness, by answer: Answer?, packets: [Int],
    isCutShort: Bool = false
  ) -> HoldObservation {
    HoldObservation(
      attempt: attempt, isControl: isControl, round: ladderRound, planned: duration, held: held,
      survived: survived, events: events, liveness: liveness, answer: answer?.index,
      questions: asks, packets: packets, isCutShort: isCutShort)
  }
}

// MARK: - What comes unasked

extension HoldExperiment {
  /// Takes note of what came; true where the connection ended.
  private mutating func take(_ answers: [Answer], _ connection: ClientConnection) -> Bool {
    for answer in answers {
      // What came with the handshake came before the hold began.
      let quiet = max(quietSince.map { answer.moment - $0 } ?? .zero, .zero)
      let isNew = connection.receivedCount > received
      received = connection.receivedCount
      let kind = Self.kind(of: answer, isNew: isNew, connection)
      switch kind {
      case .reset where answer.header.sequence != connection.expected:
        // Not this connection's: RFC 5961, section 3.2. Whether it stands is asked at the end.
        add(.reset, after: quiet, answer)
      case .fin, .reset:
        held = quiet
        if let beforeBurst, let burstSince, answer.moment - burstSince <= Self.lastWords {
          held = answer.moment - beforeBurst
        }
        add(kind ?? .fin, after: held, answer)
        return true
      case .data, .keepAlive:
        add(kind ?? .data, after: quiet, answer)
        fallthrough
      case nil:
        // Any segment makes everybody on the way count anew.
        if quiet > Self.lastWords { (beforeBurst, burstSince) = (quietSince, answer.moment) }
        // Text may be the end's first word once more: that it came does not show that all stood for so
        // long.
        if kind != .data { survived = max(survived, quiet) }
        quietSince = max(quietSince ?? answer.moment, answer.moment)
      }
    }
    return false
  }

  private mutating func add(
    _ kind: HoldObservation.Event.Kind, after quiet: Duration, _ answer: Answer
  ) {
    events.append(HoldObservation.Event(kind: kind, after: quiet, packet: answer.index))
  }

  /// What a segment is; nil for one that only acknowledges, or repeats the handshake.
  private static func kind(
    of answer: Answer, isNew: Bool, _ connection: ClientConnection
  ) -> HoldObservation.Event.Kind? {
    if answer.isReset { return .reset }
    if answer.header.flags.contains(.fin) { return .fin }
    if answer.isSYNACK { return nil }
    let isBehind = answer.header.sequence == connection.expected - 1
    // Where text came before, one octet may be the last of it once more, and where our window is
    // closed the peer asks for room. RFC 9293, sections 3.8.4 and 3.8.6.1.
    if isBehind, answer.length == 0, connection.window > 0 { return .keepAlive }
    if isBehind, answer.length == 1, !isNew, connection.receivedCount == 0 { return .keepAlive }
    return answer.length > 0 || isBehind ? .data : nil
  }
}
