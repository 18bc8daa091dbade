public import RSTCore
import RSTReport
import RSTWire

/// The proof for a ticket: one report as a page for people, as text, as a document for programs and as
/// a diagram, with the packets that it speaks of.
///
/// Here the files are made as values; whoever has a directory writes them.
public enum EvidenceBundle {
  /// The files of a run.
  public static func files(_ diagnosis: Diagnosis) -> [BundleFile] {
    var capture = PacketCapture()
    capture.add(diagnosis)
    return files(
      TextReport(diagnosis: diagnosis, options: Self.options).page(withEveryPacket: false),
      document: JSONReport(diagnosis: diagnosis).text, capture)
  }

  /// With the source of each piece of evidence: a ticket is where it is asked for.
  static let options = TextReportOptions(isVerbose: true)

  static func files(_ page: Page, document: String, _ capture: PacketCapture) -> [BundleFile] {
    [
      BundleFile(.report, HTMLReport.document(page)),
      BundleFile(.ticket, MarkdownLayout(page, others: BundleFile.Name.others).text),
      BundleFile(.document, document),
      BundleFile(.evidence, capture.octets),
      BundleFile(.diagram, MermaidDiagram(page).text),
    ]
  }
}

extension PacketCapture {
  /// Adds every packet of a run, on an interface of its own.
  ///
  /// - Parameters:
  ///   - diagnosis: The run.
  ///   - subject: What its packets are known by beside their numbers; empty where there is one run only.
  mutating func add(_ diagnosis: Diagnosis, subject: String = "") {
    var comments = PacketComments()
    let origin = subject.isEmpty ? "" : " of \(subject)"
    for finding in diagnosis.conclusion.findings {
      comments.add(finding) { "packet \($0)\(origin)" }
    }
    let target = diagnosis.target
    let interface = addInterface(
      .raw, name: Sanitised(diagnosis.vantage.interface).text,
      description: "probes of \(Words.endpoint(target.address, port: target.port))")
    for record in diagnosis.transcript.packets {
      add(
        record.packet.octets, originalLength: record.packet.lengthOnLink,
        at: record.moment.nanoseconds, interface: interface, comments: comments[record.index])
    }
    let timing = diagnosis.timing
    addStatistics(
      interface: interface, at: (timing.started + timing.elapsed).nanoseconds,
      received: diagnosis.transcript.packets.count, dropped: timing.captureDrops)
  }
}
