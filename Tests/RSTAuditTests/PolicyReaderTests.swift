import RSTCore
import Testing

@testable import RSTAudit

/// What a good policy means.
@Suite struct PolicyReaderTests {
  static let whole = """
    policy: payment zone
    variables:
      web: [192.0.2.1, 192.0.2.8/30]
      all: [$web, db.example]
      admin: 22,3389
      closed: {port: closed, responder: host}
    rules:
      - name: web answers
        targets: $web
        ports: 80,443
        expect:
          port: open
          by_hop: 2-4
          rfc5961: {rst: mitigated, syn: [mitigated, silent]}
          idle_survives: 6m
          answers_within: 200ms
          never: [syn-proxy, idle-reset]
        severity: high
        comment: the shop
      - name: admin is closed
        targets: [$all, 2001:db8::1]
        ports: [$admin, 5900-5910]
        expect: $closed
    everything_else:
      ports: 1-100
      expect: dropped
    """

  @Test func `reads all of it`() throws {
    let policy = try PolicyFixture(Self.whole).policy()
    #expect(policy.name == "payment zone")
    #expect(policy.rules.map(\.name) == ["web answers", "admin is closed", "everything else"])
    let (web, admin, other) = (policy.rules[0], policy.rules[1], policy.rules[2])
    #expect(web.targets.count == 2)
    #expect(web.severity == .high)
    #expect(web.comment == "the shop")
    #expect(
      web.expectations.map(\.demand) == [
        .port([.open]), .byHop(2...4), .never([.synProxy, .idleReset]),
        .grades([.reset: [.mitigated], .syn: [.mitigated, .silent]]),
        .idleSurvives(.seconds(360)), .answersWithin(.milliseconds(200)),
      ])
    #expect(web.expectations[0].place == PolicyPlace(file: "policy.yaml", line: 12, column: 7))
    #expect(admin.targets.count == 4)
    #expect("\(admin.ports)" == "22,3389,5900-5910")
    #expect(admin.expectations.map(\.demand) == [.port([.closed]), .responder([.host])])
    #expect(other.isForEverythingElse)
    #expect(other.targets.isEmpty)
    #expect(other.expectations.map(\.demand) == [.port([.dropped])])
  }

  @Test func `included files come first, once, and share their variables`() throws {
    let policy = try PolicyFixture(
      "include: [zone/a.yaml, b.yaml]\nrules:\n"
        + "  - {name: own, targets: $host, ports: 1, expect: closed}\n",
      including: [
        "zone/a.yaml": "include: c.yaml\nvariables: {host: 192.0.2.1}\n",
        "zone/c.yaml": "rules: [{name: c, targets: $host, ports: 2, expect: open}]\n",
        "b.yaml": "include: zone/c.yaml\n",
      ]
    ).policy()
    #expect(policy.rules.map(\.name) == ["c", "own"])
    #expect(policy.rules[0].place.file == "zone/c.yaml")
  }

  @Test func `aliases of YAML work, within limits`() throws {
    let policy = try PolicyFixture(
      "rules:\n  - {name: a, targets: &t [192.0.2.1], ports: 1, expect: closed}\n"
        + "  - {name: b, targets: *t, ports: 2, expect: closed}\n"
    ).policy()
    #expect(policy.rules[1].targets == policy.rules[0].targets)
  }

  @Test(arguments: [
    ("conformant", AuditExpectation.Demand.conformance([.rfc5961Conformant])),
    ("[conformant, partial]", .conformance([.rfc5961Conformant, .rfc5961Partial])),
  ])
  func `rfc5961 by its summary`(text: String, demand: AuditExpectation.Demand) throws {
    let policy = try PolicyFixture.expecting("rfc5961: \(text)").policy()
    #expect(policy.rules[0].expectations.map(\.demand) == [demand])
  }

  @Test func `icmp, and none of it`() throws {
    let policy = try PolicyFixture.expecting("icmp: [admin-prohibited, none]").policy()
    #expect(
      policy.rules[0].expectations.map(\.demand) == [.icmp([.refusal(.prohibited), .none])])
  }

  @Test func `what is learnt is read again`() throws {
    let verdict = Verdict(
      port: .rejected, responder: .networkDevice, confidence: 1, hop: 2, hopRange: 2...2)
    let seen = AuditObservation(verdict: verdict, refusals: [.prohibited])
    let closed = AuditObservation(
      verdict: Verdict(port: .closed, responder: .host, confidence: 1))
    let unclear = AuditObservation(
      verdict: Verdict(port: .inconclusive, responder: .unknown, confidence: 0))
    func sight(_ port: UInt16, _ seen: AuditObservation?) -> AuditLearning.Seen {
      .init(subject: AuditSubject(name: "2001:db8::1", port: port), observation: seen)
    }
    let text = AuditLearning.policy(
      from: [
        sight(22, seen), sight(23, seen), sight(80, closed), sight(81, unclear), sight(82, nil),
      ],
      name: "a \"b\" \\ \u{1b}c")
    let policy = try PolicyFixture(text).policy()
    #expect(policy.name == "a \"b\" \\ \u{1b}c")
    #expect(policy.rules.map { "\($0.ports)" } == ["22-23", "80"])
    for expectation in policy.rules[0].expectations {
      #expect(AuditJudgement(expectation.demand, by: seen).outcome == .held)
    }
    #expect(policy.rules[0].expectations.map(\.kind) == [.port, .responder, .byHop, .icmp])
    #expect(policy.rules[1].expectations.map(\.kind) == [.port, .responder])
    #expect(text.contains("inconclusive, and so not expected: 2001:db8::1 port 81"))
  }
}
