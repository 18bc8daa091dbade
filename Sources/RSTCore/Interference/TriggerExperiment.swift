import RSTWire

/// A connection that content is tried on, or that is a control of that.
protocol TriggerTrial: Experiment {
  /// Which trigger it belongs to.
  var trigger: Int { get }
  /// What it is for.
  var role: TriggerRole { get }
}

extension TriggerTrial {
  var name: String { role.name }
  var summary: String { role.summary }
  var questions: [String] { [] }

  /// Takes the answers that came to more than a SYN.
  func takeAnswers(_ bench: inout Bench) -> [Answer] {
    let answers = bench.takeAnswers()
    return answers.filter { !$0.mayRefuseSYN(of: bench.connection) }
  }
}

/// Content on a connection of its own, and what becomes of it.
///
/// So that proof can arrive, nothing ends the conversation from our side while it is listened to: no
/// FIN but where that is the content, and resets are ignored as by a stack that missed them, for two
/// round trips and two seconds after the last. Then one old octet asks whether the host still has the
/// connection: who reset it in earnest has not. INJECTORS, sections 0 and 4.4; RFC 9293, section 3.10.7.
struct TriggerExperiment: TriggerTrial {
  /// Which trigger, and what the connection is for.
  let trigger: Int
  let role: TriggerRole
  /// The content, segment by segment.
  let payload: [[UInt8]]
  /// The round in which it goes on.
  let round: Int
  /// The hop limit of the content; nil for the usual one.
  var hopLimit: UInt8?
  /// How long after its turn it is opened.
  var delay = Duration.zero
  /// Whether it watches how long endpoints stay blocked.
  var isMeasured = false

  private var phase = Phase.opening
  private var stood: Moment?
  private var begun: Moment?
  private var ends = Moment(nanoseconds: 0)
  private var lastMoment = Moment(nanoseconds: 0)
  private var checked: Moment?
  private var checkEnds = Moment(nanoseconds: 0)
  private var checks = 0
  private var resets = 0
  private var hasForeignSegments = false
  private var refusals: [Int] = []
  private var hasRefusal = false
  private var foreignRefusals = 0
  private var denials = 0

  private enum Phase {
    case opening
    case listening
    case checking
    case over
  }

  /// How long is listened for what some injectors need half a second for, and after a reset.
  static let listening = Duration.seconds(2)
  /// How long at most, whatever keeps coming.
  private static let longest = Duration.seconds(6)
  /// After so many repetitions without an acknowledgement the content seems to be kept back.
  private static let repetitionsBeforeDoubt = 2
  /// How often content is repeated that was answered by a reset: each draws another one, which has to
  /// be listened for as long as the first.
  private static let repetitionsAfterReset = 2

  /// How often it is asked once more whether it stands where others than the host say no, and how far
  /// apart: who keeps both ends from each other for some seconds has let go then.
  private static let insistence = (asks: 3, pause: Duration.milliseconds(700))

  init(
    _ role: TriggerRole, of trigger: Int, payload: [[UInt8]], round: Int, hopLimit: UInt8? = nil,
    delay: Duration = .zero
  ) {
    self.trigger = trigger
    self.role = role
    self.payload = payload
    self.round = round
    self.hopLimit = hopLimit
    self.delay = delay
  }

  var options: ClientConnection.Options {
    var options = ClientConnection.Options()
    options.ignoresResets = true
    options.isReading = true
    // Odd, so that a reset that carries it has it from us.
    options.window = 16_381
    // Endpoints that are free again a second later were blocked all the same.
    options.repetitions = role == .afterwards ? 3 : 5
    return options
  }

  func remainder(of bench: Bench) -> [any Experiment] {
    // Whether one opens at all is what is asked after a trigger.
    bench.observed.provocations.isEmpty && role != .afterwards ? [fresh] : []
  }

  private var fresh: TriggerExperiment {
    TriggerExperiment(role, of: trigger, payload: payload, round: round, hopLimit: hopLimit)
  }

  func unopened(_ bench: inout Bench) {
    guard role == .afterwards else { return }
    bench.observed.provocations.append(observation(bench, .unknown, by: nil))
  }

  mutating func step(_ bench: inout Bench, at now: Moment) -> Wait {
    switch phase {
    case .opening:
      _ = take(&bench)
      // What is harmless goes first, and is answered before the trigger is sent.
      if role == .trigger || role == .split {
        let turn = (stood ?? now) + bench.patience.roundTrip * 2
        stood = stood ?? now
        guard now >= turn else { return .time(turn) }
      }
      begin(&bench, at: now)
      phase = .listening
      return listen(bench, at: now)
    case .listening:
      let answers = take(&bench)
      for answer in answers where answer.isReset {
        resets += 1
        if bench.connection.repetition >= Self.repetitionsAfterReset {
          bench.connection.stopRepeating()
        }
        let quiet = Self.listening + bench.patience.roundTrip * 2
        ends = min(max(ends, answer.moment + quiet), lastMoment)
      }
      if isProvoked(bench) { bench.startsNextRound = true }
      guard now >= ends else { return listen(bench, at: now) }
      phase = .checking
      return check(&bench, at: now)
    case .checking:
      return judge(&bench, at: now)
    case .over:
      return .nothing
    }
  }

