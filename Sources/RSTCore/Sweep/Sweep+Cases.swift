internal import RSTWire

extension Sweep {
  /// Examines answers that do not decide alone.
  mutating func examine(at now: Moment) -> Step? {
    if advanceCases(at: now) { return results.count >= Self.resultsAtOnce ? .wait(now) : nil }
    if let deadline = cases.deadline { return .wait(deadline) }
    if flagged.count == 0 { phase = .silence }
    return nil
  }

  /// Examines answers while something else has to be waited for.
  ///
  /// - Parameters:
  ///   - now: The present.
  ///   - step: What would be done otherwise.
  /// - Returns: What to do.
  mutating func examine(at now: Moment, before step: Step?) -> Step? {
    guard case .wait(let moment) = step, moment > now else { return step }
    if advanceCases(at: now) { return results.count >= Self.resultsAtOnce ? .wait(now) : nil }
    return .wait(min(moment, cases.deadline ?? moment))
  }

  /// Opens cases while there is room, and does what the next one needs; false where all of them wait.
  private mutating func advanceCases(at now: Moment) -> Bool {
    // What was flagged by late answers may be behind the cursor.
    if cases.isEmpty, flagged.count > 0 { caseCursor = 0 }
    while !cases.isFull, caseCursor < size {
      let place = flagged.nextSet(from: caseCursor) ?? size
      if place < size { cases.open(place, endpoint(at: place), at: now) }
      caseCursor = place + 1
    }
    let space = space
    let step = cases.next(at: now, gap: patience) { address, number in
      Self.controlPort(of: address, number, in: space)
    }
    switch step {
    case .ask(let asks):
      for ask in asks {
        asides.append(
          SweepPacket(
            endpoint: ask.endpoint,
            numbers: cookie.numbers(for: ask.endpoint, attempt: ask.attempt)))
      }
    case .judge(let item, let control, let asked):
      let host = space.host(of: item.endpoint.address)
      let (verdict, codes, reason) = SweepJudgement.compared(
        item.marks, with: control, isLoop: item.isLoop,
        hostAnswered: host.map { hosts[$0] } ?? false)
      // The caller takes results whenever it waits.
      tell(
        SweepResult(
          endpoint: item.endpoint, verdict: verdict, codes: codes,
          icmpSender: item.marks.refusal?.sender, reason: reason, attempts: asked + 1, moment: now),
        at: item.place)
    case nil: return false
    }
    return true
  }

  static var resultsAtOnce: Int { 256 }

  /// Says last what stayed silent.
  mutating func tellSilence(at now: Moment) -> Step? {
    guard let place = done.nextClear(from: silenceCursor, below: size, and: flagged) else {
      phase = flagged.count > 0 ? .cases : .finished
      return nil
    }
    silenceCursor = place + 1
    tellSilent(at: place, doubt: doubt, now)
    return results.count >= Self.resultsAtOnce ? .wait(now) : nil
  }

  /// Says of a target that it stayed silent.
  mutating func tellSilent(at place: UInt64, doubt: SilenceReading.Doubt?, _ now: Moment) {
    let endpoint = endpoint(at: place)
    let host = space.host(of: endpoint.address)
    let (verdict, codes, reason) = silentVerdict(
      hostAnswered: host.map { hosts[$0] } ?? false, isUnsent: unsent?[place] ?? false,
      doubt: doubt)
    tell(
      SweepResult(
        endpoint: endpoint, verdict: verdict, codes: codes, reason: reason,
        attempts: round.number + 1, moment: now),
      at: place)
  }

  private func silentVerdict(
    hostAnswered: Bool, isUnsent: Bool, doubt: SilenceReading.Doubt?
  ) -> (Verdict, [FindingCode], reason: String?) {
    if isUnsent {
      return SweepJudgement.undecided(
        [(.unreachable, .none, 0.5), (.dropped, .none, 0.5)],
        "this machine's kernel refused to send some of the probes")
    }
    switch doubt {
    case nil:
      // A host that answers elsewhere shows that the silence is this port's own.
      return (
        Verdict(
          port: .dropped, responder: .none, confidence: hostAnswered ? 0.97 : 0.9,
          alternatives: [
            Alternative(
              port: .unreachable, responder: .none, confidence: hostAnswered ? 0.01 : 0.08)
          ]), [.silentDrop], nil
      )
    case .rationed(let resets):
      let (verdict, _, reason) = SweepJudgement.undecided(
        [(.dropped, .none, 0.5), (.rejected, .unknown, 0.3), (.closed, .host, 0.2)],
        resets
          ? "resets are rationed: silence beyond the ration is no evidence"
          : "ICMP errors are rationed: silence beyond the ration is no evidence")
      return (verdict, resets ? [.resetRateLimited] : [], reason)
    case .noWitness:
      return SweepJudgement.undecided(
        [(.dropped, .none, 0.6), (.unreachable, .none, 0.4)],
        "nothing answered anywhere, so nothing shows that the path was open")
    case .unsteady:
      return SweepJudgement.undecided(
        [(.dropped, .none, 0.5), (.closed, .host, 0.3), (.open, .host, 0.2)],
        "the path loses too much to believe silence")
    }
  }
}
