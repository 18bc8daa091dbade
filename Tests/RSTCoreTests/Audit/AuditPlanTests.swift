import RSTWire
import Testing

@testable import RSTCore

/// What a policy makes an audit do.
@Suite struct AuditPlanTests {
  static let place = PolicyPlace(file: "policy.yaml", line: 1, column: 1)

  static func rule(
    _ name: String, _ targets: [String], _ ports: String,
    _ demands: [AuditExpectation.Demand] = [.port([.open])], isForEverythingElse: Bool = false
  ) throws -> AuditRule {
    AuditRule(
      name: name, place: place,
      targets: try targets.map { try TargetExpression(parsing: $0, isExact: true) },
      ports: try PortList(parsing: ports),
      expectations: demands.map { AuditExpectation($0, at: place) },
      isForEverythingElse: isForEverythingElse)
  }

  private func plan(_ rules: [AuditRule], limit: Int = 1_000) throws -> AuditPlan {
    try AuditPlan(AuditPolicy(name: "p", file: "policy.yaml", rules: rules), limit: limit)
  }

  @Test func `every port of every target once, also where rules overlap`() throws {
    let plan = try plan([
      Self.rule("a", ["192.0.2.0/30", "web.example"], "80,22"),
      Self.rule("b", ["192.0.2.1", "192.0.2.1-2"], "80"),
    ])
    #expect(
      plan.hosts.map(\.name) == ["192.0.2.0", "192.0.2.1", "192.0.2.2", "192.0.2.3", "web.example"])
    #expect(plan.count == 10)
    #expect(plan.hosts[1].tasks.map(\.subject.port) == [22, 80])
    #expect(plan.hosts[1].tasks.map(\.rules) == [[0], [0, 1]])
  }

  @Test func `everything else is what no other rule names`() throws {
    let plan = try plan([
      Self.rule("web", ["192.0.2.1"], "80"), Self.rule("mail", ["192.0.2.2"], "25"),
      Self.rule("else", [], "25,80", [.port([.dropped])], isForEverythingElse: true),
      Self.rule("other", ["192.0.2.3"], "80", isForEverythingElse: true),
    ])
    #expect(plan.hosts[0].tasks.map(\.rules) == [[2], [0]])
    #expect(plan.hosts[1].tasks.map(\.rules) == [[1], [2]])
    #expect(plan.hosts[2].tasks.map(\.rules) == [[3]])
  }

  @Test func `only what is asked for is done`() throws {
    let rules = [
      try Self.rule("a", ["192.0.2.1"], "80"),
      try Self.rule("b", ["192.0.2.2"], "80", [.conformance([.rfc5961Conformant])]),
      try Self.rule("c", ["192.0.2.3"], "80", [.idleSurvives(.seconds(5))]),
      try Self.rule(
        "d", ["192.0.2.3"], "80", [.idleSurvives(.seconds(9)), .never([.abortiveClose])]),
    ]
    let tasks = try plan(rules).hosts.flatMap(\.tasks)
    #expect(tasks[0].checks == [.handshake, .path])
    #expect(tasks[1].checks == [.handshake, .path, .conformance])
    #expect(tasks[2].checks == [.handshake, .path, .close])
    #expect(tasks.map(\.idle) == [nil, nil, .seconds(9)])
  }

  @Test func `too much is refused before it is spread out`() throws {
    let wide = try Self.rule("a", ["::/0"], "1-65535")
    #expect(throws: AuditPlan.Refusal.tooMany(ports: .max, limit: 10)) {
      try plan([wide], limit: 10)
    }
    let narrow = try Self.rule("a", ["192.0.2.0/29"], "1-2")
    #expect(throws: AuditPlan.Refusal.tooMany(ports: 16, limit: 15)) {
      try plan([narrow], limit: 15)
    }
    #expect(try plan([narrow], limit: 16).count == 16)
  }

  @Test func `nothing is left to ask`() throws {
    let other = try Self.rule("else", [], "80", isForEverythingElse: true)
    #expect(throws: AuditPlan.Refusal.nothing) { try plan([other]) }
  }

  @Test(arguments: [
    (
      [AuditExpectation.Demand.port([.open])],
      [AuditExpectation.Demand.port([.closed, .dropped])], true
    ),
    ([.port([.open, .closed])], [.port([.closed])], false),
    ([.responder([.host])], [.responder([.none])], true), ([.byHop(1...2)], [.byHop(3...3)], true),
    ([.byHop(1...2)], [.byHop(2...3)], false),
    ([.findings([.openPort])], [.never([.openPort])], true),
    ([.findings([.openPort])], [.never([.synProxy])], false),
    ([.port([.open])], [.responder([.host])], false),
    ([.grades([.reset: [.mitigated]])], [.grades([.reset: [.silent]])], true),
    ([.grades([.reset: [.mitigated]])], [.grades([.syn: [.silent]])], false),
    ([.icmp([.none])], [.icmp([.refusal(.prohibited)])], true),
  ])
  func `contradictions`(
    first: [AuditExpectation.Demand], second: [AuditExpectation.Demand], isOne: Bool
  ) throws {
    let rules = [
      try Self.rule("a", ["192.0.2.0/24"], "80-90", first),
      try Self.rule("b", ["192.0.2.7"], "85", second),
    ]
    #expect(AuditContradiction.all(in: rules).count == (isOne ? 1 : 0))
    let apart = [rules[0], try Self.rule("b", ["192.0.3.7"], "85", second)]
    #expect(AuditContradiction.all(in: apart).isEmpty)
    let otherPort = [rules[0], try Self.rule("b", ["192.0.2.7"], "91", second)]
    #expect(AuditContradiction.all(in: otherPort).isEmpty)
  }

  @Test func `every finding that a run may say has its need, and captures' alone have theirs`() {
    for rule in RuleCatalog.all { #expect(AuditNeed(of: rule.code) != nil, "\(rule.code)") }
    #expect(AuditNeed(of: .closedPort) == .diagnosis)
    #expect(AuditNeed(of: .abortiveClose) == .check(.close))
    #expect(AuditNeed(of: .idleReset) == .idle)
    #expect(AuditNeed(of: .captureOneSided) == .capture)
    #expect(AuditNeed(of: FindingCode(rawValue: "closed-prt")) == nil)
  }
}
