internal import RSTArchive
internal import RSTAudit
internal import RSTBundle
internal import RSTCore
internal import RSTNet
internal import RSTReport

/// Reads a policy, asks what it is about, and writes what holds.
struct AuditCommand {
  private let settings: AuditSettings
  private let say: (String) throws(Failure) -> Void
  private let complain: (String) -> Void

  init(
    _ settings: AuditSettings, say: @escaping (String) throws(Failure) -> Void,
    complain: @escaping (String) -> Void
  ) {
    self.settings = settings
    self.say = say
    self.complain = complain
  }

  /// Runs.
  ///
  /// - Returns: How the program ends.
  /// - Throws: `Failure` where the policy cannot be used or nothing can be asked or written.
  func run() throws(Failure) -> ExitStatus {
    switch settings.job {
    case .audit(let path): try audit(path)
    case .learn(let targets, let ports): try learn(targets, ports)
    }
  }

  private func audit(_ path: String) throws(Failure) -> ExitStatus {
    let policy = try policy(at: path)
    let baseline = try baseline()
    let plan = try plan(policy)
    if settings.isDryRun {
      try say(
        "\(Self.count(policy.rules.count, "rule")) about \(Self.size(of: plan)); nothing is wrong with "
          + "\(path), and nothing was sent\n")
      return .answered
    }
    let keeper = try FileKeeper.keeping([
      settings.bundle?.output, settings.metrics.map { .file($0) },
    ])
    let store = try Self.naming { () throws(ArchiveFailure) in
      try settings.store.map { path throws(ArchiveFailure) in try AuditStore(path: path) }
    }
    let comparison = if let baseline { baseline } else { try earlier(in: store, of: policy) }
    let rounds = AuditRounds(settings, keeper, complain: complain)
    let asked = try rounds.ask(plan, policy.rules)
    var results: [AuditResult] = []
    var runs: [AuditSubject: Diagnosis] = [:]
    var left = 0
    for (host, sights) in zip(plan.hosts, asked.sights) {
      for (task, sight) in zip(host.tasks, sights) {
        guard let sight else { continue }
        let rules = task.rules.map { policy.rules[$0] }
        results += rules.flatMap { sight.results(for: $0, of: task.subject) }
        runs[task.subject] = sight.diagnosis
        if sight.observation != nil, sight.diagnosis == nil,
          !sight.holds(rules, of: task.subject)
        {
          left += 1
        }
      }
    }
    let record = AuditRecord(
      policy: policy, results: results, runs: asked.runs, started: asked.started,
      elapsed: asked.elapsed, packetsSent: asked.packets, isInterrupted: asked.isInterrupted,
      comparison: comparison)
    try say(report(record))
    try Self.naming { () throws(ArchiveFailure) in try store?.add(record) }
    try settings.bundle?.write(
      EvidenceBundle.files(record, runs: runs, left: left), keeper)
    if let metrics = settings.metrics {
      do throws(OutputObstacle) {
        try keeper?.write(Array(AuditMetrics.document(record).utf8), in: metrics)
      } catch {
        throw Failure(message: "cannot write \(metrics): \(error)", status: .usage)
      }
    }
    if record.isInterrupted { return .interrupted }
    switch record.outcome {
    case .held: return .answered
    case .violated: return .expectation
    case .inconclusive: return asked.isHopeless ? .unusableTarget : .inconclusive
    }
  }

  private func learn(
    _ targets: [TargetExpression], _ ports: PortList
  ) throws(Failure) -> ExitStatus {
    let place = PolicyPlace(file: "--learn", line: 1, column: 1)
    let rule = AuditRule(
      name: "learn", place: place, targets: targets, ports: ports, expectations: [])
    let plan = try plan(AuditPolicy(name: "learn", file: "--learn", rules: [rule]))
    if settings.isDryRun {
      try say("\(Self.size(of: plan)); nothing was sent\n")
      return .answered
    }
    let asked = try AuditRounds(settings, nil, complain: complain).ask(plan, [rule])
    var seen: [AuditLearning.Seen] = []
    for (host, sights) in zip(plan.hosts, asked.sights) {
      for (task, sight) in zip(host.tasks, sights) {
        seen.append(.init(subject: task.subject, observation: sight?.observation))
      }
    }
    try say(AuditLearning.policy(from: seen, name: "learned"))
    if asked.isInterrupted { return .interrupted }
    if asked.isHopeless { return .unusableTarget }
    let isClear = seen.allSatisfy { sight in
      sight.observation.map { $0.verdict.port != .inconclusive } ?? false
    }
    return isClear ? .answered : .inconclusive
  }
}

