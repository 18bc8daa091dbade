import RSTCore
import RSTWire

// MARK: - Triggers

extension TextReport {
  /// Each trigger with what became of it, and the connections that show it, in their order.
  func writeInterference(to page: inout Page) {
    let triggers = diagnosis.conclusion.connections?.triggers ?? []
    guard !triggers.isEmpty else { return }
    page.title("Content that was tried")
    for report in triggers {
      let name = "\(report.trigger.kind.rawValue) \(report.trigger.name)"
      page.paragraph(
        "\(name): \(Self.words(report))", indent: 2,
        role: report.outcome == "nothing-special" ? .good : .notable)
      for connection in report.connections { write(connection, to: &page) }
    }
  }

  private func write(_ connection: TriggerReport.Connection, to page: inout Page) {
    let time = Words.duration(connection.opened - diagnosis.timing.started)
    page.paragraph(
      "\(connection.role.summary): \(Self.words(connection))", indent: 4,
      label: time.aligned(right: 7))
  }

  private static func words(_ report: TriggerReport) -> String {
    var words =
      switch report.outcome {
      case "nothing-special": "passes, like what is harmless"
      case "reset": "reset, and only with this content"
      case "blackholed": "vanishes, and only this content"
      case "not-by-content": "what is harmless fares alike: the content does not matter"
      case "control-disturbed": "passes, while what should be harmless does not"
      case "forged-beside": "the host's connection goes on, beside forged packets"
      default: "inconclusive"
      }
    if let hops = report.hops, let place = Words.distance(hop: nil, range: hops) {
      words += ", \(place)"
    }
    if let manner = report.manner { words += ", \(manner)" }
    switch report.direction {
    case "both": words += "; both sides are reset"
    case "server": words += "; only the host is reset"
    default: break
    }
    if report.isSplitBlocked == false { words += "; in two segments it passes" }
    return words
  }

  private static func words(_ connection: TriggerReport.Connection) -> String {
    var words =
      switch connection.result {
      case .notOpened: "could not be opened"
      case .reset, .resetBeside: Words.count(connection.resets, "reset")
      case .forgotten: "no reset came, and the host does not know it any more"
      case .unanswered: "no answer"
      case .closed: "the host closes it"
      case .stands: "stands"
      }
    if let delay = connection.delay { words += " after \(Words.duration(delay))" }
    if connection.result == .resetBeside { words += ", and the host still has it" }
    if let router = connection.router { words += ", hop limit ends at \(router)" }
    return words
  }
}
