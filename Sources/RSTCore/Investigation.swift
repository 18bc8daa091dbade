public import RSTWire

/// The diagnosis of one port as a state machine: packets and time in, packets to send out.
///
/// Drive it like this: call `begin(at:)`, then until `isFinished`: send everything that
/// `nextTransmission(at:)` returns, wait for a captured packet or for `deadline`, and hand over what
/// came by `received(_:at:)` or `advance(to:)`. It does no I/O and reads no clock.
///
/// Independent probes go out in flights: the first finds out what kind of answer there is, the
/// second is chosen by the answers, later ones ask again what was left unanswered, until its
/// silence is proven or the question does not matter. Which questions go where is in
/// `Investigation+Flights.swift`, how often they are asked in `Investigation+Patience.swift`.
public struct Investigation: Sendable {
  /// Everything so far.
  public internal(set) var transcript = Transcript()
  /// Whether there is nothing more to do.
  public private(set) var isFinished = false

  /// How many answers to one attempt are kept: a flood of them buries no other attempt's.
  private static let mostAnswers = 24

  let target: Target
  let source: IPAddress
  let options: InvestigationOptions
  /// Where everything random comes from.
  let seed: UInt64
  let controls: [UInt16]

  var stage = Stage.opening
  var questions: [Question] = []
  var conversations: [Int: Conversation] = [:]
  var roundTrip = RoundTrip()
  var started = Moment(nanoseconds: 0)
  var flight = 1
  var flightStarted = Moment(nanoseconds: 0)
  private(set) var packetsSent = 0

  private var table: FlowTable
  var queue = SendQueue()
  private var supply: SettingSupply
  private let expectedSilences = Set(ProbeCatalog.all.filter(\.expectsSilence).map(\.name))
  private var finished: Moment?
  /// Until when answers that would change everything are listened for, once nothing is left to ask.
  private var listening: Moment?
  private var wasInterrupted = false
  var hasRepeatedSYN = false

  /// How far a run is.
  enum Stage: Hashable, Sendable {
    /// The first flight is out.
    case opening
    /// The questions that the first answers raised are being asked.
    case asking
    /// Everything is known; connections are being closed.
    case closing
    /// Nothing more to do.
    case over
  }

  /// Prepares a run.
  ///
  /// - Parameters:
  ///   - target: What to diagnose.
  ///   - source: Our address, of the target's family.
  ///   - nextHop: The router that takes our packets there; nil on the target's own link.
  ///   - ports: Guarded source ports, one for each attempt: at least 200.
  ///   - options: What the run may vary.
  ///   - seed: Where sequence numbers, canaries and control ports come from.
  public init(
    target: Target, source: IPAddress, nextHop: IPAddress? = nil, ports: [UInt16],
    options: InvestigationOptions, seed: UInt64
  ) {
    transcript.nextHop = nextHop
    self.target = target
    self.source = source
    self.options = options
    self.seed = seed
    table = FlowTable(source: source, destination: target.address)
    supply = SettingSupply(target: target, source: source, ports: ports, seed: seed)
    controls = supply.controlPorts()
  }

  /// When `advance(to:)` wants to be called; nil once finished.
  public var deadline: Moment? {
    if isFinished { return nil }
    let timeout = roundTrip.timeout
    let waiting = transcript.attempts.lazy
      .filter { !$0.isSettled && $0.answers.isEmpty }.map { $0.started + self.timeout(of: $0) }
      .min()
    let goodbye = conversations.values.lazy
      .filter(\.awaitsGoodbye).map { $0.since + timeout }.min()
    return [waiting, goodbye, queue.nextDue, stageDeadline].compactMap { $0 }.min()
  }

  /// How many guarded source ports are left; each attempt but those of a ladder takes one.
  public var portsLeft: Int { supply.portsLeft }

  /// Takes more guarded source ports.
  public mutating func add(ports: [UInt16]) { supply.add(ports) }

  /// Starts the run.
  public mutating func begin(at now: Moment) {
    started = now
    flightStarted = now
    firstFlight().forEach { ask($0, at: now) }
  }

  /// The next packet to send at this moment, or nil when there is none to send now.
  public mutating func nextTransmission(at now: Moment) -> Transmission? {
    guard let next = queue.next(at: now) else { return nil }
    packetsSent += 1
    if transcript.attempts[next.attempt].departure == .notSeen {
      transcript.attempts[next.attempt].started = now
    }
    return next
  }

