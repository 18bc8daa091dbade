import RSTWire
import Testing

extension LabTests {
  /// A run goes on beneath traffic that nobody asked for.
  @Suite struct HostileTrafficTests {
    /// Single kinds, and everything at once.
    static let mixtures: [[HostileFrames.Kind]] =
      HostileFrames.Kind.allCases.map { [$0] } + [HostileFrames.Kind.allCases]

    @Test(arguments: mixtures, Lab.Family.allCases)
    func `a closed port is closed or inconclusive beneath a flood`(
      _ kinds: [HostileFrames.Kind], _ family: Lab.Family
    ) throws {
      let (answer, outcome) = try run("closed", 81, kinds, family)
      #expect(answer.port == "closed" || answer.port == "inconclusive")
      #expect(outcome.peakMemory < 64 << 20)
      #expect(outcome.elapsed < .seconds(30))
    }

    @Test(arguments: Lab.Family.allCases)
    func `an open port is open or inconclusive beneath a flood`(_ family: Lab.Family) throws {
      let (answer, outcome) = try run("open", 80, HostileFrames.Kind.allCases, family)
      #expect(answer.port == "open" || answer.port == "inconclusive")
      #expect(outcome.peakMemory < 64 << 20)
      #expect(outcome.elapsed < .seconds(30))
    }

    /// One run in peace, to learn its source ports, and the same run beneath the flood.
    private func run(
      _ scenario: String, _ port: UInt16, _ kinds: [HostileFrames.Kind], _ family: Lab.Family
    ) throws -> (answer: Answer, outcome: Command.Outcome) {
      let lab = try Lab(scenario: scenario, family)
      let words = [family.target(Int(port)), "--json", "--seed", "5"]
      let peace = try Answer(lab.probe(words).outcome())
      var frames = HostileFrames(
        target: try #require(IPAddress(family.target)),
        prober: try #require(IPAddress(family.prober)), port: port, guarded: peace.ports.sorted())
      let flood = try Flood(frames.frames(kinds, count: 4096), in: lab)
      let outcome = try lab.probe(words).outcome()
      let rate = flood.stop()
      #expect(!outcome.isSignal, "\(outcome.errors)")
      #expect([0, 3].contains(outcome.status), "\(outcome.errors)")
      let answer = try Answer(outcome)
      print(
        "\(scenario), \(kinds.map(\.rawValue).joined(separator: "+")), IPv\(family.rawValue):",
        "\(answer.port) \(answer.findings), \(rate) frames/s, \(outcome.elapsed),",
        "\(outcome.peakMemory >> 10) KiB, \(answer.packets) packets kept,",
        "\(answer.captureDrops) dropped")
      return (answer, outcome)
    }
  }
}
