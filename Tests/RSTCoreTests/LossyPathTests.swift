import Foundation
import RSTCore
import RSTTestSupport
import RSTWire
import Testing

/// Loss, duplication, jitter and reordering: never a wrong word.
///
/// DESIGN, rule 1.
/// `RSTPROBE_SEEDS` says how many seeds each scenario is run with; a long run takes 300.
@Suite struct LossyPathTests {
  static let seeds: ClosedRange<UInt64> =
    1...max(ProcessInfo.processInfo.environment["RSTPROBE_SEEDS"].flatMap { UInt64($0) } ?? 3, 1)

  @Test(arguments: Scenario.all, AddressFamily.allCases)
  func `on a faultless path the verdict is the truth`(
    _ scenario: Scenario, _ family: AddressFamily
  ) throws {
    let run = try scenario.run(family)
    let judgement = scenario.truth.judge(run.conclusion)
    #expect(judgement.wrong.isEmpty)
    #expect(judgement.missing.isEmpty)
  }

  @Test(arguments: Scenario.main, AddressFamily.allCases)
  func `without loss nothing is inconclusive whatever is duplicated or overtaken`(
    _ scenario: Scenario, _ family: AddressFamily
  ) throws {
    let soak = try Soak(scenario, family, loss: 0, seeds: Self.seeds)
    #expect(soak.wrong.isEmpty)
    #expect(soak.missing.isEmpty)
    #expect(soak.mostPackets <= 120)
  }

  @Test(arguments: Scenario.main, AddressFamily.allCases)
  func `with 5 % loss each way nothing wrong is said`(
    _ scenario: Scenario, _ family: AddressFamily
  ) throws {
    let soak = try Soak(scenario, family, loss: 0.05, seeds: Self.seeds)
    #expect(soak.wrong.isEmpty)
    #expect(soak.mostPackets <= 300)
  }

  @Test(arguments: Scenario.main, AddressFamily.allCases)
  func `with 10 % loss each way nothing wrong is said`(
    _ scenario: Scenario, _ family: AddressFamily
  ) throws {
    let soak = try Soak(scenario, family, loss: 0.1, seeds: Self.seeds)
    #expect(soak.wrong.isEmpty)
    #expect(soak.mostPackets <= 300)
  }

  @Test(arguments: Scenario.more, AddressFamily.allCases)
  func `with loss nothing wrong is said of other stacks, filters and marks`(
    _ scenario: Scenario, _ family: AddressFamily
  ) throws {
    for loss in [0, 0.05, 0.1] {
      let soak = try Soak(
        scenario, family, loss: loss, seeds: 1...max(Self.seeds.upperBound / 2, 1))
      #expect(soak.wrong.isEmpty)
    }
  }
}