  /// Takes a captured packet, of ours leaving or of anybody arriving; foreign ones are ignored.
  public mutating func received(_ packet: Packet, at moment: Moment) {
    guard let match = table.match(packet, among: transcript.attempts),
      transcript.attempts[match.attempt].answers.count < Self.mostAnswers
        || conversations[match.attempt]?.isAwaiting(packet) ?? false
    else { return }
    record(packet, at: moment, attempt: match.attempt, direction: match.direction)
    step(at: moment)
  }

  /// Takes note that the kernel refused to send a packet.
  public mutating func refused(_ transmission: Transmission, reason: Refusal, at now: Moment) {
    transcript.attempts[transmission.attempt].departure = .refused(reason)
    transcript.attempts[transmission.attempt].isSettled = true
    step(at: now)
  }

  /// Takes note that time has passed.
  public mutating func advance(to now: Moment) { step(at: now) }

  /// Ends the run early; what is known by then can be concluded.
  public mutating func interrupt(at now: Moment) {
    wasInterrupted = true
    finish(at: now)
  }

  /// What the transcript means, by all rules.
  public func conclusion() -> Conclusion { Conclusion(Observations(transcript, of: target)) }

  /// What goes on with connections of our own, on the ports and with the round trips of this part.
  func suite(_ plan: ConnectionPlan, limits: ConnectionLimits) -> ConnectionSuite {
    let seen = Observations(transcript, of: target)
    return ConnectionSuite(
      plan, target: target, source: source, supply: supply, roundTrip: roundTrip,
      proof: max(seen.attemptsForProof, 5), hasSeenLoss: seen.hasSeenLoss, limits: limits)
  }

  /// How long it took and what it cost.
  public func timing(at now: Moment) -> Timing {
    Timing(
      started: started, elapsed: (finished ?? now) - started, roundTrip: roundTrip.shortest,
      packetsSent: packetsSent,
      packetsReceived: transcript.packets.count { $0.direction == .received },
      isInterrupted: wasInterrupted)
  }
}

// MARK: - Asking

extension Investigation {
  /// Asks a question for the first time.
  mutating func ask(_ question: Question, at now: Moment) {
    questions.append(question)
    askAgain(questions.count - 1, at: now)
  }

  /// Sends one more attempt for a question, now or later; false when ports or packets are used up.
  @discardableResult
  mutating func askAgain(
    _ number: Int, after delay: Duration = .zero, at now: Moment
  ) -> Bool {
    let question = questions[number]
    guard packetsSent + queue.count < options.packetBudget - 40,
      let setting = supply.setting(for: question)
    else { return false }
    let due = now + (question.attempts.isEmpty ? question.delay : delay)
    let attempt = Attempt(
      id: transcript.attempts.count, probe: question.probe.name, subject: question.subject,
      flight: flight, draft: question.probe.draft(setting), started: due)
    transcript.attempts.append(attempt)
    questions[number].attempts.append(attempt.id)
    table.add(attempt)
    let transmission = Transmission(draft: attempt.draft, attempt: attempt.id)
    if due > now {
      queue.add(transmission, due: due)
    } else {
      queue.add(transmission)
    }
    return true
  }

  mutating func send(_ draft: PacketDraft, for attempt: Int) {
    queue.add(Transmission(draft: draft, attempt: attempt))
  }

}

// MARK: - Time

extension Investigation {
  /// When the stage itself wants to look again.
  private var stageDeadline: Moment? {
    switch stage {
    case .opening, .over: nil
    case .asking: isSettled ? listening : nil
    case .closing: flightStarted + roundTrip.timeout
    }
  }

