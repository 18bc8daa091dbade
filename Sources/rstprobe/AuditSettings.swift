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
    case learn([AuditTarget], AuditPorts)
  }

  var job: Job
  var format: Format
  var baseline: String?
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
    guard !(command.ipv4 && command.ipv6) else {
      throw ValidationError("-4 and -6 exclude each other")
    }
    guard !(command.quiet && command.verbose) else {
      throw ValidationError("--quiet and --verbose exclude each other")
    }
    self.format = format
    self.color = color
    baseline = command.baseline
    metrics = command.prometheus
    bundle = try command.bundle.map { try BundleOutput($0) }
    limit = command.maxTargets
    isDryRun = command.dryRun
    isQuiet = command.quiet
    isVerbose = command.verbose
    let source = try command.source.map(Self.address)
    let family: AddressFamily? = command.ipv4 ? .ipv4 : command.ipv6 ? .ipv6 : source?.family
    if let source, source.family != family {
      throw ValidationError("--source \(source) is of the other family")
    }
    pool = LiveRunPool.Settings(
      jobs: command.jobs, family: family, interface: command.interface, source: source,
      options: InvestigationOptions(), seed: UInt64.random(in: 0 ... .max))
    if let metrics, let obstacle = CaptureFileWriter.obstacle(to: metrics) {
      throw ValidationError("cannot write \(metrics): \(obstacle)")
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
      ("--format", command.format != "text"), ("--bundle", command.bundle != nil),
    ] where isGiven {
      throw ValidationError("\(option) and --learn exclude each other")
    }
    guard let ports = command.ports else { throw ValidationError("--learn needs --ports PORTS") }
    do throws(AuditTarget.Mistake) {
      var targets: [AuditTarget] = []
      for part in text.split(separator: ",", omittingEmptySubsequences: false) {
        targets.append(try AuditTarget(parsing: String(part)))
      }
      return .learn(targets, try AuditPorts(parsing: ports))
    } catch {
      throw ValidationError(
        error.hint.isEmpty ? error.problem : "\(error.problem); \(error.hint)")
    }
  }

  private static func address(_ text: String) throws -> IPAddress {
    guard let address = IPAddress(text) else {
      throw ValidationError("--source '\(text)' is not an IPv4 or IPv6 address")
    }
    return address
  }
}
