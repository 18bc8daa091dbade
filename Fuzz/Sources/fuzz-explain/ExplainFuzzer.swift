import FuzzDriver
import RSTCore
import RSTReport
import RSTWire

/// Segments of a few connections, and ICMP errors about them, from the first packet to the report.
///
/// The first octet is which address family they have, each twelve that follow are a segment.
@main struct ExplainFuzzer {
  static func main() { FuzzDriver.run(broken) }

  private static let capacity = 4

  private static func broken(_ input: [UInt8]) -> String? {
    var supply = Supply(input)
    var tape = Tape(isIPv4: supply.octet() & 1 == 0)
    var explainer = Explainer(capacity: capacity, selection: .all)
    var given: [ExplainedConnection] = []
    var frame = 0
    while !supply.isEmpty, frame < 400 {
      frame += 1
      let segment = tape.segment(from: &supply)
      if tape.isQuoted {
        explainer.take(tape.error(about: segment), frame: frame, at: tape.moment)
      } else {
        let text = segment.flags.contains(.reset) && segment.payloadLength > 0 ? "\u{1b}[m ?" : nil
        explainer.take(segment, frame: frame, at: tape.moment, text: text) { given.append($0) }
      }
    }
    explainer.finish { given.append($0) }
    if let broken = broken(given, explainer, frames: frame) { return broken }
    return isReported(input) ? brokenReport(given, explainer, frames: frame) : nil
  }

  /// Reports take ten times as long as all else: one input in 64 has them, the same each time.
  private static func isReported(_ input: [UInt8]) -> Bool {
    input.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 } >> 26 == 0
  }

  private static func broken(
    _ given: [ExplainedConnection], _ explainer: Explainer, frames: Int
  ) -> String? {
    if given.count != explainer.connections { return "\(given.count) connections given" }
    if given.reduce(0, { $0 + $1.connection.resetCount }) > explainer.resets { return "resets" }
    var seen: Set<Int> = []
    for reset in given.flatMap(\.resets) {
      if !seen.insert(reset.reset.segment.frame).inserted { return "a reset explained twice" }
      for finding in [reset.finding] + reset.others {
        if let broken = broken(finding, frames) { return broken }
      }
    }
    for finding in given.flatMap(\.findings) {
      if let broken = broken(finding, frames) { return broken }
    }
    for connection in given.map(\.connection)
    where connection.resets.count > 64 || connection.recent.count > 64
      || connection.resets.contains(where: { $0.preceding.count > 64 || $0.following.count > 64 })
    {
      return "a connection without bounds"
    }
    return nil
  }

  private static func broken(_ finding: Finding, _ frames: Int) -> String? {
    if !(0...1).contains(finding.confidence) { return "\(finding.code) \(finding.confidence)" }
    let packets = finding.evidence.flatMap(\.packets)
    return packets.allSatisfy { (1...frames).contains($0) } ? nil : "evidence that is not there"
  }

  private static func brokenReport(
    _ given: [ExplainedConnection], _ explainer: Explainer, frames: Int
  ) -> String? {
    var tally = CaptureTally()
    for explained in given { tally.add(explained) }
    let capture = ExplainedCapture(
      sources: [CaptureSource(name: "a\u{1b}[31m\u{202e}.pcap", frames: frames)], tally: tally,
      totals: (explainer.connections, explainer.resets), runs: explainer.runs, comparison: nil)
    let text = CaptureText(options: TextReportOptions(isVerbose: true)).page(
      capture, connections: given, showsPackets: true
    ).text
    guard FuzzDriver.isShowable(text) else { return "a report that acts on a terminal" }
    let document = CaptureJSON.document(capture, given)
    return FuzzDriver.isShowable(document) ? nil : "a document that acts on a terminal"
  }
}
