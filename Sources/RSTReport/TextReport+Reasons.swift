import RSTCore
import RSTWire

// MARK: - Why, what else, what next

extension TextReport {
  func writeFindings(to page: inout Page) {
    page.title("Why")
    if diagnosis.conclusion.findings.isEmpty {
      page.paragraph("What was seen is not evidence enough for any finding.", indent: 2)
    }
    for finding in diagnosis.conclusion.findings { write(finding, to: &page) }
  }

  private func write(_ finding: Finding, to page: inout Page) {
    var title = [
      finding.code.rawValue,
      finding.isProven ? "proven" : "confidence \(Words.percent(finding.confidence))",
    ]
    title.append("responder \(finding.responder.rawValue)")
    if let phase = finding.phase { title.append("phase \(phase.rawValue)") }
    if let distance = Words.distance(hop: nil, range: finding.hopRange) { title.append(distance) }
    if let seen = finding.occurrences { title.append("seen \(seen.count) of \(seen.total) times") }
    page.paragraph(title.joined(separator: ", "), indent: 2, role: .strong)
    if !finding.explanation.isEmpty { page.paragraph(finding.explanation, indent: 4) }
    for detail in finding.details {
      page.paragraph(Words.text(detail.value), indent: 4, label: "\(detail.key):")
    }
    if let place = Self.place(of: finding.droppedBetween) { page.paragraph(place, indent: 4) }
    for evidence in finding.evidence {
      page.paragraph(
        words(of: evidence), indent: 4, label: evidence.weight < 0 ? "-" : "+")
    }
    if !finding.nextStep.isEmpty, finding.nextStep != diagnosis.conclusion.nextStep {
      page.paragraph(finding.nextStep, indent: 4, label: "=>")
    }
  }

  /// What was seen, the packets that show it and, in full reports, what justifies it.
  private func words(of evidence: Evidence) -> String {
    var words = evidence.detail.isEmpty ? evidence.code : evidence.detail
    if let packets = Words.packets(evidence.packets) { words += " (\(packets))" }
    if options.isVerbose, !evidence.source.isEmpty { words += " [\(evidence.source)]" }
    return words
  }

  private static func place(of hops: [Hop]) -> String? {
    guard let last = hops.first, let next = hops.dropFirst().first else { return nil }
    return "The packets vanish between \(words(of: last)), the last that answers, "
      + "and \(words(of: next))."
  }

  private static func words(of hop: Hop) -> String {
    "hop \(hop.number)" + (hop.address.map { " (\($0))" } ?? "")
  }

  func writeAlternatives(to page: inout Page) {
    let alternatives = diagnosis.conclusion.verdict.alternatives
    let considered = diagnosis.conclusion.considered
    page.title("What else it could be")
    if alternatives.isEmpty, considered.isEmpty {
      page.paragraph("Nothing that the evidence leaves room for.", indent: 2)
    }
    for other in alternatives {
      page.paragraph(
        "\(other.port.rawValue), responder \(other.responder.rawValue): "
          + Words.percent(other.confidence), indent: 2)
    }
    guard !considered.isEmpty else { return }
    let weighed = considered.map { "\($0.code.rawValue) \(Words.percent($0.confidence))" }
    page.paragraph("Weighed and not said: " + weighed.joined(separator: ", "), indent: 2)
    guard options.isVerbose else { return }
    for finding in considered {
      page.paragraph(finding.code.rawValue, indent: 4, role: .strong)
      for evidence in finding.evidence {
        page.paragraph(words(of: evidence), indent: 6, label: evidence.weight < 0 ? "-" : "+")
      }
    }
  }

  func writeNextStep(to page: inout Page) {
    guard !diagnosis.conclusion.nextStep.isEmpty else { return }
    page.title("Next step")
    page.paragraph(diagnosis.conclusion.nextStep, indent: 2)
  }

  /// What of this run itself limits what can be said.
  func writeLimits(to page: inout Page) {
    let timing = diagnosis.timing
    var limits: [String] = []
    if timing.isInterrupted { limits.append("It was interrupted; this is what was known by then.") }
    if timing.captureDrops > 0 {
      limits.append(
        "The kernel dropped \(Words.count(timing.captureDrops, "packet")) before they could be "
          + "read, so an answer that is missing may have come.")
    }
    let kept = diagnosis.transcript.attempts.filter(\.isKeptBack).map(\.probe)
    if !kept.isEmpty {
      var seen: Set<String> = []
      let names = kept.filter { seen.insert($0).inserted }.joined(separator: ", ")
      limits.append(
        "\(Words.count(kept.count, "probe")) never left this machine (\(names)): a packet filter "
          + "or the interface here kept them, or no neighbour answered, so nothing is concluded from "
          + "their silence.")
    }
    guard !limits.isEmpty else { return }
    page.title("Limits of this run")
    for limit in limits { page.paragraph(limit, indent: 2) }
  }

  func writePath(to page: inout Page) {
    let path = diagnosis.conclusion.path
    guard !path.isEmpty else { return }
    page.title("Path")
    let width = path.map { "\($0.number)".count }.max() ?? 1
    for hop in path {
      let address = hop.address.map { "\($0)" } ?? "no answer"
      let mark = hop.address == diagnosis.target.address ? ", the target" : ""
      page.paragraph(address + mark, indent: 2, label: "\(hop.number)".aligned(right: width))
    }
  }
}

extension Attempt {
  /// Whether the probe had its chance to leave this machine and did not.
  fileprivate var isKeptBack: Bool {
    switch departure {
    case .seen: false
    case .refused, .translated: true
    case .notSeen: isSettled
    }
  }
}
