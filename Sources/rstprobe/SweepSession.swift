internal import RSTArchive
internal import RSTCore
internal import RSTNet
internal import RSTReport
internal import RSTWire

/// One sweep while it runs: what it says, what it keeps back for a full investigation, and its file.
struct SweepSession {
  private let settings: SweepSettings
  private let seed: UInt64
  private let hosts: UInt64
  private let names: [IPAddress: String]
  private let archive: SweepArchive?
  private let keeper: FileKeeper?
  private var output: SweepOutput
  private let began = ContinuousClock.now
  /// Ambiguous results, which are investigated at the end.
  private var held: [SweepResult] = []
  private var isInconclusive = false
  /// What full investigations said instead of what the sweep had counted.
  private var revisions: [(before: PortState, after: PortState)] = []

  init(
    _ settings: SweepSettings, space: TargetSpace, seed: UInt64, names: [IPAddress: String],
    vantages: [Vantage], said: UInt64?, keeper: FileKeeper?
  ) throws(Failure) {
    self.settings = settings
    self.keeper = keeper
    self.seed = seed
    self.names = names
    hosts = space.hosts
    let identity = space.fingerprint ^ seed
    let started = SystemClock().now
    archive = try SweepArchive(
      settings,
      record: SweepStore.Sweep(
        identity: String(identity, radix: 16), shard: settings.shard.description,
        source: vantages.map { "\($0.source)" }.joined(separator: " "),
        started: Double(started.nanoseconds) / 1e9), said: said)
    output = SweepOutput(
      SweepLine.Context(
        identity: identity, shard: settings.shard, targets: space.count, started: started),
      names: names, vantages: vantages, archive: archive)
  }

  /// Sweeps until everything is said or something ends it.
  mutating func sweep(_ run: inout SweepRun) -> SweepRun.Ending {
    var progress = LineProgress(isWanted: !settings.isQuiet)
    defer { progress.clear() }
    var session = self
    defer { self = session }
    let rate = settings.rate
    return run.run { state in
      progress.show(
        SweepText.progress(
          state.tally, targets: state.targets, unanswered: state.unanswered, rate: state.rate,
          chosen: rate))
      session.output.flush()
    } take: { results in
      for result in results { session.take(result) }
      return session.output.failure == nil
    } save: { snapshot in
      session.save(snapshot)
    }
  }

  private mutating func take(_ result: SweepResult) {
    if result.isAmbiguous, held.count < settings.deepen {
      held.append(result)
    } else {
      give(result)
    }
  }

  private mutating func give(_ result: SweepResult) {
    if result.verdict.port == .inconclusive { isInconclusive = true }
    output.add(result)
  }

  /// Investigates what is ambiguous, writes what is left, and says how it ended.
  ///
  /// - Returns: How the program ends.
  /// - Throws: `Failure` where results could not be written or the sweep could not go on.
  mutating func finish(
    _ run: inout SweepRun, _ ending: SweepRun.Ending, complain: (String) -> Void
  ) throws(Failure) -> ExitStatus {
    var ending = ending
    if ending == .finished, !held.isEmpty, deepen(&run) { ending = .interrupted }
    // Nobody looked into them: then they are said as they are.
    held.forEach { give($0) }
    held = []
    output.flush()
    var snapshot = run.snapshot
    snapshot.withdraw(output.unwritten)
    let isOver = ending == .finished && output.failure == nil
    if let path = settings.resume {
      if isOver { keeper?.remove(path) } else { try write(snapshot, to: path) }
    }
    if !settings.isQuiet {
      var tally = run.sweep.tally
      for revision in revisions { tally.move(from: revision.before, to: revision.after) }
      try? StandardStream.error.write(
        SweepText.summary(
          tally, targets: run.sweep.targets, elapsed: ContinuousClock.now - began))
    }
    try archive?.finish(
      at: Int(SystemClock().now.nanoseconds / 1_000_000_000), hosts: hosts, isComplete: isOver)
    let hint = settings.resume.map { "; --resume \($0) goes on" } ?? ""
    if let failure = output.failure, !output.isUnread {
      throw Failure(message: failure + hint, status: .usage)
    }
    switch ending {
    case .broken(let reason):
      throw Failure(message: reason + hint, status: .unusableTarget)
    case .interrupted:
      if !settings.isQuiet, settings.resume != nil { complain("interrupted\(hint)") }
      return output.isUnread ? .answered : .interrupted
    case .finished:
      return isInconclusive ? .inconclusive : .answered
    }
  }

