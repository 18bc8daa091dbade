import RSTTestSupport
import RSTWire
import Testing

@testable import RSTCore

@Suite struct DataAfterCloseTests {
  private static let close: Set<Check> = [.handshake, .close]

  @Test func `an octet behind both FINs that draws a reset is said (RFC 9293, 3.10.7.1)`() throws {
    let run = try SurveyRun.of(checks: Self.close)
    let finding = try #require(run.finding(.dataAfterCloseReset))
    #expect(finding.responder == .host)
    #expect(finding.phase == .close)
  }

  @Test func `where the service does not close, nothing is`() throws {
    let run = try SurveyRun.ofLinux(
      checks: Self.close, behind: { $0.host.closesAfterClient = false })
    #expect(run.conclusion.connections?.closes.first?.isAcknowledged == true)
    #expect(run.finding(.dataAfterCloseReset) == nil)
  }

  @Test func `nor where the service has aborted before`() throws {
    let run = try SurveyRun.of(checks: Self.close) { $0.service = .resetsAtOnce }
    #expect(run.finding(.dataAfterCloseReset) == nil)
  }
}
