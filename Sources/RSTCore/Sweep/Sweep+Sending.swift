internal import RSTWire

extension Sweep {
  /// The next thing to do at this moment.
  public mutating func next(at now: Moment) -> Step {
    if let reset = resets.popLast() { return .send(reset) }
    release(at: now)
    while true {
      if let wait = paced(at: now) { return wait }
      if let aside = asides.popLast() {
        tally.controls += 1
        return sending(aside)
      }
      let step: Step?
      switch phase {
      case .asking: step = ask(at: now)
      case .settling(let until):
        step = examine(at: now, before: settle(until: until, at: now))
      case .searching: step = examineSilence(at: now)
      case .cases: step = examine(at: now)
      case .silence: step = tellSilence(at: now)
      case .finished: return heldUntil.map(Step.wait) ?? .finished
      }
      if let step { return step }
    }
  }

  /// Takes note that the kernel refused to send a packet.
  public mutating func refused(_ packet: SweepPacket) {
    guard !packet.isReset else { return }
    tally.refused += 1
    guard let place = place(of: packet.endpoint), !done[place] else { return }
    var unsent = unsent ?? BitField(size: size)
    unsent.insert(place)
    self.unsent = unsent
  }

  /// Takes note that this machine lost packets: what was asked lately is asked again.
  public mutating func lostPackets(_ count: Int) {
    tally.captureDrops += count
    checkpoints.distrust()
  }

  mutating func sending(_ packet: SweepPacket) -> Step {
    tally.sent += 1
    pace.count()
    return .send(packet)
  }

  /// The moment to wait for, where the next SYN would be too early.
  private mutating func paced(at now: Moment) -> Step? {
    guard let rate = currentRate else { return nil }
    switch phase {
    case .asking, .searching, .cases: break
    case .settling: if asides.isEmpty { return nil }
    case .silence, .finished: return nil
    }
    let due = pace.next(at: now, rate: rate)
    return due > now ? .wait(due) : nil
  }

  /// SYNs per second now.
  private var currentRate: Double? {
    if case .searching = phase { return options.rate ?? Self.searchRate }
    guard case .cases = phase else { return round.rate }
    // Whoever rationed its resets is not asked faster than it answered.
    guard silence.segments.later > 0, let rate = round.rate else { return options.rate }
    return min(rate, options.rate ?? rate)
  }
}

// MARK: - The stream

extension Sweep {
  private mutating func ask(at now: Moment) -> Step? {
    if held.isBusy, let until = heldUntil { return .wait(until) }
    if round.number > 0 {
      misses(at: now)
      if checkpoints.isFull {
        return .wait(checkpoints.deadline(patience: patience) ?? now + patience)
      }
      if round.sinceCheckpoint >= round.stride { return addCheckpoint(at: now) }
    }
    guard let range = round.ranges.first else {
      phase = .settling(until: now + settling)
      return nil
    }
    guard let place = done.nextClear(from: round.cursor, below: range.upperBound, and: flagged)
    else {
      round.cursor = range.upperBound
      if round.number > 0 { addCheckpoint(at: now) }
      round.ranges.removeFirst()
      if let next = round.ranges.first {
        round.cursor = next.lowerBound
        round.workStart = next.lowerBound
      }
      return nil
    }
    if round.number > 0, round.cursor == range.lowerBound, round.workStart == round.cursor,
      round.sinceCheckpoint == 0
    {
      addCheckpoint(at: now)
    }
    round.cursor = place + 1
    round.sent += 1
    round.sinceCheckpoint += 1
    let endpoint = endpoint(at: place)
    times.note(place, at: now)
    return sending(
      SweepPacket(
        endpoint: endpoint,
        numbers: cookie.numbers(
          for: endpoint, attempt: min(round.number, SweepCases.firstAttempt - 1))))
  }

  /// Asks ports that answered before, so that the silence around them means something.
  @discardableResult
  private mutating func addCheckpoint(at now: Moment) -> Step? {
    let work = round.workStart..<max(round.cursor, round.workStart)
    round.workStart = work.upperBound
    // Never 0 again within a range, so that a range begins with one point only.
    round.sinceCheckpoint = 1
    addCheckpoint(after: work, at: now)
    return nil
  }

  mutating func addCheckpoint(after work: Range<UInt64>, at now: Moment) {
    let places = witnesses.next(SweepCheckpoints.probesPerPoint)
    for probe in checkpoints.add(after: work, witnesses: places, at: now) {
      let endpoint = endpoint(at: probe.place)
      asides.append(
        SweepPacket(
          endpoint: endpoint, numbers: cookie.numbers(for: endpoint, attempt: probe.attempt)))
    }
  }

