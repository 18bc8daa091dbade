public import RSTCore

/// What a machine's examination says, for people.
public enum DoctorText {
  /// The report, ending with a line break.
  ///
  /// - Parameters:
  ///   - report: What was found.
  ///   - options: How it is laid out.
  /// - Returns: The text.
  public static func text(
    _ report: DoctorReport, options: TextReportOptions = TextReportOptions()
  ) -> String {
    var page = Page(options)
    page.paragraph(headline(report), role: role(report.outcome))
    page.blank()
    let width = report.checks.map(\.state.rawValue.count).max() ?? 0
    for check in report.checks {
      page.paragraph(
        "\(check.name): \(check.what)", label: check.state.rawValue.aligned(left: width),
        role: role(check))
      if !check.remedy.isEmpty {
        page.paragraph("-> \(check.remedy)", indent: width + 1, role: .faint)
      }
    }
    return page.text
  }

  private static func headline(_ report: DoctorReport) -> String {
    let way = report.target.map { " to \($0)" } ?? ""
    return switch report.outcome {
    case .clear: "Nothing on this machine stands in the way\(way)."
    case .obstructed: "Something on this machine is missing or in the way\(way)."
    case .unclear: "Nothing is known to stand in the way\(way), but not all could be read."
    }
  }

  private static func role(_ outcome: DoctorReport.Outcome) -> Style.Role {
    switch outcome {
    case .clear: .good
    case .obstructed: .bad
    case .unclear: .notable
    }
  }

  private static func role(_ check: DoctorCheck) -> Style.Role {
    switch check.state {
    case .good: .body
    case .missing, .warning: check.isNeeded ? .bad : .notable
    case .unknown: check.isNeeded ? .notable : .body
    }
  }
}

/// The same as one JSON document.
public enum DoctorJSON {
  /// The schema's name.
  public static let schema = "rstprobe-doctor/1"

  /// The document.
  public static func document(_ report: DoctorReport) -> JSONValue {
    .record([
      "schema": .string(schema),
      "target": JSONValue(report.target),
      "checks": .array(
        report.checks.map { check in
          .record([
            "name": .string(check.name),
            "state": .string(check.state.rawValue),
            "needed": .bool(check.isNeeded),
            "what": .string(check.what),
            "how": check.remedy.isEmpty ? .null : .string(check.remedy),
          ])
        }),
    ])
  }
}
