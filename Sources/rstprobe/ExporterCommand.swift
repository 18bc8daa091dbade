internal import RSTCore
internal import RSTExporter
internal import RSTNet
internal import RSTWire

/// Answers Prometheus until a signal comes.
struct ExporterCommand {
  private let settings: ExporterSettings
  private let complain: @Sendable (String) -> Void

  /// How often connections are looked at.
  private static let beat = Duration.milliseconds(250)
  /// How long runs may take to end what they opened.
  private static let farewell = Duration.seconds(2)
  /// What clients may take: a scrape is one short request, answered within two minutes.
  private static let limits = ConnectionWatch.Limits(
    count: 128, silence: .seconds(5), age: .seconds(150), octets: 16_384)

  init(_ settings: ExporterSettings, complain: @escaping @Sendable (String) -> Void) {
    self.settings = settings
    self.complain = complain
  }

  /// Runs.
  ///
  /// - Returns: How the program ends.
  /// - Throws: `Failure`.
  func run() throws(Failure) -> ExitStatus {
    guard Privilege.hasRawNetwork else {
      throw Failure(message: Privilege.missingRawNetwork, status: .missingPrivilege)
    }
    // Held back before there are other threads: those have them held back too.
    var interrupt: Interrupt
    do throws(SystemFailure) { interrupt = try Interrupt() } catch {
      throw Failure(message: "cannot wait for signals: \(error)", status: .usage)
    }
    let common = RunService.Settings(
      family: settings.way.family, interface: settings.way.interface,
      source: settings.way.source, kept: settings.jobs)
    let runs = RunService(common)
    let wanted = common.descriptors(jobs: settings.jobs) + 4 * Self.limits.count
    let descriptors = DescriptorLimit.raise(to: wanted)
    if descriptors < wanted {
      complain("may have only \(descriptors) of \(wanted) open files: some probes may fail")
    }
    Confinement.serving.enter(isVerbose: true, complain: complain)
    let server = ExporterServer(
      Exporter(
        allowed: settings.allowed, jobs: settings.jobs, prober: NetworkProber(runs: runs)),
      address: settings.address, port: settings.port, complain: complain)
    let serving = Task.detached { await server.run() }
    defer { serving.cancel() }
    let clock = SystemClock()
    var watch = ConnectionWatch(
      port: settings.port, descriptors: descriptors, limits: Self.limits)
    var isAnnounced = false
    while !interrupt.isRaised(within: Self.beat) {
      switch server.progress {
      case .failed(let reason):
        throw Failure(message: "cannot listen on \(place): \(reason)", status: .unusableTarget)
      case .listening where !isAnnounced:
        isAnnounced = true
        complain("listens on http://\(place)")
      case .starting, .listening: break
      }
      watch.look(at: clock.now)
    }
    // What is open at targets is closed politely; a second signal ends that at once.
    runs.stop()
    let end = clock.now + Self.farewell
    while runs.running > 0, clock.now < end { _ = interrupt.isRaised(within: .milliseconds(20)) }
    return .answered
  }

  private var place: String {
    if case .v6 = settings.address { return "[\(settings.address)]:\(settings.port)" }
    return "\(settings.address):\(settings.port)"
  }
}

/// Probes over the network.
private struct NetworkProber: Prober {
  let runs: RunService

  func address(of name: String) async throws(ProbeFailure) -> IPAddress {
    switch await runs.resolve(name) {
    case .success(let found): return found.address
    case .failure(let error): throw ProbeFailure(.name, "\(error)")
    }
  }

  func diagnose(
    _ target: Target, checks: Set<Check>, within limit: Duration
  ) async throws(ProbeFailure) -> Diagnosis {
    guard limit > .zero else { throw ProbeFailure(.deadline, "the time was over before the run") }
    let result = await runs.diagnose(
      target, checks: checks, within: limit, seed: UInt64.random(in: 0 ... .max))
    switch result {
    case .success(let diagnosis): return diagnosis
    case .failure(.route(let error)): throw ProbeFailure(.route, "\(error)")
    case .failure(let error): throw ProbeFailure(.system, "\(error)")
    }
  }
}