  private mutating func step(at now: Moment) {
    guard !isFinished else { return }
    settle(at: now)
    switch stage {
    case .opening:
      guard isSettled else { return }
      stage = .asking
      beginFlight(at: now)
      secondFlight(Observations(transcript, of: target)).forEach { ask($0, at: now) }
    case .asking:
      guard isSettled else { return }
      // Whether a handshake stands shows when the target acknowledges our FIN.
      if sayGoodbye(at: now) { return }
      let observations = Observations(transcript, of: target)
      repeatFirstSYN(observations, at: now)
      let again = unansweredQuestions(observations, at: now)
      if !again.isEmpty {
        beginFlight(at: now)
        let asked = again.map { askAgain($0.question, after: $0.delay, at: now) }
        if asked.contains(true) { return }
      }
      if let next = laterFlight(observations, at: now), !next.isEmpty {
        beginFlight(at: now)
        next.forEach { ask($0, at: now) }
        return
      }
      let end = listeningEnds(observations)
      listening = end
      if now < end { return }
      stage = .closing
      flightStarted = now
      if isClosed { finish(at: now) }
    case .closing:
      // Whoever acknowledged our FIN and has more to say is reset: the application is slow to close.
      if isClosed || now >= flightStarted + roundTrip.timeout { finish(at: now) }
    case .over:
      return
    }
  }

  /// Sends a silent first SYN again, the same to the octet, after one and two seconds as a kernel
  /// does: guards against floods answer no 4-tuple the first time.
  ///
  /// RFC 6298, section 2.
  private mutating func repeatFirstSYN(_ seen: Observations, at now: Moment) {
    guard !hasRepeatedSYN, let first = seen.target("syn").first, first.isSilent,
      !seen.isRefusedByICMP, !seen.allSYNs.contains(where: { !$0.replies.isEmpty })
    else { return }
    hasRepeatedSYN = true
    for second in 1...2 {
      let due = first.attempt.started + .seconds(second)
      queue.add(
        Transmission(draft: first.attempt.draft, attempt: first.attempt.id), due: max(due, now))
    }
  }

  private mutating func beginFlight(at now: Moment) {
    listening = nil
    flight += 1
    flightStarted = now
  }

  private var isSettled: Bool {
    !queue.hasReady
      && transcript.attempts.allSatisfy { $0.isSettled || !$0.answers.isEmpty }
      && !conversations.values.contains(where: \.awaitsGoodbye)
  }

  private func timeout(of attempt: Attempt) -> Duration {
    expectedSilences.contains(attempt.probe) ? roundTrip.briefTimeout : roundTrip.timeout
  }

  private mutating func settle(at now: Moment) {
    let timeout = roundTrip.timeout
    for index in transcript.attempts.indices
    where !transcript.attempts[index].isSettled
      && now >= transcript.attempts[index].started + self.timeout(of: transcript.attempts[index])
    {
      transcript.attempts[index].isSettled = true
    }
    for number in conversations.keys.sorted() {
      if let draft = conversations[number]?.repeatGoodbye(at: now, after: timeout) {
        send(draft, for: number)
      }
    }
  }

  private var isClosed: Bool {
    conversations.values.allSatisfy { $0.state == .takenBack || $0.state == .over }
  }

  /// FIN for what is established; what the target does not finish is reset in `finish(at:)`.
  private mutating func sayGoodbye(at now: Moment) -> Bool {
    var hasSent = false
    for number in conversations.keys.sorted() {
      guard let draft = conversations[number]?.close(at: now) else { continue }
      send(draft, for: number)
      hasSent = true
    }
    return hasSent
  }

  private mutating func finish(at now: Moment) {
    // What has not left will not: only what ends connections still goes out.
    queue.clear(keepingAcknowledgementsOf: Set(conversations.keys))
    for number in conversations.keys.sorted() {
      if let draft = conversations[number]?.abort(at: now) { send(draft, for: number) }
    }
    if wasInterrupted { takeBackWhatIsUnanswered() }
    for index in transcript.attempts.indices { transcript.attempts[index].isSettled = true }
    stage = .over
    finished = now
    isFinished = true
  }

  /// Resets what SYNs on their way may open at the target: their answers come when nobody is left.
  private mutating func takeBackWhatIsUnanswered() {
    for attempt in transcript.attempts where attempt.answers.isEmpty {
      guard case .seen = attempt.departure, var segment = attempt.draft.segment,
        segment.flags.contains(.syn), !segment.flags.contains(.reset)
      else { continue }
      segment.sequence = segment.sequence + 1
      segment.acknowledgement = SequenceNumber(0)
      segment.flags = .reset
      segment.reserved = 0
      segment.payload = []
      segment.options = []
      segment.checksum = .computed
      var draft = attempt.draft
      draft.content = .segment(segment)
      draft.ipv4Options = []
      send(draft, for: attempt.id)
    }
  }
}
