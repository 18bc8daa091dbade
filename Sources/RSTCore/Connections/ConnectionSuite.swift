import RSTWire

/// Experiments on connections of our own, side by side: each gets a fresh source port, is stepped
/// as packets and time come, and leaves nothing behind at the target.
///
/// RFC 9293; FACTS, section 4. It does no I/O and reads no clock; the transcript is its caller's.
struct ConnectionSuite: Sendable {
  /// What was observed so far.
  var results = SessionResults()
  /// Whether there is nothing more to do.
  var isFinished: Bool { waiting.isEmpty && running.isEmpty && !queue.hasReady }

  let target: Target
  let plan: ConnectionPlan
  var supply: SettingSupply
  var table: FlowTable
  var queue = SendQueue()
  var waiting: [Pending]
  var running: [Int: Run] = [:]
  /// How much is kept of what leaves in our name.
  var room = AnswerRoom()
  /// Connections that were taken back without a question, since nothing was lost by then.
  var trusted: [Int: Run] = [:]
  /// How often what came for a connection was reset after its end.
  var lateResets: [Int: Int] = [:]
  var roundTrip: RoundTrip
  var limit: Int
  /// The round that is going on.
  var round = 0
  /// The rounds that an experiment has asked for, while it was still going on.
  var wantedRounds: Set<Int> = []
  private(set) var packetsSent = 0
  let packetBudget: Int
  var hasSeenLoss: Bool { didSet { weighLoss() } }
  /// What was lost of what connections always answer.
  var loss = LossCount() { didSet { weighLoss() } }
  /// How many silences prove something as far as the loss before the first connection tells.
  let proof: Int
  /// When the target accepted a connection last.
  var lastAccepted = Moment(nanoseconds: .min)

  /// When no connection is opened any more; nil where what was asked for takes its time.
  var ends: Moment?
  /// How long connections are opened where all goes wrong that can: a flood, an overloaded host.
  static let longest = Duration.seconds(12)

  /// How many packets of one connection are kept, and how many of one that is left alone for long.
  static let mostAnswers = (brief: 100, patient: 5_000)
  /// From how many packets in all no connection may have more than a few.
  ///
  /// A report takes some 6 KiB for each. The busiest of the lab's services draws 2,041.
  static let mostPackets = 2_500

  /// How many silences are no chance where none of a few dozen exchanges was lost: at most one in
  /// twenty is then, and three in a row one in 8,000.
  static let proofWithoutLoss = 3

  /// An experiment that waits for its connection.
  struct Pending: Sendable {
    var experiment: any Experiment
    var tries = 0
    /// Whether it is asked to confirm what another connection showed.
    var isRepeated = false
    var due: Moment?

    init(experiment: any Experiment, tries: Int = 0, due: Moment? = nil) {
      self.experiment = experiment
      self.tries = tries
      self.due = due
    }

    /// An experiment whose turn comes now, or when its delay is over.
    init(_ experiment: any Experiment, isRepeated: Bool = false, at now: Moment) {
      self.experiment = experiment
      self.isRepeated = isRepeated
      due = experiment.delay > .zero ? now + experiment.delay : nil
    }
  }

  /// An experiment with its connection.
  struct Run: Sendable {
    var experiment: any Experiment
    var bench: Bench
    var tries: Int
    var isRepeated: Bool
    /// When its first step is due: the last ACK of the handshake shall not be overtaken.
    var begins: Moment?
    var wait: Wait?
    /// Since when it waits.
    var waitsSince = Moment(nanoseconds: 0)
    var farewell: Farewell?
    /// Whether what it showed is known already, and only its end is in doubt.
    var isOver = false
    /// Whether it was opened for a round that nobody needs.
    var isUnused = false
  }

  /// How a connection is taken back.
  struct Farewell: Sendable {
    var due: Moment
    var tries = 0
    var isCertain = false
  }

  /// Prepares a suite.
  ///
  /// - Parameters:
  ///   - plan: What to try.
  ///   - target: The target, whose port is open.
  ///   - source: Our address.
  ///   - supply: Where guarded ports and numbers come from.
  ///   - roundTrip: Round trips measured so far.
  ///   - proof: How many unanswered questions prove a silence where packets get lost.
  ///   - hasSeenLoss: Whether any did so far.
  ///   - limits: How many connections and packets.
  init(
    _ plan: ConnectionPlan, target: Target, source: IPAddress, supply: SettingSupply,
    roundTrip: RoundTrip, proof: Int, hasSeenLoss: Bool,
    limits: ConnectionLimits
  ) {
    self.target = target
    self.supply = supply
    self.roundTrip = roundTrip
    self.hasSeenLoss = hasSeenLoss
    self.plan = plan
    self.proof = proof
    results.proof = hasSeenLoss ? proof : Self.proofWithoutLoss
    results.idle = plan.idle
    results.triggers = plan.interference.triggers
    waiting = plan.experiments(proof: results.proof).map { Pending(experiment: $0) }
    limit = max(limits.connections, 1)
    packetBudget = limits.packets + plan.idlePackets + plan.interference.packets
    table = FlowTable(source: source, destination: target.address)
  }

  private mutating func weighLoss() {
    guard hasSeenLoss else { return }
    results.proof = max(proof, loss.attemptsForProof)
  }

