/// Which experiments a run makes, and which it makes again.
struct ConnectionPlan: Sendable {
  /// What was asked for.
  let checks: Set<Check>
  /// How many connections may be open at once.
  var connections = ConnectionLimits().connections
  /// How long connections are left alone; nil for not at all.
  var idle: IdleLadder?
  /// What may provoke somebody on the way.
  var interference = InterferencePlan()

  /// How long the control connection is watched: as long as the longest of the other experiments.
  private static let watch = Duration.milliseconds(1_100)

  /// The experiments to begin with, the longest first, so that none is waited for alone.
  func experiments(proof: Int) -> [any Experiment] {
    var list: [any Experiment] = []
    if let idle {
      list = idle.rungs.reversed().map { HoldExperiment.idle($0, round: 1) }
      list.append(BusyExperiment(idle))
    }
    list += interference.experiments
    if checks.contains(.conformance) || checks.contains(.fingerprint) {
      list.append(ChallengeRateExperiment())
      list.append(HoldExperiment.control(Self.watch))
    }
    if checks.contains(.close) { list.append(CloseExperiment()) }
    if checks.contains(.conformance) || checks.contains(.fingerprint) {
      list += (0..<proof).map { _ in
        MatrixExperiment(Cell.likelySilent, exchangesData: exchangesData)
      }
      list += Cell.allCases.filter { !$0.isLikelySilent }.map {
        $0.experiment(exchangesData: exchangesData)
      }
    }
    if checks.contains(.states) { list += HalfOpenQuestion.allCases.map(HalfOpenExperiment.init) }
    if checks.contains(.timeWait) {
      list += TimeWaitQuestion.allCases.map { TimeWaitExperiment($0) }
      list += [.lowerOlder, .higherNewer].map { TimeWaitExperiment($0, isOursFirst: true) }
    }
    if checks.contains(.synAckSchedule) {
      list += (0..<Self.witnesses).map { _ in SYNACKScheduleExperiment() }
    }
    if checks.contains(.retransmission) {
      list += RetransmissionObservation.Subject.allCases.flatMap { subject in
        (0..<Self.witnesses).map { _ in RetransmissionExperiment(subject) }
      }
    }
    if checks.contains(.overflow) { list += (0..<connections).map { _ in OverflowExperiment() } }
    return list
  }

  /// How many connections watch the same timer side by side: what is lost on one is seen on another.
  private static let witnesses = RetransmissionReading.silences

  /// Whether nothing was asked for that takes long by its nature.
  var isBrief: Bool {
    idle == nil
      && checks.isDisjoint(with: [
        .timeWait, .synAckSchedule, .retransmission, .overflow, .residual,
      ])
  }

  /// The gentle proof of life is an old octet; the service gets one only where that was asked for.
  private var exchangesData: Bool { checks.contains(.invasive) }

  /// How often one question is asked at most.
  private static let mostTries = 9

  /// What is not clear yet and is asked once more, on a fresh connection each.
  ///
  /// - Parameters:
  ///   - results: What was observed so far.
  ///   - observed: What the connection that just ended has added.
  ///   - isAsked: Whether a connection that is open or waits asks it already.
  /// - Returns: What is to be tried, in this order.
  func followUps(
    _ results: SessionResults, after observed: SessionResults, isAsked: (String) -> Bool
  ) -> [any Experiment] {
    var list: [any Experiment] = []
    // All of them: what was clear may have to be asked more often since something was lost.
    let matrix = MatrixReading(results)
    for cell in Set(results.cells.map(\.cell)).sorted(by: { $0.rawValue < $1.rawValue })
    where matrix[cell]?.outcome == .inconclusive && !isAsked(cell.rawValue)
      && results.cells.count(where: { $0.cell == cell }) < Self.mostTries
    {
      list.append(cell.experiment(exchangesData: exchangesData))
    }
    let halfOpen = HalfOpenReading(results.halfOpen, proof: results.proof)
    for question in Set(results.halfOpen.map(\.question))
    where (halfOpen[question]?.reaction == nil || halfOpen[question]?.liveness == .unknown)
      && !isAsked(question.rawValue)
      && results.halfOpen.count(where: { $0.question == question }) < Self.mostTries
    {
      list.append(HalfOpenExperiment(question))
    }
    // Whether anything at all is answered after a silence that nobody has explained.
    let control = HoldExperiment.control(.zero)
    if observed.retransmissions.contains(where: { $0.end == .silence && $0.liveness == .unknown }),
      !isAsked(control.name)
    {
      list.append(control)
    }
    list += interference.followUps(results, after: observed)
    if observed.holds.contains(where: { !$0.isControl }), !isAsked("idle") {
      list += secondRound(results).reversed().map { HoldExperiment.idle($0, round: 2) }
    }
    return list
  }

  /// The holds between the longest that stood and the shortest that did not, once the first round is
  /// over; none where its end was seen, and so is known.
  private func secondRound(_ results: SessionResults) -> [Duration] {
    guard let idle, idle.rounds > 1, !results.holds.contains(where: { $0.round > 1 }) else {
      return []
    }
    let reading = IdleReading(idle, results.holds)
    guard reading.result == .reset && reading.on == .nextSegment || reading.result == .silentDrop,
      let high = reading.high
    else { return [] }
    return IdleLadder.refinement(above: reading.low, below: high)
  }

  /// How many packets the idle holds may take beside what the rest takes: each its handshake, its
  /// questions, a witness and a farewell; and the questions of the control.
  var idlePackets: Int {
    guard let idle else { return 0 }
    return 24 * idle.rungs.count * idle.rounds + 100
  }
}
