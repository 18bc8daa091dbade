import RSTWire

/// Content whose hop limit ends on the way, on a connection whose handshake reached the host: a reset
/// for what the host cannot have got is nobody's but a device's.
///
/// It is sent several times, since one may be lost; no other packet leaves meanwhile, and the last one
/// of the handshake has had time to be answered, so that nothing else can be what was answered. At the
/// end an old octet with the full hop limit asks whether the host still has the connection: an injector
/// may have reset only that side. Sundara Raman et al., CoNEXT 2022; INJECTORS, section 4.
struct RungExperiment: TriggerTrial {
  let trigger: Int
  let role: TriggerRole
  let payload: [[UInt8]]
  let round: Int
  let opensEarly: Bool
  /// With which hop limits old octets are sent where there is no content: whether routers say now that
  /// a hop limit ends, or have used up their ration of ICMP errors.
  var hopLimits: [Int] = []
  /// Beside which of the rungs' sends it asks that: every second, from this one on.
  var firstAsk = 1

  private var phase = Phase.waiting
  private var stood: Moment?
  private var begun: Moment?
  private var sends = 0
  private var resets = 0
  private var hasForeignSegments = false
  private var checked: Moment?
  private var checks = 0

  private enum Phase {
    case waiting
    case sending
    case checking
    case over
  }

  /// How long content is sent again: injectors that need half a second are still heard behind it.
  private static let sending = Duration.milliseconds(1_400)
  /// How far a bystander is behind the rungs: content comes before it where routers ration their
  /// errors, and so close before it that no ration is filled up in between.
  private static let lag = Duration.milliseconds(8)

  init(
    _ role: TriggerRole, of trigger: Int, payload: [[UInt8]], round: Int, opensEarly: Bool
  ) {
    self.trigger = trigger
    self.role = role
    self.payload = payload
    self.round = round
    self.opensEarly = opensEarly
  }

  var options: ClientConnection.Options {
    var options = ClientConnection.Options()
    options.ignoresResets = true
    return options
  }

  func remainder(of bench: Bench) -> [any Experiment] {
    guard bench.observed.provocations.isEmpty else { return [] }
    var fresh = RungExperiment(
      role, of: trigger, payload: payload, round: round, opensEarly: opensEarly)
    fresh.hopLimits = hopLimits
    fresh.firstAsk = firstAsk
    return [fresh]
  }

  mutating func step(_ bench: inout Bench, at now: Moment) -> Wait {
    let answers = takeAnswers(&bench)
    switch phase {
    case .waiting:
      let quiet =
        (stood ?? now) + bench.patience.roundTrip * 3 / 2 + (role == .bystander ? Self.lag : .zero)
      if stood == nil { askWhetherReached(&bench) }
      stood = stood ?? now
      guard now >= quiet else { return .time(quiet) }
      phase = .sending
      begun = now
      return send(&bench, at: now)
    case .sending:
      resets += answers.count(where: \.isReset)
      if answers.contains(where: { !$0.isReset && $0.hopLimit != bench.hopLimit }) {
        hasForeignSegments = true
      }
      let end = (begun ?? now) + listening(bench)
      guard now < end else { return check(&bench, at: now) }
      // Where nothing is sent, a banner that comes with an acknowledgement settles nothing.
      let isSettled = resets > 0 || !payload.isEmpty && isTaken(bench)
      guard !isSettled, sends < mostSends(bench) else { return .time(end) }
      return send(&bench, at: now)
    case .checking:
      // What is late may be a reset that belongs to the content still; an acknowledgement counts.
      if let alive = answers.first(where: { !$0.isReset }) {
        return finish(&bench, .alive, by: alive.index)
      }
      if checks > 1, let reset = answers.first(where: \.isReset) {
        return finish(&bench, .gone, by: reset.index)
      }
      guard checks < bench.patience.proof + 1 else { return finish(&bench, .unknown, by: nil) }
      return check(&bench, at: now)
    case .over:
      return .nothing
    }
  }

  /// One old octet, twice, on the very 4-tuple: paths may differ by flow.
  private func askWhetherReached(_ bench: inout Bench) {
    guard case .rung(let hopLimit) = role else { return }
    bench.connection.options.hopLimit = UInt8(clamping: hopLimit)
    // Each takes one of the few ICMP errors that routers grant us: no more than chance asks for.
    for _ in 0..<(bench.patience.proof * 3 + 4) / 5 { bench.askWhetherAlive() }
    bench.connection.options.hopLimit = nil
  }

  /// How long it is listened, from the first send on.
  ///
  /// What is harmless is over with the other controls, so that the trigger does not wait for it. A
  /// bystander outlives the rungs: a service that ends what is idle has ended it by then.
  private func listening(_ bench: Bench) -> Duration {
    let usual = TriggerExperiment.listening + bench.patience.roundTrip
    return switch role {
    case .controlRung: TriggerExperiment.listening
    case .bystander: usual + TriggerStory.timerSlack + .milliseconds(10)
    default: usual
    }
  }

  /// What is harmless has to draw one error; the trigger has to be as good as certain to draw a reset.
  private func mostSends(_ bench: Bench) -> Int {
    if case .controlRung = role { return 3 }
    return max(bench.patience.proof, 4)
  }

  private mutating func send(_ bench: inout Bench, at now: Moment) -> Wait {
    sends += 1
    for hopLimit in sends % 2 == firstAsk % 2 ? hopLimits : [] {
      bench.connection.options.hopLimit = UInt8(clamping: hopLimit)
      bench.askWhetherAlive()
    }
    bench.connection.options.hopLimit = role.hopLimit.map { UInt8(clamping: $0) }
    var sequence = bench.connection.nextSequence
    for octets in payload {
      bench.send(
        bench.connection.segment(
          [.acknowledgement, .push], sequence: sequence, payload: octets), summary)
      sequence = sequence + octets.count
    }
    bench.connection.craftedEnd = sequence
    return .time(now + Self.sending / (mostSends(bench) - 1))
  }

  private mutating func check(_ bench: inout Bench, at now: Moment) -> Wait {
    phase = .checking
    checked = checked ?? now
    checks += 1
    bench.connection.options.hopLimit = nil
    bench.askWhetherAlive()
    return .time(now + bench.patience.timeout * min(checks, 4))
  }

  private func isTaken(_ bench: Bench) -> Bool {
    let end = bench.connection.nextSequence + payload.reduce(0) { $0 + $1.count }
    return bench.connection.peerExpects.map { $0.distance(from: end) >= 0 } ?? false
  }

  private mutating func finish(
    _ bench: inout Bench, _ liveness: Liveness, by answer: Int?
  ) -> Wait {
    phase = .over
    bench.hasSeenLoss = checks > 2 && liveness == .alive
    bench.observed.provocations.append(
      TriggerObservation(
        trigger: trigger, role: role, attempt: bench.attempt, opened: bench.connection.opened,
        isOpened: true, begun: begun, checked: checked, liveness: liveness, livenessPacket: answer,
        length: payload.reduce(0) { $0 + $1.count }, isTaken: isTaken(bench),
        sends: sends, resets: resets, hasForeignSegments: hasForeignSegments,
        isClosedByPeer: bench.connection.peerFinished != nil))
    return .nothing
  }
}
