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
  public var text: String { page(withHeld: options.isVerbose).text }

  /// What the report says.
  ///
  /// - Parameters:
  ///   - isComplete: Whether what holds is said too.
  ///   - run: The run behind a result whose packets are shown; nil for none.
  /// - Returns: The page.
  public func page(
    withHeld isComplete: Bool, showing run: (AuditResult) -> Diagnosis? = { _ in nil }
  ) -> Page {
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
    for outcome in [AuditResult.Outcome.violated, .inconclusive, .held] {
      guard outcome != .held || isComplete else { break }
      for result in record.results where result.outcome == outcome {
        write(result, to: &page)
        if let run = run(result) { page.ladder(PacketLadder(run, isComplete: false)) }
      }
    }
    return page
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
    Self.write("rule", "\(result.rule.name) (\(place.file):\(place.line))", to: &page)
    Self.write("expected", result.expectation.words, to: &page)
    Self.write("observed", result.observed, to: &page)
    guard result.outcome != .held else { return }
    for evidence in result.evidence.prefix(options.isVerbose ? .max : 2) {
      let source = options.isVerbose ? " [\(evidence.source)]" : ""
      Self.write("evidence", evidence.detail + source, to: &page)
    }
    if !result.nextStep.isEmpty { Self.write("next step", result.nextStep, to: &page) }
    if !result.rule.comment.isEmpty { Self.write("comment", result.rule.comment, to: &page) }
  }

  private static func write(_ name: String, _ text: String, to page: inout Page) {
    page.paragraph(text, indent: 2, label: name.aligned(left: 10))
  }
}
