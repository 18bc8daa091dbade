public import RSTCore

/// A summary of an audit for a merge request: a sentence, and a table of what does not hold.
public enum AuditMarkdown {
  /// How many rows a table has: a merge request is no place for more.
  static let limit = 50

  /// The text, ending with a line break.
  public static func document(_ record: AuditRecord) -> String {
    var text = "### rstprobe audit: \(Markdown.escaped(record.policy.name))\n\n"
    let mark = record.outcome == .held ? "Held" : record.outcome == .violated ? "Violated" : "Open"
    text += "**\(mark)**: \(record.count(.held)) of "
    text += "\(Words.count(record.results.count, "expectation")) held, "
    text += "\(record.count(.violated)) violated, \(record.count(.inconclusive)) inconclusive"
    text += record.isInterrupted ? "; interrupted.\n" : ".\n"
    if let comparison = record.comparison {
      let changes = record.results.compactMap(comparison.change)
      let counts = AuditComparison.Change.allCases.map { change in
        "\(changes.count { $0 == change }) \(change.rawValue)"
      }
      text += "\nSince \(Markdown.escaped(comparison.file)): \(counts.joined(separator: ", ")).\n"
    }
    let shown =
      record.results.filter { $0.outcome == .violated }
      + record.results.filter { $0.outcome == .inconclusive }
    guard !shown.isEmpty else { return text }
    text += "\n| | target | rule | expected | observed | next step |\n|---|---|---|---|---|---|\n"
    for result in shown.prefix(limit) {
      let change = record.comparison?.change(of: result).map { " (\($0.rawValue))" } ?? ""
      let place = result.expectation.place
      let cells = [
        "\(result.outcome.rawValue)\(change), \(result.rule.severity.rawValue)",
        "\(result.subject)", "\(result.rule.name) (\(place.file):\(place.line))",
        result.expectation.words, result.observed, result.nextStep,
      ]
      text += "| " + cells.map(Markdown.escaped).joined(separator: " | ") + " |\n"
    }
    if shown.count > limit { text += "\nand \(shown.count - limit) more.\n" }
    return text
  }
}
