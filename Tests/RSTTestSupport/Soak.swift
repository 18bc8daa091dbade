internal import RSTCore
public import RSTWire

/// Many runs of one scenario, with what was said falsely or not at all.
public struct Soak: Sendable {
  /// How many runs there were.
  public private(set) var runs = 0
  /// What was false, each with family, loss and seed.
  public private(set) var wrong: [String] = []
  /// What could have been said and was not, likewise.
  public private(set) var missing: [String] = []
  /// The most packets of ours in one run.
  public private(set) var mostPackets = 0
  /// The longest run.
  public private(set) var longest = Duration.zero

  /// Runs a scenario once for each seed.
  ///
  /// - Parameters:
  ///   - scenario: What to run.
  ///   - family: The address family.
  ///   - loss: The share of packets that is lost each way, 0...1.
  ///   - seeds: The seeds.
  /// - Throws: `SimulatedWorld.Stuck`.
  public init(
    _ scenario: Scenario, _ family: AddressFamily, loss: Double, seeds: ClosedRange<UInt64>
  ) throws {
    for seed in seeds {
      let run = try scenario.run(family, faults: .lossy(loss), seed: seed)
      let judgement = scenario.truth.judge(run.conclusion)
      let place = "\(scenario) \(family) loss \(loss) seed \(seed): "
      runs += 1
      wrong += judgement.wrong.map { place + $0 }
      missing += judgement.missing.map { place + $0 }
      mostPackets = max(mostPackets, run.timing.packetsSent)
      longest = max(longest, run.timing.elapsed)
    }
  }
}
