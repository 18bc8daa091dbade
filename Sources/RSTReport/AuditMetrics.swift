public import RSTCore

/// The report of an audit for Prometheus, as its textfile collector reads it.
///
/// What is not clear has no value for `held`: an alert on 0 shall not go off for it.
public enum AuditMetrics {
  /// The text, ending with a line break.
  public static func document(_ record: AuditRecord) -> String {
    let policy = (name: "policy", value: record.policy.name)
    var metrics = PrometheusText()
    metrics.head(
      "rstprobe_audit_held", "Whether an expectation holds: 1, or 0 where violated.")
    for result in record.results where result.outcome != .inconclusive {
      metrics.sample(
        "rstprobe_audit_held", result.outcome == .held ? 1 : 0, [policy] + labels(result))
    }
    metrics.head(
      "rstprobe_audit_inconclusive", "Expectations of which the evidence does not say.")
    for result in record.results where result.outcome == .inconclusive {
      metrics.sample("rstprobe_audit_inconclusive", 1, [policy] + labels(result))
    }
    metrics.head("rstprobe_audit_expectations", "How many expectations ended in a way.")
    for outcome in AuditResult.Outcome.allCases {
      metrics.sample(
        "rstprobe_audit_expectations", record.count(outcome),
        [policy, ("outcome", outcome.rawValue)])
    }
    metrics.head("rstprobe_audit_duration_seconds", "How long the audit took.")
    metrics.sample("rstprobe_audit_duration_seconds", record.elapsed.seconds, [policy])
    metrics.head("rstprobe_audit_timestamp_seconds", "When the audit began.")
    metrics.sample(
      "rstprobe_audit_timestamp_seconds", record.started.nanoseconds / 1_000_000_000, [policy])
    return metrics.text
  }

  private static func labels(_ result: AuditResult) -> [(name: String, value: String)] {
    [
      ("rule", result.rule.name), ("target", result.subject.name),
      ("port", "\(result.subject.port)"),
      ("expectation", result.expectation.kind.rawValue),
      ("severity", result.rule.severity.rawValue),
    ]
  }
}
