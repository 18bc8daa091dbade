internal import ArgumentParser
internal import Glibc
internal import RSTBundle
internal import RSTCore
internal import RSTNet

/// From the command line to the exit status.
@main enum Main {
  static func main() {
    StandardStream.occupyClosedDescriptors()
    StandardStream.ignoreBrokenPipes()
    do throws(Failure) {
      let arguments = Array(CommandLine.arguments.dropFirst())
      if let status = try command(arguments.first, Array(arguments.dropFirst())) {
        exit(status.rawValue)
      }
      guard let settings = try settings() else { exit(ExitStatus.answered.rawValue) }
      try diagnose(settings)
    } catch {
      complain(error.message)
      exit(error.status.rawValue)
    }
  }

  /// Does what a command says; nil where the first word is a target, or an option.
  private static func command(
    _ word: String?, _ arguments: [String]
  ) throws(Failure) -> ExitStatus? {
    switch word {
    case "explain": try explain(arguments)
    case "audit": try audit(arguments)
    case "sweep": try sweep(arguments)
    case "merge": try merge(arguments)
    case "witness": try witness(arguments)
    case "exporter": try exporter(arguments)
    case "doctor": try doctor(arguments)
    default: nil
    }
  }

  /// Reads the command line; nil where it asked for help or the like, and got it.
  private static func settings() throws(Failure) -> Settings? {
    try parsed(RSTProbe.self) { try Settings(RSTProbe.parse()) }
  }

  /// Reads a command line as whoever runs this, and goes on as the user who called sudo, unless root is
  /// needed to the end.
  private static func parsed<Value>(
    _ command: (some ParsableCommand).Type, staysRoot: Bool = false, _ parse: () throws -> Value
  ) throws(Failure) -> Value? {
    do {
      let value = try parse()
      if !staysRoot { InvokingUser.become() }
      return value
    } catch {
      guard command.exitCode(for: error) == .success else {
        throw Failure(message: command.message(for: error), status: .usage)
      }
      try say(command.fullMessage(for: error) + "\n")
      return nil
    }
  }

  /// Explains a capture file.
  private static func explain(_ arguments: [String]) throws(Failure) -> ExitStatus {
    let settings = try parsed(Explain.self) { try ExplainSettings(Explain.parse(arguments)) }
    guard let settings else { return .answered }
    var run = ExplainRun(
      settings, say: { text throws(Failure) in try say(text) }, complain: complain)
    return try run.run()
  }

  /// Holds a policy against what is there.
  private static func audit(_ arguments: [String]) throws(Failure) -> ExitStatus {
    let settings = try parsed(Audit.self) { try AuditSettings(Audit.parse(arguments)) }
    guard let settings else { return .answered }
    let command = AuditCommand(
      settings, say: { text throws(Failure) in try say(text) }, complain: complain)
    return try command.run()
  }

  /// Sweeps many ports.
  private static func sweep(_ arguments: [String]) throws(Failure) -> ExitStatus {
    let settings = try parsed(SweepCommand.self) {
      try SweepSettings(SweepCommand.parse(arguments))
    }
    guard let settings else { return .answered }
    let execution = try SweepExecution(settings) { text throws(Failure) in
      try say(text)
    } complain: {
      complain($0)
    }
    return try execution.run()
  }

  /// Joins the results of sweeps.
  private static func merge(_ arguments: [String]) throws(Failure) -> ExitStatus {
    let command = try parsed(MergeCommand.self) { try MergeCommand.parse(arguments) }
    guard let command else { return .answered }
    var run = MergeRun(command)
    return try run.run { text throws(Failure) in
      try say(text)
    } complain: {
      complain($0)
    }
  }

  /// Records what comes and goes on this host.
  private static func witness(_ arguments: [String]) throws(Failure) -> ExitStatus {
    let settings = try parsed(Witness.self) { try WitnessSettings(Witness.parse(arguments)) }
    guard let settings else { return .answered }
    return try WitnessCommand(settings, complain: complain).run()
  }

  /// Answers Prometheus.
  private static func exporter(_ arguments: [String]) throws(Failure) -> ExitStatus {
    let settings = try parsed(ExporterOptions.self) {
      try ExporterSettings(ExporterOptions.parse(arguments))
    }
    guard let settings else { return .answered }
    return try ExporterCommand(settings) { complain($0) }.run()
  }

  /// Looks at this machine; only root may list its rules.
  private static func doctor(_ arguments: [String]) throws(Failure) -> ExitStatus {
    let settings = try parsed(Doctor.self, staysRoot: true) {
      try DoctorSettings(Doctor.parse(arguments))
    }
    guard let settings else { return .answered }
    return try DoctorCommand(settings).run { text throws(Failure) in try say(text) }
  }

