internal import RSTBundle
internal import RSTCore
internal import RSTNet

/// Asks what a plan is about: everything once, and once more, alone, what was not clear.
struct AuditRounds {
  /// What is known of one port.
  struct Sight: Sendable {
    /// What a run showed; nil where none could be made.
    var observation: AuditObservation?
    /// Why none could be made.
    var obstacle = ""
    /// Packets that it took.
    var packets = 0
    /// The run itself, where it is kept for a bundle.
    var diagnosis: Diagnosis?

    /// What became of a rule's expectations.
    func results(for rule: AuditRule, of subject: AuditSubject) -> [AuditResult] {
      rule.expectations.map { expectation in
        guard let observation else {
          return AuditResult(
            rule: rule, subject: subject, expectation: expectation, outcome: .inconclusive,
            observed: obstacle, nextStep: "Give the name or the route that is missing.")
        }
        let judgement = AuditJudgement(expectation.demand, by: observation)
        return AuditResult(
          rule: rule, subject: subject, expectation: expectation, outcome: judgement.outcome,
          observed: judgement.observed, evidence: judgement.evidence,
          nextStep: judgement.nextStep)
      }
    }

    /// Whether everything that some rules expect holds.
    func holds(_ rules: [AuditRule], of subject: AuditSubject) -> Bool {
      rules.allSatisfy { results(for: $0, of: subject).allSatisfy { $0.outcome == .held } }
    }

    /// How much of some rules is not clear, and may be so when it is asked again: connections to a
    /// port that takes none are not.
    func unclear(_ rules: [AuditRule], of subject: AuditSubject) -> Int {
      guard let port = observation?.verdict.port else { return 0 }
      let hasConnections = port == .open || port == .inconclusive
      let doubts = rules.flatMap { results(for: $0, of: subject) }.count { result in
        switch result.expectation.kind {
        case .conformance, .idleSurvives: hasConnections && result.outcome == .inconclusive
        default: result.outcome == .inconclusive
        }
      }
      return port == .inconclusive ? doubts + 1 : doubts
    }
  }

  /// What all runs showed.
  struct Answer {
    /// By host and task; nil where nobody asked any more.
    var sights: [[Sight?]]
    var runs = 0
    var packets = 0
    var started: Moment
    var elapsed = Duration.zero
    var isInterrupted = false
    /// How many runs are kept for a bundle.
    fileprivate var kept = 0

    /// Whether not a single run could be made.
    var isHopeless: Bool {
      !sights.contains { $0.contains { $0?.observation != nil } }
    }
  }

  private let settings: AuditSettings
  private let keeper: FileKeeper?
  private let complain: (String) -> Void

  /// Makes rounds.
  ///
  /// - Parameters:
  ///   - settings: What the command line means.
  ///   - keeper: Where a bundle goes; nil where none is written.
  ///   - complain: Writes a line to standard error.
  init(_ settings: AuditSettings, _ keeper: FileKeeper?, complain: @escaping (String) -> Void) {
    self.settings = settings
    self.keeper = keeper
    self.complain = complain
  }

  /// Asks.
  ///
  /// - Parameters:
  ///   - plan: What is asked.
  ///   - rules: The rules of the policy.
  /// - Returns: What is known of each port.
  /// - Throws: `Failure` where the privilege is missing, or signals cannot be waited for.
  func ask(_ plan: AuditPlan, _ rules: [AuditRule]) throws(Failure) -> Answer {
    guard Privilege.hasRawNetwork else {
      throw Failure(message: Privilege.missingRawNetwork, status: .missingPrivilege)
    }
    let found = LiveRunPool(settings.pool).lookUp(Set(plan.hosts.map(\.name)))
    try settings.bundle?.prepare(keeper)
    Confinement.repeating(store: settings.store).enter(
      isVerbose: settings.isVerbose, complain: complain)
    let clock = SystemClock()
    var answer = Answer(
      sights: plan.hosts.map { Array(repeating: nil, count: $0.tasks.count) }, started: clock.now)
    let all = plan.hosts.enumerated().flatMap { host, entry in
      entry.tasks.indices.map { (host: host, task: $0) }
    }
    try ask(plan, rules, all, found, settings.pool, &answer)
    func doubts(_ place: (host: Int, task: Int)) -> Int {
      let task = plan.hosts[place.host].tasks[place.task]
      let own = task.rules.map { rules[$0] }
      return answer.sights[place.host][place.task]?.unclear(own, of: task.subject) ?? 0
    }
    let unclear = all.filter { doubts($0) > 0 }
    if !answer.isInterrupted, !unclear.isEmpty {
      var alone = settings.pool
      alone.jobs = 1
      alone.pause = .seconds(3)
      alone.seed ^= 0x6167_6169_6e
      let first = (sights: answer.sights, doubts: unclear.map(doubts))
      try ask(plan, rules, unclear, found, alone, &answer)
      for (place, before) in zip(unclear, first.doubts) where doubts(place) > before {
        answer.sights[place.host][place.task] = first.sights[place.host][place.task]
      }
    }
    answer.elapsed = clock.now - answer.started
    return answer
  }

