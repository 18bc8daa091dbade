internal import ArgumentParser
internal import RSTCore
internal import RSTNet
internal import RSTWire

/// What the command line means, once nothing in it is malformed or contradicts itself.
struct Settings {
  var target: TargetArgument
  var way: Way
  var options = InvestigationOptions()
  var survey = Survey.Options()
  var seed: UInt64
  var captureFile: String?
  /// Where the record of a witness at the target is; "-" for standard input.
  var witness: String?
  var bundle: BundleOutput?
  var report: Report

  /// Reads a command line.
  ///
  /// - Throws: `ValidationError` with one line that says what is wrong.
  init(_ command: RSTProbe) throws {
    target = try TargetArgument(parsing: command.target)
    try Self.refuseContradictions(in: command)
    way = try Way(command.way)
    options.flows = command.flows
    options.maximumHops = command.maxHops
    seed = command.seed ?? UInt64.random(in: 0 ... .max)
    survey.triggers = try TriggerList(command, seed: seed).triggers
    survey.checks = try Self.checks(of: command, hasTriggers: !survey.triggers.isEmpty)
    survey.idle = try Self.idleLadder(of: command)
    options.walksPath = survey.checks.contains(.path)
    captureFile = command.writePcap
    if let captureFile { try Self.refuseObstacle(to: captureFile) }
    witness = command.witness
    guard witness != "" else { throw ValidationError("--witness needs a file, or -") }
    bundle = try command.bundle.map { try BundleOutput($0) }
    guard let color = ColorChoice(rawValue: command.color) else {
      throw ValidationError("--color '\(command.color)' is none of auto, always, never")
    }
    report = Report(
      isJSON: command.json, isQuiet: command.quiet, isVerbose: command.verbose, color: color)
  }

  private static func checks(
    of command: RSTProbe, hasTriggers: Bool
  ) throws -> Set<Check> {
    var list = CheckList.standard
    if let text = command.checks {
      list = try CheckList(parsing: text, hasTriggers: hasTriggers)
    }
    if command.residual { try list.addResidual(hasTriggers: hasTriggers) }
    return list.checks
  }

  private static func refuseContradictions(in command: RSTProbe) throws {
    guard (1...64).contains(command.flows) else {
      throw ValidationError("--flows \(command.flows) is not in 1 to 64")
    }
    guard (1...255).contains(command.maxHops) else {
      throw ValidationError("--max-hops \(command.maxHops) is not in 1 to 255")
    }
    guard !(command.quiet && command.verbose) else {
      throw ValidationError("--quiet and --verbose exclude each other")
    }
  }

  private static func idleLadder(of command: RSTProbe) throws -> IdleLadder? {
    let rounds = command.idleRounds ?? 1
    guard (1...2).contains(rounds) else {
      throw ValidationError("--idle-rounds \(rounds) is not 1 or 2")
    }
    guard let text = command.idle else {
      guard command.idleRounds == nil else {
        throw ValidationError("--idle-rounds needs --idle DURATION")
      }
      return nil
    }
    let longest = try DurationArgument(parsing: text, option: "--idle").duration
    return IdleLadder(upTo: longest, rounds: rounds)
  }

  private static func refuseObstacle(to path: String) throws {
    guard path != "-" else {
      throw ValidationError("--write-pcap needs a file; standard output carries the report")
    }
    if let obstacle = CaptureFileWriter.obstacle(to: path) {
      throw ValidationError("cannot write \(path): \(obstacle)")
    }
  }
}
