import RSTWire

/// Rounds: what provokes somebody on the way waits until what provokes nobody is over.
extension ConnectionSuite {
  /// Begins the next round once nothing of this one is left, and takes back the connections that were
  /// opened for a round that is not needed.
  mutating func beginNextRounds(at now: Moment) {
    // Nothing but triggers has rounds, and beneath a flood this is asked for every packet.
    guard !plan.interference.triggers.isEmpty else { return }
    drop(at: now)
    while !waiting.isEmpty || running.values.contains(where: { $0.experiment.round > round }),
      isRoundOver
    {
      round += 1
      drop(at: now)
    }
    for id in running.keys.sorted() {
      guard var run = running[id], run.experiment.round > 0, run.wait == nil, run.farewell == nil,
        run.experiment.round <= round, let begins = run.begins, begins <= now
      else { continue }
      goOn(&run, hasAnswer: false, at: now)
      keep(&run, id: id, at: now)
    }
  }

  /// What an experiment saw is known when its connection is taken back; that of one whose end alone is
  /// in doubt was known before.
  private var isRoundOver: Bool {
    waiting.allSatisfy { $0.experiment.round > round }
      && running.values.allSatisfy { $0.experiment.round > round || $0.isOver }
  }

  private func isWanted(_ experiment: any Experiment) -> Bool {
    plan.interference.isWanted(
      experiment, results, isProvoked: wantedRounds.contains(experiment.round))
  }

  private mutating func drop(at now: Moment) {
    waiting = waiting.filter {
      $0.experiment.round == 0 || $0.experiment.round > round || isWanted($0.experiment)
    }
    for id in running.keys.sorted() {
      guard var run = running[id], run.experiment.round > 0, run.experiment.round <= round,
        run.wait == nil, run.farewell == nil, run.begins != nil,
        !isWanted(run.experiment)
      else { continue }
      run.bench.connection.abort(at: now)
      run.farewell = Farewell(due: now + roundTrip.timeout)
      run.isUnused = true
      keep(&run, id: id, at: now)
    }
  }
}
