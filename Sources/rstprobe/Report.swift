internal import RSTCore
internal import RSTNet
internal import RSTReport

/// When the report is coloured.
enum ColorChoice: String, CaseIterable, Sendable {
  /// On a terminal, unless NO_COLOR is set.
  case auto
  /// Always.
  case always
  /// Never.
  case never

  /// Whether standard output gets colours.
  var isWanted: Bool {
    switch self {
    case .always: true
    case .never: false
    case .auto:
      StandardStream.output.isTerminal && (Environment.value(of: "NO_COLOR") ?? "").isEmpty
        && Environment.value(of: "TERM") != "dumb"
    }
  }
}

/// What standard output gets for a diagnosis.
struct Report {
  /// One JSON document instead of a report for people.
  var isJSON: Bool
  /// The verdict alone.
  var isQuiet: Bool
  /// Every packet, and the source of each piece of evidence.
  var isVerbose: Bool
  /// When to colour.
  var color: ColorChoice

  /// Whether a person may want to see how far the run is.
  var isProgressWanted: Bool { !isJSON && !isQuiet }

  func text(of diagnosis: Diagnosis) -> String {
    if isJSON { return JSONReport(diagnosis: diagnosis).text }
    let options = TextReportOptions(
      width: StandardStream.output.columns ?? 80, colour: color.isWanted, isVerbose: isVerbose)
    let report = TextReport(diagnosis: diagnosis, options: options)
    return isQuiet ? report.quiet : report.text
  }
}
