import RSTTestSupport
import RSTWire
import Testing

@testable import RSTCore

/// Expectations that only connections can meet.
@Suite struct AuditConnectionTests {
  private func seen(_ run: SurveyRun) -> AuditObservation {
    AuditObservation(run.conclusion, by: run.survey.transcript, of: run.target)
  }

  private func seen(_ ladder: IdleLadder, _ peer: IdlePeer) -> AuditObservation {
    // The holds alone make no verdict; that the port is open is what they rest on.
    let run = IdleRun(ladder, peer)
    var conclusion = run.conclusion
    conclusion.verdict = Verdict(port: .open, responder: .host, confidence: 1)
    let target = Target(name: "target", address: SimulatedRun.target(.ipv4), port: 80)
    return AuditObservation(conclusion, by: Transcript(), of: target)
  }

  @Test func `rfc5961 by its summary`() throws {
    let seen = seen(try SurveyRun.of(checks: [.handshake, .conformance]))
    let connections = try #require(seen.connections)
    let word = try #require(ConformanceSummary.word(connections.conformance))
    let others = [FindingCode.rfc5961Conformant, .rfc5961Partial, .rfc5961Vulnerable]
      .filter { $0 != word }
    #expect(AuditJudgement(.conformance([word]), by: seen).outcome == .held)
    let judgement = AuditJudgement(.conformance(others), by: seen)
    #expect(judgement.outcome == .violated)
    #expect(judgement.observed == word.rawValue)
    #expect(!judgement.evidence.isEmpty)
  }

  @Test func `rfc5961 by its grades`() throws {
    let seen = seen(try SurveyRun.of(checks: [.handshake, .conformance]))
    #expect(AuditJudgement(.grades([.reset: [.mitigated]]), by: seen).outcome == .held)
    let wrong = AuditJudgement(.grades([.reset: [.silent], .syn: [.mitigated]]), by: seen)
    #expect(wrong.outcome == .violated)
    #expect(wrong.observed.contains("rst mitigated"))
  }

  @Test func `rfc5961 of a port that is closed, or where nothing was tried`() throws {
    let closed = try AuditJudgementTests.seen("closed")
    #expect(AuditJudgement(.conformance([.rfc5961Conformant]), by: closed).outcome == .inconclusive)
    let untried = seen(try SurveyRun.of(checks: [.handshake]))
    #expect(AuditJudgement(.grades([.reset: [.mitigated]]), by: untried).outcome == .inconclusive)
    #expect(AuditJudgement(.never([.rfc5961Vulnerable]), by: untried).outcome == .inconclusive)
    #expect(AuditJudgement(.never([.rfc5961Vulnerable]), by: closed).outcome == .held)
  }

  @Test func `idle connections that stand`() {
    let seen = seen(IdleLadder(upTo: .seconds(60)), IdlePeer())
    #expect(AuditJudgement(.idleSurvives(.seconds(60)), by: seen).outcome == .held)
    #expect(AuditJudgement(.idleSurvives(.seconds(61)), by: seen).outcome == .inconclusive)
    #expect(AuditJudgement(.never([.idleReset]), by: seen).outcome == .held)
  }

  @Test(arguments: [IdlePeer.Ending.fin, .reset])
  func `idle connections that the peer ends`(ending: IdlePeer.Ending) throws {
    let peer = IdlePeer {
      $0.closesAfter = { _ in .seconds(20) }
      $0.ending = ending
    }
    let seen = seen(IdleLadder(upTo: .seconds(60)), peer)
    let judgement = AuditJudgement(.idleSurvives(.seconds(60)), by: seen)
    #expect(judgement.outcome == .violated)
    #expect(!judgement.evidence.isEmpty)
    let code: FindingCode = ending == .fin ? .idleClose : .idleReset
    #expect(judgement.observed.hasPrefix(code.rawValue))
    #expect(AuditJudgement(.never([code]), by: seen).outcome == .violated)
    // They stood for 10 s, and nobody knows better.
    #expect(AuditJudgement(.idleSurvives(.seconds(5)), by: seen).outcome == .inconclusive)
  }

  @Test func `idle connections that nobody left alone`() throws {
    let seen = seen(try SurveyRun.of(checks: [.handshake, .close]))
    #expect(AuditJudgement(.idleSurvives(.seconds(1)), by: seen).outcome == .inconclusive)
    #expect(AuditJudgement(.never([.idleReset]), by: seen).outcome == .inconclusive)
  }
}
