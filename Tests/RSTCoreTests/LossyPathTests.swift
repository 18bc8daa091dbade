import RSTCore
import RSTTestSupport
import RSTWire
import Testing

@Suite struct LossyPathTests {
  @Test(arguments: Scenario.all, [AddressFamily.ipv4, .ipv6])
  func `without loss the verdict is the truth`(
    _ scenario: Scenario, _ family: AddressFamily
  ) throws {
    let run = try scenario.run(family)
    let judgement = scenario.truth.judge(run.conclusion)
    #expect(judgement.wrong.isEmpty)
    #expect(judgement.missing.isEmpty)
  }
}