  /// Runs a diagnosis, reports it and ends the process: the port guard lives until then, so that
  /// late answers draw no reset from our kernel.
  private static func diagnose(_ settings: Settings) throws(Failure) -> Never {
    guard Privilege.hasRawNetwork else {
      throw Failure(message: Privilege.missingRawNetwork, status: .missingPrivilege)
    }
    let keeper = try FileKeeper.keeping([settings.bundle?.output])
    let witness: WitnessReading?
    if let path = settings.witness { witness = try WitnessReading(path) } else { witness = nil }
    var run = try prepare(settings)
    try settings.bundle?.prepare(keeper)
    do throws(LiveRunError) { try run.makeCaptureFile() } catch { throw Failure(error) }
    Confinement.diagnosing.enter(isVerbose: settings.report.isVerbose, complain: complain)
    try witness?.begin()
    var diagnosis = try measure(&run, isProgressWanted: settings.report.isProgressWanted)
    // What was measured is reported whatever the witness's record is worth.
    let failure = witness?.join(&diagnosis, &run, complain: complain)
    try say(settings.report.text(of: diagnosis))
    try settings.bundle?.write(EvidenceBundle.files(diagnosis), keeper)
    do throws(LiveRunError) { try run.finishCaptureFile() } catch { throw Failure(error) }
    if let failure { throw failure }
    if let failure = Self.untriedTriggers(settings, diagnosis) { throw failure }
    exit(status(of: diagnosis).rawValue)
  }

  /// Resolves the target and makes everything ready.
  private static func prepare(_ settings: Settings) throws(Failure) -> LiveRun {
    let found: ResolvedAddress
    do throws(ResolverError) {
      found = try Resolver.resolve(settings.target.host, family: settings.way.family)
    } catch {
      throw Failure(message: "\(error)", status: .unusableTarget)
    }
    let target = Target(
      name: settings.target.host, address: found.address, port: settings.target.port)
    let request = LiveRun.Request(
      target: target, scope: found.scope, interface: settings.way.interface,
      source: settings.way.source,
      options: settings.options, survey: settings.survey, seed: settings.seed,
      captureFile: settings.captureFile)
    do throws(LiveRunError) { return try LiveRun(request) } catch { throw Failure(error) }
  }

  /// Sends and listens, with a line of progress.
  private static func measure(
    _ run: inout LiveRun, isProgressWanted: Bool
  ) throws(Failure) -> Diagnosis {
    var progress = Progress(isWanted: isProgressWanted)
    defer { progress.clear() }
    do throws(LiveRunError) {
      return try run.diagnose { progress.show($0) }
    } catch {
      throw Failure(error)
    }
  }

  /// Why nothing is known of the triggers that were asked for; nil where they were tried.
  ///
  /// The report stands on standard output all the same: it says what state the port is in.
  private static func untriedTriggers(_ settings: Settings, _ diagnosis: Diagnosis) -> Failure? {
    let verdict = diagnosis.conclusion.verdict
    let isTried = diagnosis.conclusion.connections?.triggers.isEmpty == false
    guard !settings.survey.triggers.isEmpty, !isTried, !diagnosis.timing.isInterrupted else {
      return nil
    }
    guard verdict.port != .open else {
      return Failure(
        message: "no trigger was tried: the target took no connection for it",
        status: .inconclusive)
    }
    return Failure(
      message:
        "no trigger was tried: the port is \(verdict.port.rawValue), and they need an open one",
      status: verdict.port == .inconclusive ? .inconclusive : .usage)
  }

  private static func status(of diagnosis: Diagnosis) -> ExitStatus {
    if diagnosis.timing.isInterrupted { return .interrupted }
    return diagnosis.conclusion.verdict.port == .inconclusive ? .inconclusive : .answered
  }

  /// Writes to standard output; that nobody reads any more is the reader's own choice.
  private static func say(_ text: String) throws(Failure) {
    do throws(SystemFailure) {
      try StandardStream.output.write(text)
    } catch {
      guard !error.isBrokenPipe else { return }
      throw Failure(message: "cannot write to standard output: \(error)", status: .usage)
    }
  }

  /// Writes one line to standard error, with nothing in it that a terminal would obey.
  private static func complain(_ message: String) {
    let line = String(
      String.UnicodeScalarView(
        message.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
    // Where even standard error is gone there is nobody left to tell.
    try? StandardStream.error.write("rstprobe: \(line)\n")
  }
}

extension Failure {
  /// The line and the status of a run that could not be made.
  init(_ error: LiveRunError) {
    if error.isPermission {
      self.init(message: Privilege.missingRawNetwork, status: .missingPrivilege)
    } else if case .captureFile(let failure) = error {
      self.init(message: failure.description, status: .usage)
    } else {
      self.init(message: error.description, status: .unusableTarget)
    }
  }
}