  /// Writes the resume file while all goes well, for the case that the process is killed.
  private mutating func save(_ state: SweepSnapshot) {
    guard let path = settings.resume else { return }
    output.flush()
    var snapshot = state
    snapshot.withdraw(held + output.unwritten)
    // The one at the end says what is wrong; until then the sweep is worth more than its file.
    try? keeper?.write(snapshot.encoded(), in: path)
  }

  private func write(_ snapshot: SweepSnapshot, to path: String) throws(Failure) {
    do throws(OutputObstacle) { try keeper?.write(snapshot.encoded(), in: path) } catch {
      throw Failure(message: "cannot write \(path): \(error)", status: .usage)
    }
  }

  /// Gives ambiguous ports the full investigation; true where it was interrupted.
  private mutating func deepen(_ run: inout SweepRun) -> Bool {
    var progress = LineProgress(isWanted: !settings.isQuiet)
    defer { progress.clear() }
    let total = held.count
    var waiting: [IPAddress: [SweepResult]] = [:]
    for result in held { waiting[result.endpoint.address, default: []].append(result) }
    held = []
    let hosts = waiting.keys.sorted { $0.description < $1.description }
    let groups = hosts.map { address in
      LiveRunPool.Group(
        host: names[address] ?? "\(address)", address: address,
        orders: (waiting[address] ?? []).map { LiveRunPool.Order(port: $0.endpoint.port) })
    }
    let pool = LiveRunPool.Settings(
      jobs: 8, family: nil, interface: settings.way.interface, source: settings.way.source,
      seed: seed)
    var said: Set<UInt64> = []
    progress.show("investigating \(total) ambiguous ports")
    var session = self
    let isInterrupted: Bool?
    do throws(SystemFailure) {
      isInterrupted = try run.investigate(groups, pool) { group, order, outcome in
        guard var result = waiting[hosts[group]]?[order] else { return }
        if case .success(let diagnosis) = outcome, !diagnosis.timing.isInterrupted {
          let verdict = diagnosis.conclusion.verdict
          session.revisions.append((result.verdict.port, verdict.port))
          result.verdict = verdict
          result.codes = diagnosis.conclusion.findings.map(\.code)
          result.reason = nil
          result.isDeepened = true
        }
        session.give(result)
        said.insert(result.place)
        progress.show("investigated \(said.count) of \(total) ambiguous ports")
      }
    } catch {
      isInterrupted = nil
    }
    self = session
    // Nobody looked into the rest: it is said as it is.
    for result in waiting.values.joined() where !said.contains(result.place) { give(result) }
    return isInterrupted ?? false
  }
}

/// One line on standard error that is drawn again and again, where a person looks at it.
struct LineProgress {
  private let isShown: Bool
  private var isDrawn = false

  init(isWanted: Bool) { isShown = isWanted && StandardStream.error.isTerminal }

  /// Draws the line again, cut to the width of the terminal.
  mutating func show(_ text: String) {
    guard isShown else { return }
    isDrawn = true
    let line = text.prefix((StandardStream.error.columns ?? 80) - 1)
    try? StandardStream.error.write("\r\u{1b}[K\(line)")
  }

  /// Removes the line.
  mutating func clear() {
    guard isDrawn else { return }
    isDrawn = false
    try? StandardStream.error.write("\r\u{1b}[K")
  }
}