  private func ask(
    _ plan: AuditPlan, _ rules: [AuditRule], _ places: [(host: Int, task: Int)],
    _ found: [String: Result<ResolvedAddress, ResolverError>],
    _ pool: LiveRunPool.Settings, _ answer: inout Answer
  ) throws(Failure) {
    // Hosts in their order, each with those of its tasks that are asked.
    var wanted: [(host: Int, tasks: [Int])] = []
    for place in places {
      if wanted.last?.host == place.host {
        wanted[wanted.count - 1].tasks.append(place.task)
      } else {
        wanted.append((place.host, [place.task]))
      }
    }
    let groups = wanted.map { host, tasks in
      LiveRunPool.Group(
        host: plan.hosts[host].name, found: found[plan.hosts[host].name],
        orders: tasks.map { order(plan.hosts[host].tasks[$0]) })
    }
    var progress = AuditProgress(
      isWanted: settings.format == .text && !settings.isQuiet, total: places.count)
    var known = answer
    var isForbidden = false
    let isInterrupted: Bool
    let keepsRuns = settings.bundle != nil
    do throws(SystemFailure) {
      isInterrupted = try LiveRunPool(pool).run(groups) {
        Sight($0, keepsRun: keepsRuns)
      } finished: { group, order, result in
        let (host, task) = (wanted[group].host, wanted[group].tasks[order])
        if known.sights[host][task]?.diagnosis != nil { known.kept -= 1 }
        switch result {
        case .success(var sight):
          known.runs += 1
          known.packets += sight.packets
          let asked = plan.hosts[host].tasks[task]
          if known.kept == EvidenceBundle.mostRuns
            || sight.holds(asked.rules.map { rules[$0] }, of: asked.subject)
          {
            sight.diagnosis = nil
          }
          if sight.diagnosis != nil { known.kept += 1 }
          known.sights[host][task] = sight
        case .failure(.name(let error)): known.sights[host][task] = Sight(obstacle: "\(error)")
        case .failure(.run(let error)):
          isForbidden = isForbidden || error.isPermission
          known.sights[host][task] = Sight(obstacle: "\(error)")
        }
        progress.advance()
      }
    } catch {
      throw Failure(message: "cannot wait for signals: \(error)", status: .usage)
    }
    progress.clear()
    if isForbidden {
      throw Failure(message: Privilege.missingRawNetwork, status: .missingPrivilege)
    }
    answer = known
    answer.isInterrupted = isInterrupted
  }

  private func order(_ task: AuditPlan.Task) -> LiveRunPool.Order {
    LiveRunPool.Order(
      port: task.subject.port,
      survey: Survey.Options(checks: task.checks, idle: task.idle.map { IdleLadder(upTo: $0) }))
  }
}

extension AuditRounds.Sight {
  /// What a run showed.
  init(_ diagnosis: Diagnosis, keepsRun: Bool) {
    observation = AuditObservation(diagnosis)
    packets = diagnosis.timing.packetsSent
    self.diagnosis = keepsRun ? diagnosis : nil
  }
}

/// One line on standard error that says how far an audit is, where a person looks at it.
struct AuditProgress {
  private let isShown: Bool
  private let total: Int
  private var done = 0

  init(isWanted: Bool, total: Int) {
    isShown = isWanted && StandardStream.error.isTerminal
    self.total = total
  }

  /// Counts one more port.
  mutating func advance() {
    done += 1
    // Progress is a courtesy: where it cannot be written the audit goes on.
    if isShown { try? StandardStream.error.write("\r\u{1b}[K\(done) of \(total) ports asked") }
  }

  /// Removes the line.
  func clear() {
    if isShown, done > 0 { try? StandardStream.error.write("\r\u{1b}[K") }
  }
}
