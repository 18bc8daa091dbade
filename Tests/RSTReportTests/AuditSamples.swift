import RSTCore

/// Hand-made audits.
enum AuditSamples {
  static let hostile = "<b>\"x\" & 'y' |`*_#\\ @all ]]>\u{1b}[31m\u{202e}\u{0}\nnext"

  static func rule(_ name: String, comment: String = "") -> AuditRule {
    AuditRule(
      name: name, place: PolicyPlace(file: "a policy.yaml", line: 4, column: 5), targets: [],
      ports: PortList([80...80]), expectations: [], severity: .high, comment: comment)
  }

  static func result(
    _ outcome: AuditResult.Outcome, rule name: String = "web", target: String = "192.0.2.1",
    port: UInt16 = 80, comment: String = "why", observed: String = "closed, responder host, hop 3"
  ) -> AuditResult {
    AuditResult(
      rule: rule(name, comment: comment), subject: AuditSubject(name: target, port: port),
      expectation: AuditExpectation(
        .port([.open]), at: PolicyPlace(file: "a policy.yaml", line: 9, column: 7)),
      outcome: outcome, observed: observed,
      evidence: outcome == .violated
        ? [Evidence("like-control", weight: 2, detail: "as a control port", source: "RFC 9293")]
        : [],
      nextStep: outcome == .held ? "" : "Start the service.")
  }

  static func record(
    _ results: [AuditResult], isInterrupted: Bool = false, comparison: AuditComparison? = nil
  ) -> AuditRecord {
    var rules: [AuditRule] = []
    for result in results where !rules.contains(where: { $0.name == result.rule.name }) {
      rules.append(result.rule)
    }
    return AuditRecord(
      policy: AuditPolicy(name: "zone", file: "a policy.yaml", rules: rules), results: results,
      runs: results.count, started: Moment(nanoseconds: 1_700_000_000_123_456_789),
      elapsed: .milliseconds(1_500), packetsSent: 90, isInterrupted: isInterrupted,
      comparison: comparison)
  }

  /// One of each outcome.
  static let mixed = record([
    result(.held, port: 443), result(.violated, rule: "no web"),
    result(.inconclusive, target: "2001:db8::1"),
  ])

  /// Everything from outside is as bad as it can be.
  static let bad = record([
    result(.violated, rule: hostile, target: hostile, comment: hostile, observed: hostile),
    result(.inconclusive, rule: hostile, target: hostile, comment: hostile, observed: hostile),
  ])
}