  mutating func misses(at now: Moment) {
    for place in checkpoints.settle(at: now, patience: patience) { witnesses.missed(place) }
  }

  /// How long after a pass: rationed answers get the time to come back into stock.
  private var settling: Duration {
    round.number > 0 && (round.yield > 0 || hasRefusals)
      ? max(patience, rations.refill) : patience
  }

  private mutating func settle(until: Moment, at now: Moment) -> Step? {
    misses(at: now)
    if unanswered == 0, flagged.count == 0 { return finishRound(at: now) }
    // In the first pass every answer may still come; later the control probes say when to stop.
    let isSettled = round.number == 0 || checkpoints.isSettled
    guard until <= now, isSettled else {
      let next = checkpoints.deadline(patience: patience) ?? until
      return .wait(until > now ? until : next)
    }
    return finishRound(at: now)
  }

  private mutating func finishRound(at now: Moment) -> Step? {
    if round.number == 0 {
      silence.began = now
    } else if !checkpoints.unproven.isEmpty, !witnesses.isEmpty {
      if round.repeats < SweepRound.mostRepeats {
        round.repeats += 1
        round.ranges = Self.joined(checkpoints.unproven)
        round.cursor = round.ranges[0].lowerBound
        round.workStart = round.cursor
        round.sinceCheckpoint = 0
        round.rate = round.rate.map { max($0 / 2, Self.leastRate) }
        beginAsking(at: now)
        return nil
      }
      round.isProven = false
    }
    if round.number > 0 { silence.passed(round, hadWitness: !witnesses.isEmpty) }
    guard unanswered > 0 else { return endAsking() }
    if round.showsRationedRefusals, !witnesses.isEmpty {
      return beginSearch(.rationed(resets: false), at: now)
    }
    if round.number > 0 {
      switch silence.outcome(
        after: round.number, loss: checkpoints.loss, silent: unanswered,
        elapsed: now - (silence.began ?? now), rationPatience: options.rationPatience,
        hasWitness: !witnesses.isEmpty)
      {
      case .askAgain: break
      case .believed: return endAsking()
      case .doubted(.rationed):
        return beginSearch(.rationed(resets: round.segments > 0), at: now)
      case .doubted(let doubt):
        self.doubt = doubt
        return endAsking()
      }
    }
    tally.rounds += 1
    round = SweepRound(
      number: round.number + 1, rate: nextRate(at: now), over: 0..<size,
      after: (round.segments, round.refusals), at: now)
    beginAsking(at: now)
    return nil
  }

  private mutating func beginSearch(_ doubt: SilenceReading.Doubt, at now: Moment) -> Step? {
    self.doubt = doubt
    search = RationSearch(silent: unanswered, refill: rations.refill, at: now)
    phase = .searching
    return nil
  }

  private mutating func beginAsking(at now: Moment) {
    checkpoints.begin()
    pace.restart(at: now)
    phase = .asking
  }

  private mutating func endAsking() -> Step? {
    phase = .cases
    return nil
  }

  private static let leastRate = 50.0
  /// SYNs per second while groups are searched, where no rate was asked for.
  private static let searchRate = 20_000.0

  /// Half the rate of the pass before, and less where answers seem to be rationed; but no pass takes
  /// longer than three seconds, ten where they are rationed, or than half the rate that was asked for
  /// makes it.
  private func nextRate(at now: Moment) -> Double {
    let elapsed = max((now - round.started).seconds - patience.seconds, 1e-3)
    let usual = options.rate ?? max(Double(size) / max(elapsed, 0.05), 1000)
    let before = round.rate ?? min(usual, 200_000)
    var rate = before / 2
    let isRationed = round.showsRationedSegments
    if isRationed { rate = min(rate, 4 * Double(round.yield) / elapsed) }
    let floor = min(usual / 2, max(Double(unanswered) / (isRationed ? 10 : 3), 200))
    return min(max(rate, floor, Self.leastRate), usual)
  }

  /// Joins what touches, and keeps the number of pieces small by asking a little more than needed.
  static func joined(_ ranges: [Range<UInt64>]) -> [Range<UInt64>] {
    var result: [Range<UInt64>] = []
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = result.last, range.lowerBound <= last.upperBound || result.count >= 1024 {
        result[result.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
      } else {
        result.append(range)
      }
    }
    return result
  }
}