  private mutating func begin(_ bench: inout Bench, at now: Moment) {
    begun = now
    lastMoment = now + Self.longest
    let isShort = role == .afterwards
    ends = now + (isShort ? Self.listening / 2 : Self.listening) + bench.patience.roundTrip * 2
    bench.connection.options.hopLimit = hopLimit
    for octets in payload { bench.connection.send(octets, at: now) }
    if role == .close { bench.connection.close(at: now) }
    for draft in bench.connection.outgoing where !(draft.segment?.payload.isEmpty ?? true) {
      bench.note(draft, summary)
    }
  }

  /// What is kept back shows in repetitions, which no answer announces.
  private func listen(_ bench: Bench, at now: Moment) -> Wait {
    let isWaiting = bench.connection.oldestUnacknowledged != bench.connection.nextSequence
    let look = now + max(bench.patience.timeout, .milliseconds(50))
    return .answer(until: isWaiting ? min(look, max(ends, now)) : ends)
  }

  private func isProvoked(_ bench: Bench) -> Bool {
    guard role == .trigger else { return false }
    return resets > 0 || hasForeignSegments
      || bench.connection.repetition >= Self.repetitionsBeforeDoubt
  }

  private mutating func take(_ bench: inout Bench) -> [Answer] {
    let answers = takeAnswers(&bench)
    if answers.contains(where: { !$0.isReset && $0.hopLimit != bench.hopLimit }) {
      hasForeignSegments = true
    }
    return answers
  }

  // MARK: - Whether it stands

  private mutating func check(_ bench: inout Bench, at now: Moment) -> Wait {
    checked = checked ?? now
    bench.connection.options.hopLimit = nil
    hasRefusal = false
    checks += 1
    bench.askWhetherAlive()
    checkEnds = now + bench.patience.timeout * min(checks, 4)
    return .answer(until: checkEnds)
  }

  /// An acknowledgement counts, and a reset only where none comes beside it: an injector may reset
  /// what the host acknowledges.
  private mutating func judge(_ bench: inout Bench, at now: Moment) -> Wait {
    let answers = take(&bench)
    // Whether its hop limit is the host's is known when all controls are.
    if let alive = answers.first(where: {
      !$0.isReset && $0.header.flags.contains(.acknowledgement)
    }) {
      return finish(&bench, .alive, by: alive.index)
    }
    if let reset = answers.first(where: \.isReset), !hasRefusal {
      hasRefusal = true
      refusals.append(reset.index)
      if reset.hopLimit != bench.hopLimit { foreignRefusals += 1 }
    }
    guard now >= checkEnds else { return .answer(until: checkEnds) }
    if refusals.count >= 2 {
      guard foreignRefusals == refusals.count, denials < Self.insistence.asks, role == .trigger
      else { return finish(&bench, .gone, by: refusals.first) }
      denials += 1
      _ = check(&bench, at: now)
      checkEnds = now + Self.insistence.pause
      return .answer(until: checkEnds)
    }
    guard checks < bench.patience.proof + 2 else {
      return finish(&bench, refusals.isEmpty ? .unknown : .gone, by: refusals.first)
    }
    return check(&bench, at: now)
  }

  private mutating func finish(
    _ bench: inout Bench, _ liveness: Liveness, by answer: Int?
  ) -> Wait {
    phase = .over
    bench.isGone = false
    // Whoever has forgotten a connection, and has not closed it, has said so in a reset that is missing.
    let isResetMissing =
      liveness == .gone && resets == 0 && bench.connection.peerFinished == nil
    bench.hasSeenLoss = checks > 1 && liveness == .alive || isResetMissing
    bench.observed.provocations.append(observation(bench, liveness, by: answer))
    return .nothing
  }

  private func observation(
    _ bench: Bench, _ liveness: Liveness, by answer: Int?
  ) -> TriggerObservation {
    let connection = bench.connection
    return TriggerObservation(
      trigger: trigger, role: role, attempt: bench.attempt, opened: connection.opened,
      isOpened: begun != nil, begun: begun, checked: checked, liveness: liveness,
      livenessPacket: answer,
      length: payload.reduce(0) { $0 + $1.count },
      isTaken: connection.oldestUnacknowledged == connection.nextSequence,
      isStalled: connection.peerWindow == 0, sends: 1 + connection.repetition, resets: resets,
      hasForeignSegments: hasForeignSegments,
      isMeasured: isMeasured, isClosedByPeer: connection.peerFinished != nil)
  }

  func cutShort(_ bench: Bench, at now: Moment) -> SessionResults? {
    guard begun != nil, phase != .over else { return nil }
    var results = SessionResults()
    var observation = observation(bench, .unknown, by: nil)
    observation.isCutShort = true
    results.provocations = [observation]
    return results
  }
}
