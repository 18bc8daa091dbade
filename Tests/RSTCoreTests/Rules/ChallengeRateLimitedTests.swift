import RSTTestSupport
import RSTWire
import Testing

@testable import RSTCore

@Suite struct ChallengeRateLimitedTests {
  @Test func `one in 500 ms for each connection is said with both (tcp_invalid_ratelimit)`() throws
  {
    let run = try SurveyRun.of()
    let finding = try #require(run.finding(.challengeRateLimited))
    guard case .number(let rate) = finding.detail("observed_per_s") else {
      Issue.record("no rate")
      return
    }
    #expect((1.5...2.5).contains(rate))
    #expect(finding.detail("scope") == .word("connection"))
  }

  @Test func `a stack that answers everything is not said to`() throws {
    #expect(try SurveyRun.of { $0.limit = nil }.finding(.challengeRateLimited) == nil)
  }

  @Test(arguments: 1...4 as ClosedRange<UInt64>)
  func `nor is it where some of the answers are lost`(_ seed: UInt64) throws {
    let run = try SurveyRun.of(checks: [.handshake, .conformance], faults: .lossy(0.1), seed: seed)
    {
      $0.limit = nil
    }
    #expect(run.finding(.challengeRateLimited) == nil)
  }

  @Test func `nor where no reset inside the window is challenged at all`() throws {
    let run = try SurveyRun(.path(host: .modelled(.trusting)))
    #expect(run.finding(.challengeRateLimited) == nil)
  }
}
