public import RSTCore
internal import RSTEngine
public import RSTWire

/// A diagnosis over the network: route, port guard, capture, injector and engine put together.
///
/// Keep it until the process ends: the port guard in it must outlive the last answer.
public struct LiveRun: ~Copyable {
  /// What to diagnose and how.
  public struct Request: Hashable, Sendable {
    /// The target.
    public var target: Target
    /// The interface's index of a link-local target, else 0.
    public var scope: UInt32
    /// The interface to use, nil for the routing table's.
    public var interface: String?
    /// The address to send from, nil for the kernel's choice.
    public var source: IPAddress?
    /// What the investigation may vary.
    public var options: InvestigationOptions
    /// What a run does beyond the diagnosis of the port.
    public var survey: Survey.Options
    /// Where everything random comes from.
    public var seed: UInt64
    /// Where to write what was sent and received, nil for nowhere.
    public var captureFile: String?

    /// Makes a request.
    public init(
      target: Target, scope: UInt32 = 0, interface: String? = nil, source: IPAddress? = nil,
      options: InvestigationOptions = InvestigationOptions(),
      survey: Survey.Options = Survey.Options(), seed: UInt64,
      captureFile: String? = nil
    ) {
      self.target = target
      self.scope = scope
      self.interface = interface
      self.source = source
      self.options = options
      self.survey = survey
      self.seed = seed
      self.captureFile = captureFile
    }
  }

  /// How many source ports are guarded: one for each attempt, retries included; and how many more for
  /// each trigger.
  public static let guardedPorts = (usual: 224, trigger: 72)

  /// The way to the target.
  public let route: Route

  private let request: Request
  private let clock: SystemClock
  private let portGuard: PortGuard
  private var source: LiveSource
  private var injector: Injector
  private var captureFile: CaptureFileWriter?
  private var finished: Survey?

  /// Makes everything ready; nothing is sent, and no file is made.
  ///
  /// When this returns the kernel captures already, so the first packet cannot be missed.
  ///
  /// - Parameters:
  ///   - request: What to diagnose and how.
  ///   - shared: What interrupts this run together with others; nil where it is the only one, and
  ///     takes the signals itself.
  /// - Throws: `LiveRunError`.
  public init(
    _ request: Request, interruptedBy shared: SharedInterrupt? = nil
  ) throws(LiveRunError) {
    let route = try LiveRunError.naming {
      try Route(
        to: request.target.address, scope: request.scope, interface: request.interface,
        source: request.source)
    }
    let interrupt = try LiveRunError.naming {
      if let shared { Interrupt(following: shared) } else { try Interrupt() }
    }
    // Opening waits inside the kernel for some milliseconds, in which ports are guarded.
    let name = route.interface.name
    let opening = BackgroundTask.start { () -> Result<Capture, CaptureError> in
      do throws(CaptureError) { return .success(try Capture(interface: name)) } catch {
        return .failure(error)
      }
    }
    var generator = SeededGenerator(seed: request.seed)
    let portGuard = try LiveRunError.naming {
      try PortGuard(
        count: Self.guardedPorts.usual + Self.guardedPorts.trigger * request.survey.triggers.count,
        source: route.source, scope: route.scope, using: &generator)
    }
    let injector = try LiveRunError.naming { try Injector(route: route) }
    let capture = try LiveRunError.naming {
      guard let opened = opening.value() else { preconditionFailure("it is asked for once") }
      return try opened.get()
    }
    let filter = CaptureFilter(target: request.target.address, ports: portGuard.range)
    try LiveRunError.naming { try capture.filter(filter.text(link: capture.linkType)) }
    let clock = SystemClock()
    self.route = route
    self.request = request
    self.clock = clock
    self.portGuard = portGuard
    self.injector = injector
    captureFile = nil
    finished = nil
    source = LiveSource(capture: capture, interrupt: interrupt, clock: clock)
  }

  /// What can be told while a run goes on.
  public struct Progress: Hashable, Sendable {
    /// Packets sent or received so far that belong to the run.
    public var packets: Int
    /// Probes sent so far.
    public var attempts: Int
    /// How many of them were answered.
    public var answered: Int
    /// How far the idle holds are; nil where none are going on.
    public var idle: IdleProgress?
    /// The present.
    public var now: Moment
  }

  /// Makes the capture file that was asked for: afterwards files may be out of reach.
  ///
  /// - Throws: `LiveRunError` with `captureFile` where it cannot be made.
  public mutating func makeCaptureFile() throws(LiveRunError) {
    guard captureFile == nil, let path = request.captureFile else { return }
    captureFile = try LiveRunError.naming { try CaptureFileWriter(path: path) }
  }

  /// Sends, listens and judges.
  ///
  /// - Parameter report: Told how far it is: whenever packets were added, and while connections are
  ///   left alone about once a second.
  /// - Returns: The diagnosis, also after an interrupt: of what was measured by then.
  /// - Throws: `LiveRunError`; with `captureFile` before anything is sent where the file cannot be
  ///   made.
  public mutating func diagnose(
    report: (Progress) -> Void = { _ in }
  ) throws(LiveRunError) -> Diagnosis {
    try makeCaptureFile()
    var survey = Survey(
      Investigation(
        target: request.target, source: route.source, nextHop: route.gateway,
        ports: portGuard.ports,
        options: request.options, seed: request.seed),
      options: request.survey)
    var reported = 0
    let ending = try LiveRunError.naming {
      try Engine().run(&survey, source: &source, sink: &injector, clock: clock) { machine in
        let packets = machine.transcript.packets
        let idle = machine.idleProgress
        guard packets.count > reported || idle != nil else { return }
        for packet in packets[reported...] {
          captureFile?.write(packet.packet, at: packet.moment)
        }
        reported = packets.count
        let attempts = machine.transcript.attempts
        report(
          Progress(
            packets: packets.count, attempts: attempts.count,
            answered: attempts.count { !$0.answers.isEmpty }, idle: idle, now: clock.now))
      }
    }
    finished = survey
    var timing = survey.timing(at: clock.now)
    timing.captureDrops = source.statistics.dropped
    timing.isInterrupted = ending == .interrupted
    return Diagnosis(
      target: request.target,
      vantage: Vantage(
        source: route.source, interface: route.interface.name, nextHop: route.gateway),
      timing: timing, transcript: survey.transcript,
      conclusion: survey.conclusion(captureDrops: timing.captureDrops))
  }

  /// The same diagnosis with what a witness at the target shows beside it.
  ///
  /// - Parameters:
  ///   - diagnosis: What `diagnose(report:)` returned.
  ///   - log: What the witness recorded.
  /// - Returns: The diagnosis, weighed anew.
  public func joined(_ diagnosis: Diagnosis, with log: WitnessLog) -> Diagnosis {
    guard let finished else { return diagnosis }
    var joined = diagnosis
    let join = WitnessJoin(diagnosis.transcript.packets, log)
    joined.witness = join
    joined.conclusion = finished.conclusion(
      captureDrops: diagnosis.timing.captureDrops, witness: join)
    return joined
  }

  /// Waits while something else goes on, such as a witness that has not ended yet.
  ///
  /// - Returns: Whether the user interrupted.
  public mutating func pause(for duration: Duration) -> Bool { source.pause(for: duration) }

  /// Puts the capture file on disk, where one was asked for.
  ///
  /// Apart from `diagnose(report:)`, so that a full disk does not cost the diagnosis.
  ///
  /// - Throws: `LiveRunError` with `captureFile`.
  public mutating func finishCaptureFile() throws(LiveRunError) {
    try LiveRunError.naming { try captureFile?.flush() }
  }
}
