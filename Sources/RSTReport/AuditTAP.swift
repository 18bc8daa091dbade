public import RSTCore

/// The report of an audit after TAP, version 14: one test point for each expectation of each port.
///
/// What is not clear is skipped, with its reason: it neither passed nor failed.
public enum AuditTAP {
  /// The document, ending with a line break.
  public static func document(_ record: AuditRecord) -> String {
    var text = "TAP version 14\n1..\(record.results.count)\n"
    for (index, result) in record.results.enumerated() {
      let name = escaped(
        "\(result.rule.name): \(result.subject) \(result.expectation.words)")
      switch result.outcome {
      case .held: text += "ok \(index + 1) - \(name)\n"
      case .inconclusive: text += "ok \(index + 1) - \(name) # SKIP \(escaped(result.observed))\n"
      case .violated:
        text += "not ok \(index + 1) - \(name)\n\(diagnostics(result))"
      }
    }
    if record.isInterrupted { text += "Bail out! interrupted\n" }
    return text
  }

  /// A block of YAML behind a test point: JSON strings are strings of YAML.
  private static func diagnostics(_ result: AuditResult) -> String {
    let place = result.expectation.place
    let lines: [(String, String)] = [
      ("expected", result.expectation.words), ("observed", result.observed),
      ("severity", result.rule.severity.rawValue),
      ("at", "\(place.file):\(place.line):\(place.column)"),
      ("evidence", result.evidence.map(\.detail).joined(separator: "; ")),
      ("next_step", result.nextStep), ("comment", result.rule.comment),
    ]
    return "  ---\n"
      + lines.filter { !$0.1.isEmpty }.map { key, value in
        "  \(key): \(JSONValue.quoted(Sanitised(value).text))\n"
      }.joined() + "  ...\n"
  }

  /// A hash would begin a directive, a backslash escapes it.
  private static func escaped(_ text: String) -> String {
    Sanitised(text).text.map { $0 == "#" || $0 == "\\" ? "\\\($0)" : "\($0)" }.joined()
  }
}
