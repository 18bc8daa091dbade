import RSTWire

/// Experiments on connections of our own, side by side: each gets a fresh source port, is stepped
/// as packets and time come, and leaves nothing behind at the target.
///
/// RFC 9293; FACTS, section 4. It does no I/O and reads no clock; the transcript is its caller's.
struct ConnectionSuite: Sendable {
  /// What was observed so far.
  private(set) var results = SessionResults()
  /// Whether there is nothing more to do.
  var isFinished: Bool { waiting.isEmpty && running.isEmpty && !queue.hasReady }

  private let target: Target
  private let plan: ConnectionPlan
  private var supply: SettingSupply
  private var table: FlowTable
  private var queue = SendQueue()
  private var waiting: [Pending]
  private var running: [Int: Run] = [:]
  /// Connections that were taken back without a question, since nothing was lost by then.
  private var trusted: [Int: Run] = [:]
  /// How often what came for a connection was reset after its end.
  private var lateResets: [Int: Int] = [:]
  private var roundTrip: RoundTrip
  private var limit: Int
  private(set) var packetsSent = 0
  private let packetBudget: Int
  private var hasSeenLoss: Bool {
    didSet { if hasSeenLoss { results.proof = proof } }
  }
  private let proof: Int
  /// When the target accepted a connection last.
  private var lastAccepted = Moment(nanoseconds: .min)

  /// How many silences are no chance where none of a few dozen exchanges was lost: at most one in
  /// twenty is then, and three in a row one in 8,000.
  private static let proofWithoutLoss = 3

  /// An experiment that waits for its connection.
  private struct Pending: Sendable {
    var experiment: any Experiment
    var tries = 0
    /// Whether it is asked to confirm what another connection showed.
    var isRepeated = false
    var due: Moment?
  }

  /// An experiment with its connection.
  private struct Run: Sendable {
    var experiment: any Experiment
    var bench: Bench
    var tries: Int
    var isRepeated: Bool
    /// When its first step is due: the last ACK of the handshake shall not be overtaken.
    var begins: Moment?
    var wait: Wait?
    var farewell: Farewell?
    /// Whether what it showed is known already, and only its end is in doubt.
    var isOver = false
  }

  /// How a connection is taken back.
  private struct Farewell: Sendable {
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
    waiting = plan.experiments(proof: results.proof).map { Pending(experiment: $0) }
    limit = max(limits.connections, 1)
    packetBudget = limits.packets + plan.idlePackets
    table = FlowTable(source: source, destination: target.address)
  }

  /// When `advance(to:in:)` wants to be called.
  var deadline: Moment? {
    var times = running.values.compactMap { run -> Moment? in
      if let farewell = run.farewell { return farewell.due }
      let waited: Moment? =
        switch run.wait {
        case .answer(let until), .reply(let until), .time(let until): until
        case .nothing: nil
        case nil: run.begins
        }
      return [waited, run.bench.connection.deadline].compactMap(\.self).min()
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
    fill(at: now, in: &transcript)
  }

  /// Takes a captured packet; false where it belongs to none of these connections.
  mutating func received(
    _ packet: Packet, at now: Moment, in transcript: inout Transcript
  ) -> Bool {
    guard let match = table.match(packet, among: transcript.attempts) else { return false }
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
      } else {
        let shape = packet.tcp.map(SegmentShape.init)
        record.note =
          shape.flatMap { running[match.attempt]?.bench.notes[$0] } ?? PacketNote.ofOurs(packet)
      }
      transcript.packets.append(record)
      running[match.attempt]?.bench.sent.append(index)
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
      drain(&run, id: id)
    }
    running = [:]
  }
}

// MARK: - Connections

extension ConnectionSuite {
  /// Opens connections while there is room.
  private mutating func fill(at now: Moment, in transcript: inout Transcript) {
    doubtFarewells(at: now)
    while running.count < limit,
      let next = waiting.firstIndex(where: { ($0.due ?? now) <= now && isItsTurn($0) })
    {
      let pending = waiting.remove(at: next)
      guard packetsSent < packetBudget,
        let setting = supply.setting(for: pending.experiment.name, port: target.port)
      else {
        results.failures.append(pending.experiment.name)
        continue
      }
      let draft = setting.segment(
        .syn, window: pending.experiment.options.window, options: setting.connectionOptions)
      let attempt = Attempt(
        id: transcript.attempts.count, probe: pending.experiment.name, subject: .target,
        flight: pending.tries + 1, part: .connections, draft: draft, started: now)
      transcript.attempts.append(attempt)
      table.add(attempt)
      var connection = ClientConnection(syn: draft, options: pending.experiment.options, at: now)
      connection.timeout = roundTrip.timeout
      connection.open(at: now)
      var run = Run(
        experiment: pending.experiment,
        bench: Bench(connection: connection, attempt: attempt.id, patience: patience),
        tries: pending.tries, isRepeated: pending.isRepeated)
      drain(&run, id: attempt.id)
      running[attempt.id] = run
    }
  }

