import RSTTestSupport
import RSTWire
import Testing

@testable import RSTCore

@Suite struct HalfOpenResetTests {
  @Test func `an exact reset that frees the half-open connection is said (RFC 9293, 3.10.7.4)`()
    throws
  {
    let run = try SurveyRun.of(checks: [.handshake, .states])
    let finding = try #require(run.finding(.halfOpenReset))
    #expect(finding.responder == .host)
    #expect(finding.evidence.first?.packets.isEmpty == false)
  }

  @Test func `one that is challenged, and stands, is not`() throws {
    let run = try SurveyRun.of(checks: [.handshake, .states]) {
      $0.halfOpen[.resetExact] = .init(.challengeACK)
    }
    #expect(run.conclusion.connections?.halfOpen[.resetExact]?.reaction == .challengeACK)
    #expect(run.finding(.halfOpenReset) == nil)
  }

  @Test func `nor one that is ignored, and stands`() throws {
    let run = try SurveyRun.of(checks: [.handshake, .states]) {
      $0.halfOpen[.resetExact] = .init(.ignored)
    }
    #expect(run.finding(.halfOpenReset) == nil)
  }
}
