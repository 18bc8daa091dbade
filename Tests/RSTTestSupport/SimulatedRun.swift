public import RSTCore
public import RSTWire

/// One run of an investigation in a simulated world, with everything that a test may ask about it.
public struct SimulatedRun {
  /// The machine after its end.
  public var investigation: Investigation
  /// What it makes of the transcript.
  public var conclusion: Conclusion
  /// How long it took and what it cost.
  public var timing: Timing
  /// The network after the run.
  public var network: SimulatedNetwork
  /// Every packet of ours that left, and when.
  public var sent: [(moment: Moment, packet: Packet)]
  /// How often the engine turned without getting on: some are normal, hundreds are busy waiting.
  public var idleTurns: Int
  /// What was diagnosed.
  public var target: Target

  /// The prober's address: 198.51.100.2 or 2001:db8::2.
  public static func prober(_ family: AddressFamily) -> IPAddress {
    family == .ipv4
      ? .v4(IPv4Address(rawValue: 0xc633_6402))
      : .v6(IPv6Address(rawValue: 0x2001_0db8 << 96 + 2))
  }

  /// The target's address: 203.0.113.10 or 2001:db8:3::10.
  public static func target(_ family: AddressFamily) -> IPAddress {
    family == .ipv4
      ? .v4(IPv4Address(rawValue: 0xcb00_710a))
      : .v6(IPv6Address(rawValue: 0x2001_0db8_0003 << 80 + 0x10))
  }

  /// Runs an investigation of one port.
  ///
  /// - Parameters:
  ///   - port: The target's port.
  ///   - family: The address family.
  ///   - network: What is behind the wire.
  ///   - faults: What the wire does.
  ///   - kernel: What the prober's machine does.
  ///   - options: What the run may vary.
  ///   - ports: The guarded source ports.
  ///   - seed: Where all chance comes from.
  /// - Throws: `SimulatedWorld.Stuck`.
  public init(
    port: UInt16, _ family: AddressFamily, _ network: SimulatedNetwork,
    faults: Faults = Faults(), kernel: SimulatedKernel = .init(),
    options: InvestigationOptions = .init(), ports: Range<UInt16> = 20_000..<20_400,
    seed: UInt64 = 1
  ) throws {
    target = Target(name: "target", address: Self.target(family), port: port)
    var machine = Investigation(
      target: target, source: Self.prober(family), ports: Array(ports),
      options: options, seed: seed)
    let world = SimulatedWorld(network, faults: faults, kernel: kernel, seed: seed &* 7919 &+ 1)
    try world.run(&machine)
    timing = machine.timing(at: world.now)
    world.settle(for: .seconds(1))
    investigation = machine
    conclusion = machine.conclusion()
    self.network = world.network
    sent = world.sent
    idleTurns = world.idleTurns
  }

  /// What rules see.
  public var observations: Observations { Observations(investigation.transcript, of: target) }

  /// The codes that are said.
  public var codes: [String] { conclusion.findings.map(\.code.rawValue) }
}
