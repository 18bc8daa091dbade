public import RSTCore

/// The report of an audit after SARIF 2.1.0: a rule of the policy is a rule, a violation a result at
/// the line of the policy that is not met.
///
/// What is not clear is no result: programs would count it. It is a notification of the run.
public enum AuditSARIF {
  /// Where the schema is published.
  static let schema = "https://json.schemastore.org/sarif-2.1.0.json"

  /// The document, ending with a line break.
  public static func document(_ record: AuditRecord) -> String { value(record).pretty + "\n" }

  /// The document as a value.
  public static func value(_ record: AuditRecord) -> JSONValue {
    let rules = record.policy.rules
    var places: [String: Int] = [:]
    for (index, rule) in rules.enumerated() { places[rule.name] = index }
    let unclear = record.results.filter { $0.outcome == .inconclusive }
    return .record([
      "$schema": .string(schema),
      "version": .string("2.1.0"),
      "runs": .array([
        .record([
          "tool": .record([
            "driver": .record([
              "name": .string("rstprobe"),
              "rules": .array(rules.enumerated().map { rule($1, number: $0) }),
            ])
          ]),
          "invocations": .array([
            .record([
              "executionSuccessful": .bool(!record.isInterrupted),
              "toolExecutionNotifications": .array(unclear.map(notification)),
            ])
          ]),
          "columnKind": .string("unicodeCodePoints"),
          "results": .array(
            record.results.compactMap { result in
              places[result.rule.name].flatMap { violation(result, rule: $0, record.comparison) }
            }),
        ])
      ]),
    ])
  }

  private static func rule(_ rule: AuditRule, number: Int) -> JSONValue {
    var members: [JSONValue.Member] = [
      .init("id", .string(identifier(of: rule))),
      .init("shortDescription", message(rule.name)),
    ]
    if !rule.comment.isEmpty { members.append(.init("fullDescription", message(rule.comment))) }
    members += [
      .init("defaultConfiguration", .record(["level": .string(level(rule.severity))])),
      .init("properties", .record(["severity": .string(rule.severity.rawValue)])),
    ]
    return .object(members)
  }

  /// Nil where nothing is to be told.
  private static func violation(
    _ result: AuditResult, rule: Int, _ comparison: AuditComparison?
  ) -> JSONValue? {
    let change = comparison?.change(of: result)
    guard result.outcome == .violated || change == .fixed else { return nil }
    let subject = "\(result.subject)"
    let identity = "\(result.rule.name)/\(subject)/\(result.expectation.kind.rawValue)"
    var members: [JSONValue.Member] = [
      .init("ruleId", .string(identifier(of: result.rule))),
      .init("ruleIndex", JSONValue(rule)),
      .init("kind", .string(result.outcome == .violated ? "fail" : "pass")),
      // A result that is no failure has no level: SARIF 2.1.0, section 3.27.10.
      .init(
        "level", .string(result.outcome == .violated ? level(result.rule.severity) : "none")),
      .init(
        "message",
        message(
          "\(subject): expected \(result.expectation.words), observed \(result.observed)."
            + (result.nextStep.isEmpty ? "" : " \(result.nextStep)"))),
      .init("locations", .array([location(result.expectation.place)])),
      .init("partialFingerprints", .record(["expectation/v1": .string(identity)])),
    ]
    if comparison != nil {
      let states: [AuditComparison.Change: String] = [
        .new: "new", .still: "unchanged", .fixed: "absent",
      ]
      members.append(.init("baselineState", JSONValue(change.flatMap { states[$0] } ?? "new")))
    }
    members.append(
      .init(
        "properties",
        .record([
          "target": .string(result.subject.name), "port": JSONValue(result.subject.port),
          "evidence": .array(result.evidence.map { .string($0.detail) }),
        ])))
    return .object(members)
  }

  private static func notification(_ result: AuditResult) -> JSONValue {
    .record([
      "level": .string("warning"),
      "message": message(
        "\(result.subject): expected \(result.expectation.words), inconclusive: "
          + result.observed),
      "locations": .array([location(result.expectation.place)]),
    ])
  }

  private static func location(_ place: PolicyPlace) -> JSONValue {
    .record([
      "physicalLocation": .record([
        "artifactLocation": .record(["uri": .string(reference(place.file))]),
        "region": .record([
          "startLine": JSONValue(max(place.line, 1)),
          "startColumn": JSONValue(max(place.column, 1)),
        ]),
      ])
    ])
  }

  private static func message(_ text: String) -> JSONValue {
    .record(["text": .string(Sanitised(text).text)])
  }

  private static func level(_ severity: AuditSeverity) -> String {
    switch severity {
    case .critical, .high: "error"
    case .medium: "warning"
    case .low, .info: "note"
    }
  }

  /// A stable name without spaces: SARIF 2.1.0, section 3.49.3.
  static func identifier(of rule: AuditRule) -> String {
    let words = rule.name.lowercased().unicodeScalars.map { scalar in
      scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) ? Character(scalar) : "-"
    }
    return String(words)
  }

  /// RFC 3986, section 4.2: a path as a relative reference, whatever stands in it.
  static func reference(_ path: String) -> String {
    let plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/"
    let escaped = path.utf8.map { octet -> String in
      let character = Character(Unicode.Scalar(octet))
      return plain.contains(character)
        ? String(character) : "%" + Words.hexadecimal(octet, digits: 2).uppercased()
    }.joined()
    return path.hasPrefix("/") ? "file://\(escaped)" : escaped
  }
}