  private func isItsTurn(_ pending: Pending) -> Bool {
    !pending.experiment.comesLast
      || waiting.allSatisfy(\.experiment.comesLast)
        && running.values.allSatisfy(\.experiment.comesLast)
  }

  private var patience: Bench.Patience {
    Bench.Patience(
      timeout: roundTrip.timeout, brief: roundTrip.briefTimeout, proof: results.proof,
      roundTrip: roundTrip.shortest ?? roundTrip.timeout)
  }

  private mutating func take(_ record: RecordedPacket, at now: Moment) {
    guard var run = running[record.attempt], let header = record.packet.tcp else { return }
    let before = run.bench.connection.state
    if before == .synSent, run.bench.connection.repetition == 0, header.flags.contains(.syn) {
      roundTrip.add(now - run.bench.connection.opened, isCredible: true)
    }
    if before == .synSent, header.flags.contains(.syn) { lastAccepted = now }
    let hopLimit = record.packet.network.hopLimit
    if before == .synSent, header.flags.contains(.syn) { run.bench.hopLimit = hopLimit }
    run.bench.patience = patience
    run.bench.connection.timeout = roundTrip.timeout
    run.bench.connection.received(header, payload: record.packet.payload, at: now)
    if run.farewell != nil {
      settleFarewell(&run, by: header, at: now)
    } else {
      // What the handshake itself draws is no answer to anything an experiment asked.
      if before != .synSent, !isRepeatedSYNACK(header, run.bench.connection) {
        run.bench.answers.append(
          Answer(
            index: record.index, moment: now, header: header, length: record.packet.payload.count,
            hopLimit: hopLimit))
      }
      goOn(&run, hasAnswer: before != .synSent, at: now)
    }
    keep(&run, id: record.attempt, at: now)
  }

  /// The SYN ACK once more on a connection that is complete: doubled on its way, or repeated since
  /// our ACK was lost.
  private func isRepeatedSYNACK(_ header: TCPHeader, _ connection: ClientConnection) -> Bool {
    header.flags.contains(.syn) && header.sequence == connection.peerInitialSequence
      && connection.state != .halfOpen
  }

  private mutating func tick(_ id: Int, at now: Moment) {
    guard var run = running[id] else { return }
    run.bench.patience = patience
    if let farewell = run.farewell {
      if farewell.due <= now { sayFarewell(&run, at: now) }
    } else {
      let repetition = run.bench.connection.repetition
      run.bench.connection.advance(to: now)
      if run.bench.connection.repetition > repetition { hasSeenLoss = true }
      goOn(&run, hasAnswer: false, at: now)
    }
    keep(&run, id: id, at: now)
  }

  /// Steps the experiment where what it waits for has come.
  private mutating func goOn(_ run: inout Run, hasAnswer: Bool, at now: Moment) {
    switch run.bench.connection.state {
    case .idle, .synSent: return
    case .refused, .unanswered:
      if run.wait == nil {
        run.experiment.unopened(&run.bench)
        run.farewell = Farewell(due: now, isCertain: run.bench.connection.state == .refused)
        return
      }
    default: break
    }
    while run.farewell == nil {
      switch run.wait {
      case nil:
        guard let begins = run.begins else {
          confirmHandshake(&run)
          run.begins = now + settling
          return
        }
        guard now >= begins else { return }
      case .answer(let until):
        guard now >= until || !run.bench.answers.isEmpty && hasAnswer else { return }
      case .reply(let until):
        guard now >= until || run.bench.hasReply && hasAnswer else { return }
      case .time(let until):
        guard now >= until else { return }
      case .nothing:
        break
      }
      let wait = run.experiment.step(&run.bench, at: now)
      run.wait = wait
      waiting.insert(contentsOf: run.bench.companions.map { Pending(experiment: $0) }, at: 0)
      run.bench.companions = []
      if wait == .nothing {
        // Whoever has reset an old octet has nothing left to be taken back.
        let isGone = run.bench.connection.state == .closed || run.bench.isGone
        if !isGone { run.bench.connection.abort(at: now) }
        run.farewell = Farewell(due: now + roundTrip.timeout, isCertain: isGone)
      }
      // Whatever it waits for now has not come yet, unless time alone decides.
      if case .time = wait { continue }
      if wait != .nothing { return }
    }
  }

  /// The last ACK of the handshake three times where it matters: as long as it is lost the peer stays
  /// in SYN-RECEIVED, where other rules hold.
  private func confirmHandshake(_ run: inout Run) {
    guard run.isRepeated || hasSeenLoss, run.bench.connection.state == .established else { return }
    for _ in 0..<2 { run.bench.connection.acknowledge() }
  }

  /// How long the last ACK of the handshake is given a start, so that no segment overtakes it.
  private var settling: Duration {
    min(max((roundTrip.shortest ?? .zero) / 2, .milliseconds(3)), .milliseconds(25))
  }