// MARK: - In and out

extension AuditCommand {
  private static func count(_ number: Int, _ noun: String) -> String {
    "\(number) \(noun)\(number == 1 ? "" : "s")"
  }

  private static func size(of plan: AuditPlan) -> String {
    "\(count(plan.hosts.count, "host")), \(count(plan.count, "port"))"
  }

  private func policy(at path: String) throws(Failure) -> AuditPolicy {
    do throws(PolicyMistakes) {
      return try PolicyReader.read(path) { name in
        do throws(InputFileError) {
          return .success(try InputFile.read(name, limit: 262_144))
        } catch {
          return .failure(.init("\(error)"))
        }
      }
    } catch {
      let count = error.mistakes.count + error.left
      for mistake in error.mistakes { complain("\(mistake)") }
      throw Failure(
        message: "\(Self.count(count, "mistake")) in \(path); nothing was sent",
        status: .usage)
    }
  }

  /// What the database knows of earlier audits.
  private func earlier(
    in store: AuditStore?, of policy: AuditPolicy
  ) throws(Failure) -> AuditComparison? {
    guard let store, let path = settings.store else { return nil }
    let before = try Self.naming { () throws(ArchiveFailure) in
      try store.latest(of: policy.name)
    }
    return before.map { AuditComparison(file: path, before: $0) }
  }

  private static func naming<Value>(
    _ work: () throws(ArchiveFailure) -> Value
  ) throws(Failure) -> Value {
    do throws(ArchiveFailure) { return try work() } catch {
      throw Failure(message: error.description, status: .usage)
    }
  }

  private func baseline() throws(Failure) -> AuditComparison? {
    guard let path = settings.baseline else { return nil }
    let octets: [UInt8]
    do throws(InputFileError) {
      octets = try InputFile.read(path, limit: AuditBaseline.limit)
    } catch {
      throw Failure(message: "--baseline '\(path)' \(error)", status: .usage)
    }
    do throws(AuditBaseline.Mistake) {
      return AuditComparison(file: path, before: try AuditBaseline.read(octets))
    } catch {
      throw Failure(message: "--baseline '\(path)' \(error.reason)", status: .usage)
    }
  }

  private func plan(_ policy: AuditPolicy) throws(Failure) -> AuditPlan {
    do throws(AuditPlan.Refusal) { return try AuditPlan(policy, limit: settings.limit) } catch {
      switch error {
      case .nothing:
        throw Failure(message: "the policy is about no port at all", status: .usage)
      case .tooMany(let ports, let limit):
        throw Failure(
          message: "\(ports) ports of targets are more than \(limit); give --max-targets, or ask "
            + "rstprobe sweep",
          status: .usage)
      }
    }
  }

  private func report(_ record: AuditRecord) throws(Failure) -> String {
    switch settings.format {
    case .json: return AuditJSON.document(record)
    case .tap: return AuditTAP.document(record)
    case .sarif: return AuditSARIF.document(record)
    case .markdown: return AuditMarkdown.document(record)
    case .junit:
      do { return try JUnitReport(record).text() } catch {
        throw Failure(message: "cannot write JUnit: \(error)", status: .usage)
      }
    case .text:
      let options = TextReportOptions(
        width: StandardStream.output.columns ?? 80, colour: settings.color.isWanted,
        isVerbose: settings.isVerbose)
      let report = AuditText(record, options: options)
      return settings.isQuiet ? report.quiet : report.text
    }
  }
}
