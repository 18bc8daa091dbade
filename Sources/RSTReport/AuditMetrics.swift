public import RSTCore

/// The report of an audit for Prometheus, as its textfile collector reads it.
///
/// What is not clear has no value for `held`: an alert on 0 shall not go off for it.
public enum AuditMetrics {
  /// The text, ending with a line break.
  public static func document(_ record: AuditRecord) -> String {
    let policy = label("policy", record.policy.name)
    var text = head("rstprobe_audit_held", "Whether an expectation holds: 1, or 0 where violated.")
    for result in record.results where result.outcome != .inconclusive {
      let value = result.outcome == .held ? 1 : 0
      text += "rstprobe_audit_held{\(policy),\(labels(result))} \(value)\n"
    }
    text += head("rstprobe_audit_inconclusive", "Expectations of which the evidence does not say.")
    for result in record.results where result.outcome == .inconclusive {
      text += "rstprobe_audit_inconclusive{\(policy),\(labels(result))} 1\n"
    }
    text += head("rstprobe_audit_expectations", "How many expectations ended in a way.")
    for outcome in AuditResult.Outcome.allCases {
      text += "rstprobe_audit_expectations{\(policy),\(label("outcome", outcome.rawValue))} "
      text += "\(record.count(outcome))\n"
    }
    text += head("rstprobe_audit_duration_seconds", "How long the audit took.")
    text += "rstprobe_audit_duration_seconds{\(policy)} \(record.elapsed.seconds)\n"
    text += head("rstprobe_audit_timestamp_seconds", "When the audit began.")
    let began = record.started.nanoseconds / 1_000_000_000
    text += "rstprobe_audit_timestamp_seconds{\(policy)} \(began)\n"
    return text
  }

  private static func head(_ name: String, _ help: String) -> String {
    "# HELP \(name) \(help)\n# TYPE \(name) gauge\n"
  }

  private static func labels(_ result: AuditResult) -> String {
    [
      label("rule", result.rule.name), label("target", result.subject.name),
      label("port", "\(result.subject.port)"),
      label("expectation", result.expectation.kind.rawValue),
      label("severity", result.rule.severity.rawValue),
    ].joined(separator: ",")
  }

  /// Prometheus' text format, version 0.0.4: backslash, quote and line feed are escaped in values.
  private static func label(_ name: String, _ value: String) -> String {
    let safe = Sanitised(value).text.map { character in
      character == "\\" || character == "\"" ? "\\\(character)" : "\(character)"
    }.joined()
    return "\(name)=\"\(safe)\""
  }
}
