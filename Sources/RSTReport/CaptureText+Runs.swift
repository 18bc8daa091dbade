import RSTCore
import RSTWire

extension CaptureText {
  /// A run of rstprobe that the capture holds, after an empty line.
  func section(_ run: RecordedRun) -> Page {
    var page = Page(options)
    page.blank()
    let conclusion = run.conclusion
    let endpoint = Words.endpoint(run.target.address, port: run.target.port)
    let frames = "frames \(run.frames.min() ?? 0) to \(run.frames.max() ?? 0)"
    page.paragraph(
      "rstprobe \(endpoint), run from \(run.prober), \(Words.count(run.probes, "probe")), \(frames)",
      role: .title)
    page.paragraph(conclusion.headline, indent: 2, role: .strong)
    page.paragraph("Verdict: \(TextReport.summary(of: conclusion.verdict))", indent: 2)
    for finding in conclusion.findings { write(finding, head: finding.code.rawValue, to: &page) }
    let others = conclusion.verdict.alternatives.map {
      "\($0.port.rawValue) by \($0.responder.rawValue) \(Words.percent($0.confidence))"
    }
    if !others.isEmpty {
      page.paragraph(others.joined(separator: ", "), indent: 2, label: "or:")
    }
    if !conclusion.findings.contains(where: { $0.nextStep == conclusion.nextStep }) {
      page.paragraph(conclusion.nextStep, indent: 2, label: "=>")
    }
    page.paragraph(Self.filter(run), indent: 2, label: "Wireshark:")
    return page
  }

  /// The display filter of Wireshark that shows a run.
  static func filter(_ run: RecordedRun) -> String {
    let family = run.target.address.family == .ipv4 ? "ip" : "ipv6"
    let frames = "frame.number in {\(run.frames.min() ?? 0)..\(run.frames.max() ?? 0)}"
    return "\(frames) && \(family).addr == \(run.prober) && \(family).addr == \(run.target.address)"
  }
}
