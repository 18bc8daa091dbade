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
/// `Investigation+Flights.swift`, how often they are asked in `Investigation+Patience.swift`, and when
/// one stage follows another in `Investigation+Stages.swift`.
public struct Investigation: Sendable {
  /// Everything so far.
  public internal(set) var transcript = Transcript()
  /// Whether there is nothing more to do.
  public internal(set) var isFinished = false

  let target: Target
  let source: IPAddress
  let options: InvestigationOptions
  /// Where everything random comes from.
  let seed: UInt64
  let controls: [UInt16]

  var stage = Stage.opening
  var questions: [Question] = []
  /// The attempts that are not settled: kept, for each packet asks when the next of them is due.
  var waiting: [Int] = []
  var conversations: [Int: Conversation] = [:]
  var roundTrip = RoundTrip()
  var started = Moment(nanoseconds: 0)
  var flight = 1
  var flightStarted = Moment(nanoseconds: 0)
  private(set) var packetsSent = 0

  private var table: FlowTable
  var queue = SendQueue()
  private var supply: SettingSupply
  let expectedSilences = Set(ProbeCatalog.all.filter(\.expectsSilence).map(\.name))
  var finished: Moment?
  /// Until when answers that would change everything are listened for, once nothing is left to ask.
  var listening: Moment?
  private(set) var wasInterrupted = false
  var hasRepeatedSYN = false
  /// How much is kept of what comes.
  var room = AnswerRoom()

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
    var earliest = Moment.earliest(queue.nextDue, stageDeadline)
    for number in waiting {
      earliest = Moment.earliest(earliest, answerDue(number))
    }
    for conversation in conversations.values where conversation.awaitsGoodbye {
      earliest = Moment.earliest(earliest, conversation.since + roundTrip.timeout)
    }
    return earliest
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
    transcript.attempts[next.attempt].isHandedOver = true
    if transcript.attempts[next.attempt].departure == .notSeen {
      transcript.attempts[next.attempt].started = now
    }
    return next
  }

  /// Takes a captured packet, of ours leaving or of anybody arriving; foreign ones are ignored.
  public mutating func received(_ packet: Packet, at moment: Moment) {
    guard let match = table.match(packet, among: transcript.attempts),
      match.direction == .sent
        ? room.admitsSent(of: match.attempt)
        : room.admits(
          packet, of: match.attempt, at: moment, in: transcript,
          isAwaited: conversations[match.attempt]?.isAwaiting(packet) ?? false)
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
    waiting.append(attempt.id)
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
