public import RSTCore

/// The report of an audit for people: what does not hold first, then what is not clear.
public struct AuditText: Sendable {
  private let record: AuditRecord
  private let options: TextReportOptions

  /// Prepares the report of an audit.
  public init(_ record: AuditRecord, options: TextReportOptions = TextReportOptions()) {
    self.record = record
    self.options = options
  }

  /// The whole report, ending with a line break.
  public var text: String {
    var page = Page(options)
    page.paragraph(headline, role: role)
    page.paragraph(
      "\(record.policy.name) (\(record.policy.file)), \(Words.count(record.runs, "run")) in "
        + "\(Words.duration(record.elapsed)), \(Words.count(record.packetsSent, "packet")) sent")
    if let comparison = record.comparison {
      let changes = record.results.compactMap(comparison.change)
      let counts = AuditComparison.Change.allCases.map { change in
        "\(changes.count { $0 == change }) \(change.rawValue)"
      }
      page.paragraph("Since \(comparison.file): \(counts.joined(separator: ", "))")
    }
    for result in record.results where result.outcome == .violated { write(result, to: &page) }
    for result in record.results where result.outcome == .inconclusive { write(result, to: &page) }
    if options.isVerbose {
      for result in record.results where result.outcome == .held { write(result, to: &page) }
    }
    return page.text
  }

  /// One line.
  public var quiet: String { Sanitised(headline).text + "\n" }

  private var headline: String {
    let total = Words.count(record.results.count, "expectation")
    let words =
      "\(total): \(record.count(.held)) held, \(record.count(.violated)) violated, "
      + "\(record.count(.inconclusive)) inconclusive"
    return record.isInterrupted ? "\(words); interrupted" : words
  }

  private var role: Style.Role {
    switch record.outcome {
    case .held: .good
    case .violated: .bad
    case .inconclusive: .notable
    }
  }

  private func write(_ result: AuditResult, to page: inout Page) {
    let place = result.expectation.place
    let change = record.comparison?.change(of: result).map { " (\($0.rawValue))" } ?? ""
    page.blank()
    page.paragraph(
      "\(result.outcome.rawValue.uppercased())\(change) \(result.subject), "
        + "\(result.rule.severity.rawValue)",
      role: result.outcome == .violated ? .bad : result.outcome == .held ? .good : .notable)
    page.row("  rule     ", text: "\(result.rule.name) (\(place.file):\(place.line))")
    page.row("  expected ", text: result.expectation.words)
    page.row("  observed ", text: result.observed)
    guard result.outcome != .held else { return }
    for evidence in result.evidence.prefix(options.isVerbose ? .max : 2) {
      let source = options.isVerbose ? " [\(evidence.source)]" : ""
      page.row("  evidence ", text: evidence.detail + source)
    }
    if !result.nextStep.isEmpty { page.row("  next step", text: result.nextStep) }
    if !result.rule.comment.isEmpty { page.row("  comment  ", text: result.rule.comment) }
  }
}