  /// When `advance(to:in:)` wants to be called.
  var deadline: Moment? {
    var times = running.values.compactMap { run -> Moment? in
      if let farewell = run.farewell { return farewell.due }
      let waited: Moment? =
        switch run.wait {
        case .answer(let until), .reply(let until): run.end(of: until)
        case .time(let until): until
        case .nothing: nil
        case nil: run.experiment.round <= round ? run.begins : nil
        }
      return Moment.earliest(waited, run.bench.connection.deadline)
    }
    if running.count < limit { times += waiting.compactMap(\.due) }
    return times.min()
  }

  /// The idle holds that are going on.
  var holding: [HoldExperiment] {
    running.values.compactMap { $0.experiment as? HoldExperiment }.filter(\.isHolding)
  }

  /// The next packet to send.
  mutating func nextTransmission(at now: Moment) -> Transmission? {
    guard let next = queue.next(at: now) else { return nil }
    packetsSent += 1
    return next
  }
}

/// How much a suite may take.
public struct ConnectionLimits: Hashable, Sendable {
  /// How many connections may be open at once: 1 or more.
  public var connections: Int
  /// How many packets may be sent in all before no connection is opened any more.
  public var packets: Int

  /// Makes limits; the defaults are those of one gentle run.
  public init(connections: Int = 24, packets: Int = 1_000) {
    self.connections = connections
    self.packets = packets
  }
}

// MARK: - Driving

extension ConnectionSuite {
  /// Opens the first connections.
  mutating func begin(at now: Moment, in transcript: inout Transcript) {
    if plan.isBrief { ends = now + Self.longest + plan.interference.longest }
    fill(at: now, in: &transcript)
  }

  /// Takes a captured packet; false where it belongs to none of these connections.
  mutating func received(
    _ packet: Packet, at now: Moment, in transcript: inout Transcript
  ) -> Bool {
    guard let match = table.match(packet, among: transcript.attempts) else { return false }
    if match.direction == .received, let header = packet.tcp,
      running[match.attempt]?.bench.connection.isStray(header) ?? false
    {
      results.strayed.insert(match.attempt)
    }
    guard
      match.direction == .sent
        ? room.admitsSent(of: match.attempt)
        : hasRoom(for: packet, of: match.attempt, in: transcript)
          && !AnswerRoom.isCopy(packet, of: match.attempt, at: now, in: transcript)
    else { return true }
    let index = transcript.packets.count
    var record = RecordedPacket(
      index: index, moment: now, direction: match.direction, packet: packet,
      attempt: match.attempt)
    switch match.direction {
    case .sent:
      if transcript.attempts[match.attempt].departure == .notSeen {
        transcript.attempts[match.attempt].departure = .seen(packet: index)
        transcript.attempts[match.attempt].started = now
        record.note = running[match.attempt]?.experiment.summary ?? ""
        running[match.attempt]?.bench.connection.noteDeparture(at: now)
      } else {
        let shape = packet.tcp.map(SegmentShape.init)
        record.note =
          shape.flatMap { running[match.attempt]?.bench.notes[$0] } ?? PacketNote.ofOurs(packet)
      }
      transcript.packets.append(record)
      running[match.attempt]?.bench.sent.append(index)
      running[match.attempt]?.noteDeparture(packet.tcp, at: now)
    case .received:
      record.note = PacketNote.onConnection(packet)
      transcript.packets.append(record)
      transcript.attempts[match.attempt].answers.append(index)
      transcript.attempts[match.attempt].isSettled = true
      take(record, at: now)
      if running[match.attempt] == nil {
        answerLate(record, draft: transcript.attempts[match.attempt].draft)
      }
    }
    fill(at: now, in: &transcript)
    return true
  }

  /// Whether one more packet is kept: a flood of them shall bury neither memory nor other answers.
  private func hasRoom(for packet: Packet, of attempt: Int, in transcript: Transcript) -> Bool {
    var count = transcript.attempts[attempt].answers.count
    if running[attempt]?.experiment.isPatient ?? false { return count < Self.mostAnswers.patient }
    // A flood of resets leaves room for what the host says all the same.
    if !(packet.tcp?.flags.contains(.reset) ?? true) { count /= 2 }
    return count < (transcript.packets.count < Self.mostPackets ? Self.mostAnswers.brief : 24)
  }

  /// Takes note that time has passed.
  mutating func advance(to now: Moment, in transcript: inout Transcript) {
    for id in running.keys.sorted() { tick(id, at: now) }
    fill(at: now, in: &transcript)
  }

  /// Takes note that the kernel refused to send a packet.
  mutating func refused(
    _ transmission: Transmission, reason: Refusal, at now: Moment, in transcript: inout Transcript
  ) {
    if transcript.attempts[transmission.attempt].departure == .notSeen {
      transcript.attempts[transmission.attempt].departure = .refused(reason)
    }
    fail(transmission.attempt, at: now)
    fill(at: now, in: &transcript)
  }

  /// Takes every connection back at once.
  mutating func interrupt(at now: Moment) {
    waiting = []
    queue.clear()
    for id in running.keys.sorted() {
      guard var run = running[id] else { continue }
      if !run.isOver { results.add(run.bench.observed) }
      if run.farewell == nil, let known = run.experiment.cutShort(run.bench, at: now) {
        results.add(known)
      }
      // A reset that waited to be sent has just been forgotten with all the rest.
      if !(run.farewell?.isCertain ?? false) { run.bench.connection.abortWhatIsOnItsWay(at: now) }
      // Nobody will be left to see whether they arrived, so they go out twice.
      run.bench.connection.outgoing += run.bench.connection.outgoing
      drain(&run, id: id)
    }
    running = [:]
  }
}
