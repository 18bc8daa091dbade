import RSTBundle
import RSTCore
import RSTWire
import Testing

@testable import RSTReport

/// Bundles of each kind, harmless and hostile ones.
struct BundleSample: CustomTestStringConvertible {
  var testDescription: String
  var files: [BundleFile]
  /// How many packets its capture file has.
  var packets: Int

  subscript(name: BundleFile.Name) -> [UInt8] {
    files.first { $0.name == name.rawValue }?.contents ?? []
  }

  func text(_ name: BundleFile.Name) -> String { String(decoding: self[name], as: UTF8.self) }

  /// What a banner, a host name or the words of another program may be at worst.
  static let attack =
    "<script>alert(1)</script> ]]> &lt; \"quoted\" 'single' `code` | a | ```mermaid %%{init: {}}%% "
    + "[x](http://evil.example) ![y](z) www.evil.example # - + ; end \u{202e}turned\u{202c} "
    + "\u{200f}\u{1b}[2J\r\nEND\u{0} {{headline}} {{{style}}} <!-- </style></svg> @all 漢字"

  static func run(_ name: String, _ diagnosis: Diagnosis) -> Self {
    Self(
      testDescription: name, files: EvidenceBundle.files(diagnosis),
      packets: diagnosis.transcript.packets.count)
  }

  /// A run in which every text from outside is an attack.
  static let hostileRun: Diagnosis = {
    var run = Samples.recording()
    let syn = run.probe("syn", at: 0, note: attack)
    run.answer(
      syn, at: 10, flags: .reset, payload: Array(attack.utf8),
      anomalies: [Anomaly(rawValue: attack)], note: attack)
    run.error(syn, at: 12, type: 3, code: 13, from: Samples.router, note: attack)
    run.probe("null", at: 20, departure: .refused(Refusal(cause: .other, text: attack)))
    let finding = Finding(
      code: Samples.code("unexplained-reset"), confidence: 0.6, responder: .unknown,
      evidence: [
        Evidence("attack", weight: 1, detail: attack, packets: [1, 2], source: attack)
      ], explanation: attack, nextStep: attack, details: [Detail("said", .word(attack))])
    return Samples.diagnosis(
      run,
      Conclusion(
        verdict: Verdict(port: .closed, responder: .unknown, confidence: 0.6),
        headline: attack, findings: [finding], considered: [],
        path: [Hop(number: 1, address: Samples.router)], nextStep: attack + "!"),
      name: attack, interface: attack)
  }()

  /// A capture with a reset that says something.
  static func capture(_ name: String, file: String, text: String?) -> Self {
    let explained = CaptureReportTests.refused(text: text)
    var tally = CaptureTally()
    for connection in explained { tally.add(connection) }
    let frames = (1...2).map { number in
      EvidenceBundle.Frame(
        number: number, moment: Moment(nanoseconds: Int64(number) * 1_000_000_007),
        linkType: number == 1 ? .ethernet : .raw, originalLength: 60,
        octets: Array(repeating: UInt8(number), count: 10 * number + 1))
    }
    let reading = ExplainedCapture(
      sources: [CaptureSource(name: file, frames: 2, notes: [text ?? "it ends early"])],
      tally: tally, totals: (1, 1))
    return Self(
      testDescription: name, files: EvidenceBundle.files(reading, explained, frames: frames),
      packets: 2)
  }

  static func audit(_ name: String, _ record: AuditRecord, run: Diagnosis) -> Self {
    let subjects = Set(record.results.filter { $0.outcome != .held }.map(\.subject))
    return Self(
      testDescription: name,
      files: EvidenceBundle.files(
        record, runs: Dictionary(uniqueKeysWithValues: subjects.map { ($0, run) }), left: 3),
      packets: subjects.count * run.transcript.packets.count)
  }

  static let harmless: [Self] =
    zip(0..., Samples.all).map { run("run \($0)", $1) } + [
      capture("capture", file: "a.pcap", text: nil),
      audit("audit", AuditSamples.mixed, run: Samples.closed),
    ]

  static let hostile: [Self] = [
    run("hostile run", hostileRun),
    capture("hostile capture", file: attack, text: attack),
    audit(
      "hostile audit",
      AuditSamples.record([
        AuditSamples.result(
          .violated, rule: attack, target: attack, comment: attack, observed: attack)
      ]), run: hostileRun),
  ]

  static let all = harmless + hostile
}
