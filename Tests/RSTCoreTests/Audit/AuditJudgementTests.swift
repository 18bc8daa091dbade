import RSTTestSupport
import RSTWire
import Testing

@testable import RSTCore

/// Each expectation: what fires it, and the nearest that must not.
@Suite struct AuditJudgementTests {
  static func seen(_ name: String) throws -> AuditObservation {
    let run = try #require(Scenario.named(name)).run(.ipv4)
    return AuditObservation(
      run.conclusion, by: run.investigation.transcript, of: run.target)
  }

  private func outcome(
    _ demand: AuditExpectation.Demand, _ name: String
  ) throws -> AuditResult.Outcome {
    AuditJudgement(demand, by: try Self.seen(name)).outcome
  }

  private static let unclear = AuditObservation(
    verdict: Verdict(
      port: .inconclusive, responder: .unknown, confidence: 0.4,
      alternatives: [
        Alternative(port: .dropped, responder: .none, confidence: 0.6),
        Alternative(port: .open, responder: .host, confidence: 0.4),
      ]))

  @Test(arguments: [
    ("closed", [PortState.closed], AuditResult.Outcome.held),
    ("host-reject", [.closed], .violated), ("host-reject", [.closed, .rejected], .held),
    ("open", [.open], .held), ("open", [.closed], .violated),
  ])
  func `port`(name: String, states: [PortState], expected: AuditResult.Outcome) throws {
    #expect(try outcome(.port(states), name) == expected)
  }

  @Test(arguments: [
    ("host-reject", Responder.hostFirewall, AuditResult.Outcome.held),
    ("router2-reject", .hostFirewall, .violated), ("router2-reject", .networkDevice, .held),
    ("closed", .hostFirewall, .violated), ("closed", .host, .held),
  ])
  func `responder`(name: String, responder: Responder, expected: AuditResult.Outcome) throws {
    #expect(try outcome(.responder([responder]), name) == expected)
  }

  @Test func `a responder that is unknown is neither right nor wrong`() throws {
    var seen = try Self.seen("closed")
    seen.verdict.responder = .unknown
    #expect(AuditJudgement(.responder([.host]), by: seen).outcome == .inconclusive)
  }

  @Test(arguments: [
    (1...1, AuditResult.Outcome.held), (2...2, .violated), (1...2, .held), (2...9, .violated),
  ])
  func `by_hop`(hops: ClosedRange<Int>, expected: AuditResult.Outcome) throws {
    #expect(try outcome(.byHop(hops), "router1-reject") == expected)
  }

  @Test(arguments: [
    (3...3, AuditResult.Outcome.inconclusive), (2...4, .held), (4...4, .violated),
  ])
  func `by_hop of an interval that is not narrow enough`(
    hops: ClosedRange<Int>, expected: AuditResult.Outcome
  ) throws {
    var seen = try Self.seen("closed")
    seen.verdict.hopRange = 2...3
    #expect(AuditJudgement(.byHop(hops), by: seen).outcome == expected)
    seen.verdict.hopRange = nil
    #expect(AuditJudgement(.byHop(hops), by: seen).outcome == .inconclusive)
  }

  @Test(arguments: [
    (
      "router2-icmp-prohibited", [AuditExpectation.ICMPWord.refusal(.prohibited)],
      AuditResult.Outcome.held
    ),
    ("router2-icmp-prohibited", [.refusal(.portUnreachable)], .violated),
    ("router2-icmp-prohibited", [.none], .violated),
    ("router2-reject", [.refusal(.prohibited)], .violated), ("router2-reject", [.none], .held),
  ])
  func `icmp`(
    name: String, words: [AuditExpectation.ICMPWord], expected: AuditResult.Outcome
  ) throws {
    #expect(try outcome(.icmp(words), name) == expected)
  }

  @Test(arguments: [
    ("closed", FindingCode.closedPort, AuditResult.Outcome.held),
    ("host-reject", .closedPort, .violated), ("host-reject", .hostFirewallReset, .held),
  ])
  func `findings`(name: String, code: FindingCode, expected: AuditResult.Outcome) throws {
    #expect(try outcome(.findings([code]), name) == expected)
  }

  @Test(arguments: [
    ("host-reject", FindingCode.hostFirewallReset, AuditResult.Outcome.violated),
    ("closed", .hostFirewallReset, .held),
  ])
  func `never`(name: String, code: FindingCode, expected: AuditResult.Outcome) throws {
    #expect(try outcome(.never([code]), name) == expected)
  }

  @Test(arguments: [(0.24, AuditResult.Outcome.held), (0.26, .inconclusive), (0.49, .inconclusive)])
  func `what cannot be excluded is not denied`(
    confidence: Double, expected: AuditResult.Outcome
  ) throws {
    var seen = try Self.seen("closed")
    seen.considered.removeAll { $0.code == .hostFirewallReset }
    seen.considered.append(
      Finding(
        code: .hostFirewallReset, confidence: confidence, responder: .hostFirewall, evidence: [],
        explanation: "", nextStep: ""))
    #expect(AuditJudgement(.never([.hostFirewallReset]), by: seen).outcome == expected)
    let found = AuditJudgement(.findings([.hostFirewallReset]), by: seen).outcome
    #expect(found == (expected == .held ? .violated : .inconclusive))
  }

  @Test(arguments: [(1_000, AuditResult.Outcome.held), (1, .violated)])
  func `answers_within`(milliseconds: Int, expected: AuditResult.Outcome) throws {
    let limit = Duration.milliseconds(milliseconds)
    #expect(try outcome(.answersWithin(limit), "open") == expected)
    #expect(try outcome(.answersWithin(limit), "router2-icmp-prohibited") == expected)
    #expect(try outcome(.answersWithin(limit), "host-drop") == .violated)
  }

  @Test(arguments: [
    AuditExpectation.Demand.port([.open]), .responder([.host]), .byHop(1...255), .icmp([.none]),
    .findings([.openPort]), .never([.synProxy]), .conformance([.rfc5961Conformant]),
    .grades([.reset: [.mitigated]]), .idleSurvives(.seconds(1)), .answersWithin(.seconds(1)),
  ])
  func `what is inconclusive neither holds nor is violated`(
    demand: AuditExpectation.Demand
  ) {
    #expect(AuditJudgement(demand, by: Self.unclear).outcome == .inconclusive)
  }

  @Test(arguments: [
    AuditExpectation.Demand.port([.open]), .responder([.injector]), .byHop(9...9),
    .icmp([.refusal(.prohibited)]), .findings([.openPort]), .never([.closedPort]),
    .answersWithin(.milliseconds(1)),
  ])
  func `a violation says what is so, what shows it and what to do`(
    demand: AuditExpectation.Demand
  ) throws {
    var seen = try Self.seen("closed")
    let judgement = AuditJudgement(demand, by: seen)
    #expect(judgement.outcome == .violated)
    #expect(!judgement.observed.isEmpty)
    #expect(!judgement.evidence.isEmpty)
    #expect(!judgement.nextStep.isEmpty)
    seen.isInterrupted = true
    #expect(AuditJudgement(demand, by: seen).outcome == .inconclusive)
  }
}
