import RSTTestSupport
import RSTWire
import Testing

@testable import RSTCore

@Suite struct SecondSYNTests {
  private static let states: Set<Check> = [.handshake, .states]

  @Test func `what Linux does is said for both places (RFC 9293, 3.10.7.4)`() throws {
    let run = try SurveyRun.of(checks: Self.states)
    let finding = try #require(run.finding(.synReceivedSecondSYN))
    #expect(finding.detail("in_window") == .word("reset"))
    #expect(finding.detail("out_of_window") == .word("challenge-ack"))
    // RFC 9293, figure 8: the client resets the challenge, and the half-open connection goes.
    #expect(finding.detail("after_reset_of_challenge") == .word("gone"))
  }

  @Test func `a half-open connection that begins anew is said to, and is taken back`() throws {
    let run = try SurveyRun.of(checks: Self.states) { model in
      model.halfOpen[.secondSYNBeyond] = .init(.restart)
      model.halfOpen[.secondSYNInWindow] = .init(.ignored)
    }
    let finding = try #require(run.finding(.synReceivedSecondSYN))
    #expect(finding.detail("in_window") == .word("ignored"))
    #expect(finding.detail("out_of_window") == .word("restart"))
    #expect(finding.detail("after_reset_of_challenge") == nil)
    #expect(run.left.isEmpty)
  }

  @Test func `a first SYN ACK that comes again acknowledges the first SYN as a challenge does`()
    throws
  {
    let run = try SurveyRun.of(checks: Self.states) {
      $0.halfOpen[.secondSYNInWindow] = .init(.repeated)
    }
    #expect(run.finding(.synReceivedSecondSYN)?.detail("in_window") == .word("challenge-ack"))
  }

  @Test func `nothing is said where it was not tried`() throws {
    let run = try SurveyRun.of(checks: [.handshake, .conformance])
    #expect(run.finding(.synReceivedSecondSYN) == nil)
  }
}
