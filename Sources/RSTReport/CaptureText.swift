public import RSTCore
import RSTWire

/// The report of a capture for people: a summary by cause, then each reset with what shows its cause.
public struct CaptureText: Sendable {
  let options: TextReportOptions

  /// Prepares a report.
  public init(options: TextReportOptions) { self.options = options }

  /// The whole report.
  ///
  /// - Parameters:
  ///   - capture: What was read.
  ///   - connections: Those that are shown.
  ///   - showsPackets: Whether the segments around their resets are shown too.
  /// - Returns: The page.
  public func page(
    _ capture: ExplainedCapture, connections: [ExplainedConnection], showsPackets: Bool = false
  ) -> Page {
    var page = summary(capture)
    if let comparison = capture.comparison { page.append(section(comparison)) }
    for run in capture.runs { page.append(section(run)) }
    for explained in connections { page.append(section(explained, showsPackets: showsPackets)) }
    return page
  }

  /// The head of the report: what was read, and how often each cause was found.
  func summary(_ capture: ExplainedCapture) -> Page {
    let (totals, tally) = (capture.totals, capture.tally)
    var page = Page(options)
    for source in capture.sources {
      page.paragraph("\(source.name): \(Words.count(source.frames, "frame"))", role: .strong)
      for note in source.notes { page.paragraph(note, indent: 2, label: "!") }
    }
    page.paragraph(
      "\(Words.count(totals.connections, "connection")), \(Words.count(totals.resets, "reset"))")
    guard !tally.ordered.isEmpty else {
      page.paragraph("No connection was reset.")
      return page
    }
    page.title("Causes")
    let width = tally.ordered.map { "\($0.count)".count }.max() ?? 1
    for (cause, count) in tally.ordered {
      page.paragraph(cause, indent: 2, label: "\(count)".aligned(right: width))
    }
    return page
  }

  /// A connection with its resets, after an empty line.
  ///
  /// - Parameters:
  ///   - explained: The connection.
  ///   - showsPackets: Whether the segments around its resets are shown.
  /// - Returns: A page of its own.
  func section(_ explained: ExplainedConnection, showsPackets: Bool = false) -> Page {
    var page = Page(options)
    page.blank()
    let connection = explained.connection
    page.paragraph(
      "\(Words.endpoint(connection.client)) -> \(Words.endpoint(connection.server)), from frame "
        + "\(connection.firstFrame): \(explained.outcome.rawValue)", role: .title)
    for reset in explained.resets { write(reset, to: &page) }
    let left = connection.resetCount - explained.resets.count
    if left > 0 { page.paragraph("and \(Words.count(left, "reset")) more", indent: 2) }
    for finding in explained.findings { write(finding, head: finding.code.rawValue, to: &page) }
    if let comparison = explained.comparison { write(comparison, to: &page) }
    if showsPackets { page.ladder(PacketLadder(explained)) }
    return page
  }

  private func write(_ reset: ExplainedReset, to page: inout Page) {
    let segment = reset.reset.segment
    write(
      reset.finding,
      head:
        "frame \(segment.frame), from the \(segment.side.rawValue): \(reset.finding.code.rawValue)",
      to: &page)
    if !reset.reset.copies.isEmpty {
      page.paragraph(
        "captured once more as frame \(reset.reset.copies.map { "\($0)" }.joined(separator: ", "))",
        indent: 4)
    }
    let others = reset.others.filter { $0.confidence >= 0.02 }.prefix(3)
    if !others.isEmpty {
      page.paragraph(
        others.map { "\($0.code.rawValue) \(Words.percent($0.confidence))" }
          .joined(separator: ", "), indent: 4, label: "or:")
    }
    page.paragraph(Self.filter(reset), indent: 4, label: "Wireshark:")
  }

  func write(_ finding: Finding, head: String, to page: inout Page) {
    page.paragraph(
      head + ", \(Words.percent(finding.confidence)), by \(finding.responder.rawValue)", indent: 2,
      role: .strong)
    page.paragraph(finding.explanation, indent: 4)
    for detail in finding.details {
      page.paragraph(Words.text(detail.value), indent: 4, label: "\(detail.key):")
    }
    for evidence in finding.evidence {
      var words = evidence.detail
      if let frames = Words.packets(evidence.packets) {
        words += " (\(frames.replacing("packet", with: "frame")))"
      }
      if options.isVerbose { words += " [\(evidence.source)]" }
      page.paragraph(words, indent: 4, label: evidence.weight < 0 ? "-" : "+")
    }
    page.paragraph(finding.nextStep, indent: 4, label: "=>")
  }

  /// The display filter of Wireshark that shows a reset and what explains it.
  static func filter(_ explained: ExplainedReset) -> String {
    let frames = Set(explained.finding.evidence.flatMap(\.packets) + explained.reset.copies)
      .union([explained.reset.segment.frame])
    return filter(frames.sorted())
  }

  /// The display filter of Wireshark that shows these frames.
  static func filter(_ frames: [Int]) -> String {
    "frame.number in {\(frames.map { "\($0)" }.joined(separator: ", "))}"
  }
}
