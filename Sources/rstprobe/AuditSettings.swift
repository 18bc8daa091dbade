internal import ArgumentParser
internal import RSTCore
internal import RSTNet
internal import RSTWire

/// What the command line of `audit` means.
struct AuditSettings {
  /// What is written.
  enum Format: String, CaseIterable {
    case text
    case json
    case junit
    case tap
    case sarif
    case markdown
  }

  /// What is done.
  enum Job {
    /// A policy is held against what is there.
    case audit(policy: String)
    /// A policy is written from what is there.
    case learn([TargetExpression], PortList)
  }

  var job: Job
  var format: Format
  var baseline: String?
  var store: String?
  var metrics: String?
  var bundle: BundleOutput?
  var limit: Int
  var isDryRun: Bool
  var pool: LiveRunPool.Settings
  var isQuiet: Bool
  var isVerbose: Bool
  var color: ColorChoice

  /// Reads a command line.
  ///
  /// - Throws: `ValidationError` with one line that says what is wrong.
  init(_ command: Audit) throws {
    job = try Self.job(command)
    guard let format = Format(rawValue: command.format) else {
      let names = Format.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("--format '\(command.format)' is none of \(names)")
    }
    guard let color = ColorChoice(rawValue: command.color) else {
      throw ValidationError("--color '\(command.color)' is none of auto, always, never")
    }
    guard (1...16).contains(command.jobs) else {
      throw ValidationError("--jobs \(command.jobs) is not in 1 to 16")
    }
    guard (1...65_536).contains(command.maxTargets) else {
      throw ValidationError("--max-targets \(command.maxTargets) is not in 1 to 65536")
    }
    guard !(command.quiet && command.verbose) else {
      throw ValidationError("--quiet and --verbose exclude each other")
    }
    self.format = format
    self.color = color
    baseline = command.baseline
    store = command.store
    metrics = command.prometheus
    bundle = try command.bundle.map { try BundleOutput($0) }
    limit = command.maxTargets
    isDryRun = command.dryRun
    isQuiet = command.quiet
    isVerbose = command.verbose
    let way = try Way(command.way)
    pool = LiveRunPool.Settings(
      jobs: command.jobs, family: way.family, interface: way.interface, source: way.source,
      seed: UInt64.random(in: 0 ... .max))
    // SQLite puts its journal beside the database.
    for path in [store, metrics] {
      if let path, let obstacle = AtomicFile.obstacle(to: path) {
        throw ValidationError("cannot write \(path): \(obstacle)")
      }
    }
  }

  private static func job(_ command: Audit) throws -> Job {
    guard let text = command.learn else {
      guard let policy = command.policy else {
        throw ValidationError("name a policy, or --learn TARGETS --ports PORTS")
      }
      guard command.ports == nil else { throw ValidationError("--ports needs --learn TARGETS") }
      return .audit(policy: policy)
    }
    guard command.policy == nil else {
      throw ValidationError("--learn writes a policy to standard output, and reads none")
    }
    for (option, isGiven) in [
      ("--baseline", command.baseline != nil), ("--prometheus", command.prometheus != nil),
      ("--store", command.store != nil),
      ("--format", command.format != "text"),
      ("--bundle", command.bundle != nil),
    ] where isGiven {
      throw ValidationError("\(option) and --learn exclude each other")
    }
    guard let ports = command.ports else { throw ValidationError("--learn needs --ports PORTS") }
    do throws(TargetTextError) {
      var targets: [TargetExpression] = []
      for part in text.split(separator: ",", omittingEmptySubsequences: false) {
        targets.append(try TargetExpression(parsing: String(part), isExact: true))
      }
      return .learn(targets, try PortList(parsing: ports))
    } catch {
      throw ValidationError("\(error)")
    }
  }
}
