import RSTWire

/// How connections are opened, stepped and ended.
extension ConnectionSuite {
  /// Opens connections while there is room.
  mutating func fill(at now: Moment, in transcript: inout Transcript) {
    doubtFarewells(at: now)
    beginNextRounds(at: now)
    while let next = waiting.firstIndex(where: {
      ($0.due ?? now) <= now && isItsTurn($0) && hasRoom(for: $0)
    }) {
      let pending = waiting.remove(at: next)
      guard packetsSent < packetBudget, now < ends ?? now + .seconds(1),
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

  /// Those that wait for their round shall not keep the round before from going on.
  func hasRoom(for pending: Pending) -> Bool {
    let early = running.values.count { $0.experiment.round > round }
    return pending.experiment.round > round
      ? running.count < limit - 2 : running.count - early < max(limit - early, min(limit, 2))
  }

  func isItsTurn(_ pending: Pending) -> Bool {
    guard pending.experiment.round <= round + (pending.experiment.opensEarly ? 1 : 0) else {
      return false
    }
    return !pending.experiment.comesLast
      || waiting.allSatisfy(\.experiment.comesLast)
        && running.values.allSatisfy(\.experiment.comesLast)
  }

  var patience: Bench.Patience {
    Bench.Patience(
      timeout: roundTrip.timeout, brief: roundTrip.briefTimeout, proof: results.proof,
      roundTrip: roundTrip.shortest ?? roundTrip.timeout)
  }

  mutating func take(_ record: RecordedPacket, at now: Moment) {
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
      if isLate(header, run) { acknowledgeTwiceMore(&run) }
      // What the handshake itself draws is no answer to anything an experiment asked.
      if before != .synSent, !isRepeatedSYNACK(header, run.bench.connection) {
        run.bench.answers.append(
          Answer(
            index: record.index, moment: now, header: header, length: record.packet.payload.count,
            hopLimit: hopLimit, identification: record.packet.network.identification))
      }
      goOn(&run, hasAnswer: before != .synSent, at: now)
    }
    keep(&run, id: record.attempt, at: now)
  }

  /// The SYN ACK once more on a connection that is complete: doubled on its way, or repeated since
  /// our ACK was lost.
  func isRepeatedSYNACK(_ header: TCPHeader, _ connection: ClientConnection) -> Bool {
    header.flags.contains(.syn) && header.sequence == connection.peerInitialSequence
      && connection.state != .halfOpen
  }

  /// Whether it is a SYN ACK that the peer repeats to a connection that is left alone: our ACK was lost.
  private func isLate(_ header: TCPHeader, _ run: Run) -> Bool {
    guard run.experiment.isPatient, isRepeatedSYNACK(header, run.bench.connection),
      let begins = run.begins, let last = run.bench.connection.synAcks.last
    else { return false }
    return last > begins + roundTrip.timeout
  }

  mutating func tick(_ id: Int, at now: Moment) {
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
  mutating func goOn(_ run: inout Run, hasAnswer: Bool, at now: Moment) {
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
          if (run.isRepeated || hasSeenLoss) && !run.experiment.isPatient {
            acknowledgeTwiceMore(&run)
          }
          run.begins = begin(of: run.bench.connection, at: now)
          return
        }
        guard now >= begins, run.experiment.round <= round else { return }
      case .answer(let until):
        guard run.isOver(until, at: now) || !run.bench.answers.isEmpty && hasAnswer else { return }
      case .reply(let until):
        guard run.isOver(until, at: now) || run.bench.hasReply && hasAnswer else { return }
      case .time(let until):
        guard now >= until else { return }
      case .nothing:
        break
      }
      let wait = run.experiment.step(&run.bench, at: now)
      run.wait = wait
      run.waitsSince = now
      run.bench.hasMissedDeparture = false
      let leaving = run.bench.connection.outgoing.compactMap(\.segment)
      run.bench.leaving += leaving.map(SegmentShape.init)
      waiting.insert(contentsOf: run.bench.companions.map { Pending($0, at: now) }, at: 0)
      run.bench.companions = []
      if wait == .nothing {
        // Whoever has reset an old octet has nothing left to be taken back.
        // A peer whose FIN we never acknowledge still has it.
        let connection = run.bench.connection
        let isClosed = connection.state == .closed && connection.options.acknowledgesFIN
        let isGone = isClosed || run.bench.isGone
        if !isGone { run.bench.connection.abort(at: now) }
        // Nobody waits for a reset that nothing has given reason to doubt.
        let patience = hasSeenLoss ? roundTrip.timeout : .zero
        run.farewell = Farewell(due: now + patience, isCertain: isGone)
      }
      // Whatever it waits for now has not come yet, unless time alone decides.
      if case .time = wait { continue }
      if wait != .nothing { return }
    }
  }

  /// The last ACK of the handshake three times where it matters: as long as it is lost the peer stays
  /// in SYN-RECEIVED, where other rules hold.
  ///
  /// A connection that is left alone says nothing by itself: whoever has forgotten it by then would
  /// reset the second ACK, and not its silence. There only a SYN ACK that is repeated is answered so.
  func acknowledgeTwiceMore(_ run: inout Run) {
    guard run.bench.connection.state == .established else { return }
    for _ in 0..<2 { run.bench.connection.acknowledge() }
  }

  /// When something may be asked on a connection whose handshake is complete: the last ACK is given a
  /// start, so that no segment overtakes it, and a SYN that was repeated the time for its answer, which
  /// looks like that to a segment.
  ///
  /// RFC 5961, section 4.2: a SYN of a connection that stands is acknowledged.
  private func begin(of connection: ClientConnection, at now: Moment) -> Moment {
    let start = min(max((roundTrip.shortest ?? .zero) / 2, .milliseconds(3)), .milliseconds(25))
    guard let repeated = connection.repeatedSYN else { return now + start }
    return max(now + start, repeated + roundTrip.timeout * 2)
  }

  mutating func keep(_ run: inout Run, id: Int, at now: Moment) {
    drain(&run, id: id)
    if run.bench.startsNextRound, run.experiment.round == round {
      round += 1
      wantedRounds.insert(round)
    }
    guard let farewell = run.farewell, farewell.isCertain || farewell.tries > 3 else {
      running[id] = run
      return
    }
    end(run, id: id, at: now)
  }

  mutating func drain(_ run: inout Run, id: Int) {
    for draft in run.bench.connection.outgoing {
      queue.add(Transmission(draft: draft, attempt: id))
    }
    run.bench.connection.outgoing = []
  }

  mutating func end(_ run: Run, id: Int, at now: Moment) {
    running[id] = nil
    guard !run.isOver else { return }
    if run.bench.hasSeenLoss { hasSeenLoss = true }
    loss += run.bench.loss
    if run.farewell?.tries == 0, run.bench.connection.state == .aborted {
      trusted[id] = run
      trusted[id]?.isOver = true
    }
    results.add(run.bench.observed)
    let asked = waiting.map(\.experiment) + running.values.map(\.experiment)
    let questions = Set(asked.flatMap(\.questions))
    waiting += plan.followUps(results, after: run.bench.observed) { questions.contains($0) }
      .map { Pending($0, isRepeated: true, at: now) }
    let isUnanswered = run.bench.hopLimit == nil && run.bench.connection.state != .refused
    if isUnanswered, run.experiment.round == 0, run.bench.connection.opened > lastAccepted {
      // None was accepted since: the target has shut us out, and asking on would be no use.
      results.failures += waiting.map(\.experiment.name) + [run.experiment.name]
      waiting = []
      return
    }
    let rest = run.isUnused ? [] : run.experiment.remainder(of: run.bench)
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

  mutating func fail(_ id: Int, at now: Moment) {
    guard var run = running[id], run.farewell == nil else { return }
    run.farewell = Farewell(due: now, isCertain: true)
    keep(&run, id: id, at: now)
  }
}

extension ConnectionSuite.Run {
  /// When it is over that an answer is waited for until a moment: later while what asks for it has not
  /// been seen leaving.
  func end(of until: Moment) -> Moment {
    bench.isAllSent ? until : until + ClientConnection.departure
  }

  /// Whether that is over; what has not left by then never will.
  fileprivate mutating func isOver(_ until: Moment, at now: Moment) -> Bool {
    guard now >= end(of: until) else { return false }
    bench.hasMissedDeparture = !bench.isAllSent
    bench.leaving = []
    return true
  }

  /// Takes note that a packet has left: what it asks for is waited for from then on, since a busy
  /// machine may have sent it late.
  mutating func noteDeparture(_ header: TCPHeader?, at now: Moment) {
    guard let shape = header.map(SegmentShape.init),
      let place = bench.leaving.firstIndex(of: shape)
    else { return }
    bench.leaving.remove(at: place)
    let lag = now - waitsSince
    guard lag > .zero else { return }
    waitsSince = now
    switch wait {
    case .answer(let until): wait = .answer(until: until + lag)
    case .reply(let until): wait = .reply(until: until + lag)
    case .time, .nothing, nil: break
    }
  }
}
