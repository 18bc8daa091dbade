public import RSTCore

/// The report of an audit for programs: one document after the schema `rstprobe-audit/1`.
public enum AuditJSON {
  /// The name of the schema that the document follows.
  public static let schema = "rstprobe-audit/1"

  /// The document, ending with a line break.
  public static func document(_ record: AuditRecord) -> String { value(record).pretty + "\n" }

  /// The document as a value.
  public static func value(_ record: AuditRecord) -> JSONValue {
    .record([
      "schema": .string(schema),
      "policy": .record([
        "name": .string(record.policy.name), "file": .string(record.policy.file),
        "rules": JSONValue(record.policy.rules.count),
      ]),
      "timing": .record([
        // Nanoseconds since 1970 do not fit the 53 bits that many readers keep of a number.
        "started_ns": .string("\(record.started.nanoseconds)"),
        "elapsed_s": JSONValue(seconds: record.elapsed),
        "runs": JSONValue(record.runs),
        "packets_sent": JSONValue(record.packetsSent),
        "interrupted": .bool(record.isInterrupted),
      ]),
      "outcome": .string(record.outcome.rawValue),
      "summary": .object(
        AuditResult.Outcome.allCases.map { .init($0.rawValue, JSONValue(record.count($0))) }),
      "baseline": baseline(record),
      "results": .array(record.results.map { result($0, record.comparison) }),
    ])
  }

  private static func baseline(_ record: AuditRecord) -> JSONValue {
    guard let comparison = record.comparison else { return .null }
    let changes = record.results.compactMap(comparison.change)
    return .object(
      [.init("file", .string(comparison.file))]
        + AuditComparison.Change.allCases.map { change in
          .init(change.rawValue, JSONValue(changes.count { $0 == change }))
        })
  }

  private static func result(
    _ result: AuditResult, _ comparison: AuditComparison?
  ) -> JSONValue {
    let place = result.expectation.place
    return .record([
      "rule": .string(result.rule.name),
      "severity": .string(result.rule.severity.rawValue),
      "comment": .string(result.rule.comment),
      "file": .string(place.file),
      "line": JSONValue(place.line),
      "column": JSONValue(place.column),
      "target": .record([
        "name": .string(result.subject.name), "port": JSONValue(result.subject.port),
      ]),
      "expectation": .string(result.expectation.kind.rawValue),
      "expected": .string(result.expectation.words),
      "outcome": .string(result.outcome.rawValue),
      "change": JSONValue(comparison?.change(of: result)?.rawValue),
      "observed": .string(result.observed),
      "evidence": .array(
        result.evidence.map { evidence in
          .record([
            "code": .string(evidence.code), "detail": .string(evidence.detail),
            "source": .string(evidence.source),
          ])
        }),
      "next_step": .string(result.nextStep),
    ])
  }
}
