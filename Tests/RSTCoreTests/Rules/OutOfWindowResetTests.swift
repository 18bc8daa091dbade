import RSTTestSupport
import RSTWire
import Testing

@testable import RSTCore

@Suite struct OutOfWindowResetTests {
  @Test func `a reset far outside that closes is said (RFC 9293, 3.10.7.4)`() throws {
    let run = try SurveyRun(.path(host: .modelled(.credulous)))
    let finding = try #require(run.finding(.outOfWindowResetAccepted))
    #expect(finding.responder == .host)
    #expect(finding.phase == .data)
    #expect(finding.evidence.first?.packets.isEmpty == false)
  }

  @Test func `resets just beside the window may be a window that is counted otherwise`() throws {
    let run = try SurveyRun.of { model in
      model.established[.resetBeyond] = .close
      model.established[.resetBefore] = .close
    }
    #expect(run.outcome(.resetBeyond) == .closes)
    #expect(run.outcome(.resetFar) == .ignored)
    #expect(run.finding(.outOfWindowResetAccepted) == nil)
  }

  @Test func `nor is a stack that takes any reset inside the window said to take all`() throws {
    let run = try SurveyRun(.path(host: .modelled(.trusting)))
    #expect(run.finding(.outOfWindowResetAccepted) == nil)
  }
}
