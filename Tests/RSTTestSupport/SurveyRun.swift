public import RSTCore
public import RSTWire

/// One run of a whole survey in a simulated world, with everything that a test may ask about it.
public struct SurveyRun {
  /// The machine after its end.
  public var survey: Survey
  /// What it makes of everything.
  public var conclusion: Conclusion
  /// How long it took and what it cost.
  public var timing: Timing
  /// The attempts whose connections the host still has 200 ms after the end.
  public var left: [Attempt]
  /// The most connections that the host had at once.
  public var mostConnections: Int
  /// The most of them that belong to the survey's own connections, not to the diagnosis before.
  public var mostConnectionsOfOurs: Int
  /// Every packet of ours that left, and when.
  public var sent: [(moment: Moment, packet: Packet)]
  /// How often the engine turned without getting on.
  public var idleTurns: Int
  /// What was surveyed.
  public var target: Target
  /// The network after the run.
  public var network: SimulatedNetwork

  /// Surveys one port.
  ///
  /// - Parameters:
  ///   - network: What is behind the wire.
  ///   - port: The target's port.
  ///   - family: The address family.
  ///   - faults: What the wire does.
  ///   - options: What the survey does.
  ///   - interruption: How long after the start the user interrupts; nil for never.
  ///   - stall: How long the prober may wait for the processor before each packet that it sends.
  ///   - copies: How often each packet of the network arrives.
  ///   - seed: Where all chance comes from.
  /// - Throws: `SimulatedWorld.Stuck`.
  public init(
    _ network: SimulatedNetwork, port: UInt16 = 80, _ family: AddressFamily = .ipv4,
    faults: Faults = Faults(), options: Survey.Options = .init(), interruption: Duration? = nil,
    stall: Duration = .zero, copies: Int = 1, seed: UInt64 = 1
  ) throws {
    target = Target(name: "target", address: SimulatedRun.target(family), port: port)
    let investigation = Investigation(
      target: target, source: SimulatedRun.prober(family), ports: Array(20_000..<21_000),
      options: .init(), seed: seed)
    survey = Survey(investigation, options: options)
    var kernel = SimulatedKernel()
    kernel.interruption = interruption.map { Moment(nanoseconds: 1_000_000_000) + $0 }
    kernel.stall = stall
    kernel.copies = copies
    let world = SimulatedWorld(network, faults: faults, kernel: kernel, seed: seed &* 7919 &+ 1)
    try world.run(&survey)
    timing = survey.timing(at: world.now)
    world.settle(for: .milliseconds(200))
    let ports = Set(world.network.host.connections.keys.map(\.port))
    left = survey.transcript.attempts.filter { attempt in
      attempt.draft.segment.map { ports.contains($0.sourcePort) } ?? false
    }
    mostConnections = world.mostConnections
    let own = Set(
      survey.transcript.attempts.filter { $0.part == .connections }
        .compactMap(\.draft.segment?.sourcePort))
    mostConnectionsOfOurs = world.portsInUse.map { own.intersection($0).count }.max() ?? 0
    conclusion = survey.conclusion()
    sent = world.sent
    self.network = world.network
    idleTurns = world.idleTurns
  }

  /// What a cell was read as; nil where it was not asked.
  public func outcome(_ cell: Cell) -> MatrixReading.Outcome? {
    conclusion.connections?.conformance.matrix[cell]?.outcome
  }

  /// The codes that are said.
  public var codes: [String] { conclusion.findings.map(\.code.rawValue) }
}
