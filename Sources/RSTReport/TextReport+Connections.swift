import RSTCore

// MARK: - Connections of our own

extension TextReport {
  /// Grades, the matrix behind them, and what else connections showed.
  func writeConnections(to page: inout Page) {
    guard let reading = diagnosis.conclusion.connections,
      !reading.conformance.matrix.entries.isEmpty || !reading.halfOpen.entries.isEmpty
    else { return }
    page.title("Established connections (RFC 5961)")
    let grades = reading.conformance
    let marks: [(name: String, mark: Conformance.Mark)] = [
      ("reset", grades.reset), ("SYN", grades.syn), ("data", grades.data), ("FIN", grades.fin),
    ]
    let words = marks.map { "\($0.name) \($0.mark.grade.rawValue)" }
    page.paragraph(words.joined(separator: ", "), indent: 2, role: .strong)
    if let rate = reading.challengeRate {
      let perSecond = (rate.perSecond * 10).rounded() / 10
      let limit =
        rate.isLimited
        ? "limited to \(perSecond) in a second\(rate.scope.map { " for each \($0)" } ?? "")"
        : "no limit seen up to \(perSecond) in a second"
      page.paragraph("Challenge ACKs: \(limit)", indent: 2)
    }
    let width = grades.matrix.entries.map(\.cell.summary.count).max() ?? 0
    for entry in grades.matrix.entries {
      let doubt = entry.doubt.isEmpty ? "" : " (\(entry.doubt))"
      page.paragraph(
        "\(entry.outcome.rawValue)\(doubt)", indent: 4,
        label: entry.cell.summary.aligned(left: width))
    }
    for entry in reading.halfOpen.entries {
      let reaction = entry.reaction?.rawValue ?? "inconclusive"
      page.paragraph(
        "half-open, \(entry.question.summary): \(reaction), then \(Self.words(entry.liveness))",
        indent: 4)
    }
    writeFingerprint(reading, to: &page)
    if !reading.failures.isEmpty {
      let names = Set(reading.failures).sorted().joined(separator: ", ")
      page.paragraph("Not finished, the target took no more connections: \(names)", indent: 2)
    }
  }

  /// The behaviour first, then who is known to behave so.
  private func writeFingerprint(_ reading: ConnectionReading, to page: inout Page) {
    guard let fingerprint = reading.fingerprint else { return }
    let names = reading.candidates.map {
      "\($0.name) (\($0.agreeing.count) features agree, none differs)"
    }
    page.paragraph(
      names.isEmpty
        ? "Behaves like no stack of the table."
        : "Behaves like " + names.joined(separator: ", or ") + ".",
      indent: 2)
    page.paragraph(fingerprint.line, indent: 2, label: "Behaviour:")
  }

  private static func words(_ liveness: Liveness) -> String {
    switch liveness {
    case .alive: "the handshake can be completed"
    case .gone: "the half-open connection is gone"
    case .unknown: "no answer"
    }
  }
}
