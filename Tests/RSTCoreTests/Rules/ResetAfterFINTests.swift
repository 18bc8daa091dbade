import RSTTestSupport
import RSTWire
import Testing

@testable import RSTCore

@Suite struct ResetAfterFINTests {
  private static let close: Set<Check> = [.handshake, .close]

  @Test func `a reset right behind the FIN is said (RFC 1337)`() throws {
    let run = try SurveyRun.of(checks: Self.close) { $0.service = .resetsBehindFIN }
    let finding = try #require(run.finding(.resetAfterFIN))
    #expect(finding.phase == .close)
    #expect(finding.responder == .host)
    #expect(run.finding(.abortiveClose) == nil)
  }

  @Test func `an orderly close is not, though an octet behind it draws a reset`() throws {
    let run = try SurveyRun.of(checks: Self.close)
    #expect(run.finding(.dataAfterCloseReset) != nil)
    #expect(run.finding(.resetAfterFIN) == nil)
  }
}