  private mutating func keep(_ run: inout Run, id: Int, at now: Moment) {
    drain(&run, id: id)
    guard let farewell = run.farewell, farewell.isCertain || farewell.tries > 3 else {
      running[id] = run
      return
    }
    end(run, id: id, at: now)
  }

  private mutating func drain(_ run: inout Run, id: Int) {
    for draft in run.bench.connection.outgoing {
      queue.add(Transmission(draft: draft, attempt: id))
    }
    run.bench.connection.outgoing = []
  }

  private mutating func end(_ run: Run, id: Int, at now: Moment) {
    running[id] = nil
    guard !run.isOver else { return }
    if run.bench.hasSeenLoss { hasSeenLoss = true }
    if run.farewell?.tries == 0, run.bench.connection.state == .aborted {
      trusted[id] = run
      trusted[id]?.isOver = true
    }
    results.add(run.bench.observed)
    let asked = waiting.map(\.experiment) + running.values.map(\.experiment)
    let questions = Set(asked.flatMap(\.questions))
    waiting += plan.followUps(results, after: run.bench.observed) { questions.contains($0) }
      .map { Pending(experiment: $0, isRepeated: true) }
    let isUnanswered = run.bench.hopLimit == nil && run.bench.connection.state != .refused
    if isUnanswered, run.bench.connection.opened > lastAccepted {
      // None was accepted since: the target has shut us out, and asking on would be no use.
      results.failures += waiting.map(\.experiment.name) + [run.experiment.name]
      waiting = []
      return
    }
    let rest = run.experiment.remainder(of: run.bench)
    // Whoever asks something else now has got on.
    let hasProgress = !run.bench.observed.isEmpty || rest.count > 1
    let tries = run.tries + (hasProgress ? 0 : 1)
    guard !rest.isEmpty else { return }
    guard tries < 3 else {
      results.failures += rest.map(\.name)
      return
    }
    if !hasProgress {
      // Fewer at once: some services count connections, some hosts have room for a few. Those that
      // are left alone keep theirs for long and must not keep the others waiting.
      let patient = running.values.count(where: \.experiment.isPatient)
      limit = max(min(limit, running.count + 1) / 2, patient + 2)
    }
    let due = hasProgress ? nil : now + roundTrip.timeout * 2
    waiting += rest.map { Pending(experiment: $0, tries: tries, due: due) }
  }

  private mutating func fail(_ id: Int, at now: Moment) {
    guard var run = running[id], run.farewell == nil else { return }
    run.farewell = Farewell(due: now, isCertain: true)
    keep(&run, id: id, at: now)
  }
}

// MARK: - Farewell

extension ConnectionSuite {
  /// Where packets get lost the reset may have been: an old octet asks, and another reset follows
  /// until the target has forgotten the connection.
  private mutating func sayFarewell(_ run: inout Run, at now: Moment) {
    guard hasSeenLoss || run.bench.connection.state == .unanswered else {
      run.farewell?.isCertain = true
      return
    }
    run.farewell?.tries += 1
    run.farewell?.due = now + roundTrip.timeout
    guard (run.farewell?.tries ?? 0) <= 3 else { return }
    run.bench.send(run.bench.connection.exactReset, "takes the connection back")
    run.bench.askWhetherAlive()
  }

  /// What a living peer still says on a connection that is over for us is reset, as RFC 9293,
  /// section 3.10.7.1, asks: it never got our reset, or has opened another one.
  private mutating func answerLate(_ record: RecordedPacket, draft: PacketDraft) {
    guard let header = record.packet.tcp, header.flags.contains(.acknowledgement),
      !header.flags.contains(.reset),
      !header.flags.isDisjoint(with: [.syn, .fin]) || !record.packet.payload.isEmpty,
      lateResets[record.attempt, default: 0] < 3
    else { return }
    lateResets[record.attempt, default: 0] += 1
    let connection = ClientConnection(syn: draft, at: record.moment)
    queue.add(
      Transmission(
        draft: connection.segment(.reset, sequence: header.acknowledgement),
        attempt: record.attempt))
  }

  /// Once packets are known to get lost, resets that nobody asked about may have been.
  private mutating func doubtFarewells(at now: Moment) {
    guard hasSeenLoss else { return }
    for id in trusted.keys.sorted() {
      guard var run = trusted[id] else { continue }
      run.farewell = Farewell(due: now)
      running[id] = run
    }
    trusted = [:]
  }

  private func settleFarewell(_ run: inout Run, by header: TCPHeader, at now: Moment) {
    let isNew = header.flags.isSuperset(of: [.syn, .acknowledgement])
    guard let tries = run.farewell?.tries, tries > 0 || isNew else { return }
    if header.flags.contains(.reset) {
      run.farewell?.isCertain = true
    } else if header.flags.contains(.acknowledgement) {
      // Still there: the reset takes the number that was just acknowledged.
      run.bench.send(
        run.bench.connection.segment(.reset, sequence: header.acknowledgement),
        "takes the connection back")
    }
  }
}
