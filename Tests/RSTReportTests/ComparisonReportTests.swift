import RSTCore
import RSTWire
import Testing

@testable import RSTReport

/// What reports say of two captures: a handshake that both show, and a reset that the first alone does.
@Suite struct ComparisonReportTests {
  private static let client = IPAddress.v4(IPv4Address(rawValue: 0xc000_0201))
  private static let server = IPAddress.v4(IPv4Address(rawValue: 0xc633_640a))

  private static func segment(
    fromClient: Bool, _ flags: TCPFlags, _ sequence: UInt32, _ acknowledgement: UInt32,
    hopLimit: UInt8
  ) -> CapturedSegment {
    CapturedSegment(
      source: fromClient ? client : server, destination: fromClient ? server : client,
      sourcePort: fromClient ? 40_000 : 80, destinationPort: fromClient ? 80 : 40_000,
      sequence: SequenceNumber(sequence), acknowledgement: SequenceNumber(acknowledgement),
      flags: flags, hopLimit: hopLimit)
  }

  private static func compared() -> (Comparison, [ExplainedConnection]) {
    let exchange: [(CapturedSegment, isForged: Bool)] = [
      (segment(fromClient: true, .syn, 7, 0, hopLimit: 64), false),
      (segment(fromClient: false, [.syn, .acknowledgement], 70, 8, hopLimit: 61), false),
      (segment(fromClient: true, .acknowledgement, 8, 71, hopLimit: 64), false),
      (segment(fromClient: false, .reset, 71, 0, hopLimit: 60), true),
      (segment(fromClient: true, [.acknowledgement, .fin], 8, 71, hopLimit: 64), false),
    ]
    var first = TraceLog(capacity: 16)
    var second = TraceLog(capacity: 16)
    var frame = 0
    for (place, (segment, isForged)) in exchange.enumerated() {
      let moment = Moment(nanoseconds: Int64(place) * 20_000_000)
      first.take(segment, frame: place + 1, at: moment)
      guard !isForged else { continue }
      frame += 1
      var there = segment
      there.hopLimit = segment.hopLimit == 64 ? 61 : 64
      let delay: Int64 = segment.hopLimit == 64 ? 10_000_000 : -10_000_000
      second.take(there, frame: frame, at: Moment(nanoseconds: moment.nanoseconds + delay))
    }
    let comparison = Comparison(first: first, second: second)
    var explainer = Explainer(capacity: 16, comparison: comparison)
    var given: [ExplainedConnection] = []
    for (place, (segment, _)) in exchange.enumerated() {
      explainer.take(
        segment, frame: place + 1, at: Moment(nanoseconds: Int64(place) * 20_000_000)
      ) { given.append($0) }
    }
    explainer.finish { given.append($0) }
    return (comparison, given)
  }

  @Test func `text   both clocks, what passed, and a filter for each file`() throws {
    let (comparison, given) = Self.compared()
    let report = CaptureText(options: .init())
    let summary = report.section(comparison).text
    #expect(summary.contains("1 connection in both files (1 by endpoints)"))
    #expect(summary.contains("the second clock is ahead by -10.0 to 10.0 ms"))
    #expect(summary.contains("4 passed, 1 never sent"))
    let text = report.section(try #require(given.first)).text
    #expect(text.contains("forged-by-comparison, 97 %, by injector"))
    #expect(text.contains("Wireshark, first file: frame.number in {3, 4, 5}"))
    #expect(text.contains("Wireshark, second file: frame.number in {3, 4}"))
    #expect(text.contains("hop-limit: 64 -> 61 from the client"))
  }

  @Test func `JSON   the finding stands with the others, with the frames of each file`() throws {
    let (comparison, given) = Self.compared()
    let line = CaptureJSON.line(try #require(given.first))
    #expect(line.contains(#""code": "forged-by-comparison""#))
    #expect(line.contains(#""frames": [3, 4, 5], "frames_compared": [3, 4]"#))
    #expect(line.contains(#""nearer_to_client": "first""#))
    #expect(line.contains(#""fate": "never-sent", "file": "first", "frame": 4, "doubt": "none""#))
    let document = CaptureJSON.document(
      ExplainedCapture(
        sources: [CaptureSource(name: "a", frames: 5), CaptureSource(name: "b", frames: 4)],
        tally: CaptureTally(), totals: (1, 3), comparison: comparison), given)
    #expect(document.contains(#""clock_offset_s": [-0.01, 0.01]"#))
    #expect(document.contains(#""paired_by": {"endpoints": 1}"#))
  }

  @Test func `without a second file nothing is said of one`() throws {
    let explained = try #require(CaptureReportTests.refused().first)
    #expect(!CaptureText(options: .init()).section(explained).text.contains("second file"))
    #expect(!CaptureJSON.line(explained).contains("comparison"))
  }
}
