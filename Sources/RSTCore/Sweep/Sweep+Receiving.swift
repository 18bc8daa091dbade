internal import RSTWire

extension Sweep {
  /// Takes what came to one of our ports, or quotes one of them.
  public mutating func received(_ answer: SweepAnswer, at moment: Moment) {
    let slot = Int(slots[Int(answer.port)])
    guard slot >= 0, let proof = proof(of: answer, slot: slot) else {
      tally.unproven += 1
      return
    }
    tally.answers += 1
    if answer.kind == .synAck { takeBack(answer, slot: slot) }
    let host = space.host(of: answer.endpoint.address)
    // A closure would copy all of this, for each answer.
    var target: Target?
    if let host { target = self.target(of: host, port: answer.endpoint.port) }
    if proof.attempt >= SweepCheckpoints.firstAttempt {
      guard let place = target?.place, answer.isOfTCP,
        checkpoints.take(attempt: proof.attempt, place: place)
      else {
        tally.repeated += 1
        return
      }
      witnesses.heard(place)
      return
    }
    if answer.isOfTCP, let host { hosts.insert(host) }
    if proof.attempt >= SweepCases.firstAttempt {
      if !cases.take(answer, place: target?.place, to: proof.trafficClass) { tally.repeated += 1 }
      return
    }
    guard let target, !done[target.place], !flagged[target.place] else {
      let isNews = target.map { answer.kind == .synAck && contradicts($0.place, moment) } ?? false
      if !isNews { tally.repeated += 1 }
      return
    }
    judge(answer, of: target, proof, moment)
  }

  /// A target as the space and this part of it have it.
  private struct Target {
    /// The numbers of its host and of itself in the space.
    let host, number: UInt64
    let place: UInt64
  }

  @inline(__always)
  private func target(of host: UInt64, port: UInt16) -> Target? {
    guard let number = space.number(ofHost: host, port: port),
      let place = place(ofNumber: number)
    else { return nil }
    return Target(host: host, number: number, place: place)
  }

  /// What the answer proves: a reset may acknowledge the SYN, or what was before it.
  private func proof(
    of answer: SweepAnswer, slot: Int
  ) -> (attempt: Int, trafficClass: UInt8)? {
    if let proof = cookie.attempt(of: answer.endpoint, slot: slot, sequence: answer.sequence) {
      return proof
    }
    guard answer.kind == .reset else { return nil }
    return cookie.attempt(of: answer.endpoint, slot: slot, sequence: answer.sequence &+ 1)
  }

  /// Answers a SYN-ACK with the reset that the host expects, so that it keeps nothing half-open.
  private mutating func takeBack(_ answer: SweepAnswer, slot: Int) {
    let numbers = ProbeCookie.Numbers(
      slot: slot, sequence: answer.sequence &+ 1,
      identification: UInt16(truncatingIfNeeded: answer.sequence) | 1, trafficClass: 0,
      flowLabel: answer.sequence & 0xf_ffff)
    resets.append(SweepPacket(endpoint: answer.endpoint, numbers: numbers, isReset: true))
  }

  private mutating func judge(
    _ answer: SweepAnswer, of target: Target, _ proof: (attempt: Int, trafficClass: UInt8),
    _ moment: Moment
  ) {
    let place = target.place
    var span: Int64?
    if proof.attempt == min(round.number, SweepCases.firstAttempt - 1) {
      span = times.roundTrip(of: place, at: moment)
      if let span { note(roundTrip: span) }
    }
    if answer.isOfTCP {
      round.segments += 1
      witnesses.add(place, host: target.host)
    } else {
      round.refusals += 1
      hasRefusals = true
      if search == nil { rations.note(answer.sender, at: moment) }
    }
    noteSearched(answer, at: place)
    switch SweepJudgement.first(answer, to: proof.trafficClass) {
    case .decided(let verdict, let codes):
      var result = SweepResult(
        endpoint: answer.endpoint, verdict: verdict, codes: codes, attempts: proof.attempt + 1,
        roundTrip: span.map(Duration.init(nanoseconds:)), moment: moment)
      if !answer.isOfTCP { result.icmpSender = answer.sender }
      tell(result, at: place)
    case .closed:
      let entry = HeldResets.Entry(
        place: place, number: target.number, moment: moment.nanoseconds, roundTrip: span ?? -1,
        attempt: UInt8(proof.attempt), hopLimit: answer.hopLimit)
      // Where there is no room it is asked again, beside control ports.
      if held.hold(entry) { done.insert(place) } else { flagged.insert(place) }
    case .open:
      flagged.insert(place)
    }
  }

  /// Takes note of a SYN-ACK behind another answer; false where that was said already.
  private mutating func contradicts(_ place: UInt64, _ moment: Moment) -> Bool {
    if held.contradict(place) { return true }
    guard flagged[place] else { return false }
    tellContradiction(at: place, attempts: round.number + 1, moment)
    return true
  }

  private mutating func tellContradiction(at place: UInt64, attempts: Int, _ moment: Moment) {
    let (verdict, codes, reason) = SweepJudgement.contradictory
    tell(
      SweepResult(
        endpoint: endpoint(at: place), verdict: verdict, codes: codes, reason: reason,
        attempts: attempts, moment: moment), at: place)
  }

  /// Says of what was held back long enough.
  ///
  /// - Parameter now: The present.
  public mutating func release(at now: Moment) {
    let arrived = Moment(nanoseconds: now.nanoseconds - patienceNanoseconds)
    while let (entry, isContradicted) = held.release(arrivedBy: arrived) {
      done.remove(entry.place)
      let attempts = Int(entry.attempt) + 1
      guard !isContradicted else {
        tellContradiction(at: entry.place, attempts: attempts, now)
        continue
      }
      let (verdict, codes) = SweepJudgement.closed(hopLimit: entry.hopLimit)
      tell(
        SweepResult(
          endpoint: space[entry.number], verdict: verdict, codes: codes, attempts: attempts,
          roundTrip: entry.roundTrip < 0 ? nil : Duration(nanoseconds: entry.roundTrip),
          moment: Moment(nanoseconds: entry.moment)), at: entry.place)
    }
  }

  /// When the first of what is held back is said; nil where nothing is.
  var heldUntil: Moment? {
    held.first.map { Moment(nanoseconds: $0.moment + patienceNanoseconds) }
  }

  /// Says what is known of a target; it is the last word.
  mutating func tell(_ result: SweepResult, at place: UInt64) {
    guard done.insert(place) else { return }
    flagged.remove(place)
    tally.states[result.verdict.port, default: 0] += 1
    results.append(result)
    results[results.count - 1].place = shard.whole(place)
  }
}

extension SweepAnswer {
  /// Whether it is a segment, from the target or in its name.
  var isOfTCP: Bool { kind == .synAck || kind == .reset }
}
