import RSTCore
import RSTWire
import Testing

@testable import RSTReport

/// What reports say of a capture: a SYN and its refusal, with a text that is not to be trusted.
@Suite struct CaptureReportTests {
  static func refused(text: String? = nil) -> [ExplainedConnection] {
    let client = IPAddress.v4(IPv4Address(rawValue: 0xc000_0201))
    let server = IPAddress.v4(IPv4Address(rawValue: 0xc633_640a))
    var explainer = Explainer(capacity: 16)
    var given: [ExplainedConnection] = []
    let syn = CapturedSegment(
      source: client, destination: server, sourcePort: 40_000, destinationPort: 80,
      sequence: SequenceNumber(7), flags: .syn)
    let reset = CapturedSegment(
      source: server, destination: client, sourcePort: 80, destinationPort: 40_000,
      sequence: SequenceNumber(0), acknowledgement: SequenceNumber(8),
      flags: [.reset, .acknowledgement], payloadLength: text == nil ? 0 : 30)
    explainer.take(syn, frame: 1, at: Moment(nanoseconds: 0)) { given.append($0) }
    explainer.take(reset, frame: 2, at: Moment(nanoseconds: 20_000_000), text: text) {
      given.append($0)
    }
    explainer.finish { given.append($0) }
    return given
  }

  @Test func `a section names the ends, the frame, the cause, its evidence and a filter`() throws {
    let explained = try #require(Self.refused().first)
    let text = CaptureText(options: .init()).section(explained).text
    #expect(text.contains("192.0.2.1:40000 -> 198.51.100.10:80, from frame 1: refused"))
    #expect(text.contains("frame 2, from the server: closed-port"))
    #expect(text.contains("(frames 1, 2)"))
    #expect(text.contains("frame.number in {1, 2}"))
  }

  @Test func `the summary counts causes, and says what could not be read`() {
    var tally = CaptureTally()
    for explained in Self.refused() + Self.refused() { tally.add(explained) }
    let text = CaptureText(options: .init()).summary(
      ExplainedCapture(
        sources: [CaptureSource(name: "a.pcap", frames: 4, notes: ["it ends early"])],
        tally: tally, totals: (2, 2))
    ).text
    #expect(text.contains("! it ends early"))
    #expect(text.contains("2 closed-port"))
  }

  @Test func `what a reset says reaches no terminal as it stands`() throws {
    let explained = try #require(Self.refused(text: "x\u{1b}[2Jy\u{202e}").first)
    let text = CaptureText(options: .init()).section(explained).text
    #expect(!text.unicodeScalars.contains { $0 == "\u{1b}" || $0 == "\u{202e}" })
    #expect(!CaptureJSON.line(explained).unicodeScalars.contains { $0 == "\u{1b}" })
  }

  @Test func `JSON   one line a connection, with the keys that scripts rely on`() throws {
    let explained = try #require(Self.refused().first)
    let line = CaptureJSON.line(explained)
    #expect(line.hasSuffix("}\n"))
    #expect(line.filter { $0 == "\n" }.count == 1)
    for key in [
      "client", "server", "first_frame", "outcome", "resets", "findings", "frame", "from", "cause",
      "responder", "confidence", "evidence", "explanation",
    ] {
      #expect(line.contains("\"\(key)\": "))
    }
  }

  @Test func `JSON   a document names its files, counts and notes`() {
    var tally = CaptureTally()
    for explained in Self.refused() { tally.add(explained) }
    let text = CaptureJSON.document(
      ExplainedCapture(
        sources: [CaptureSource(name: "a.pcap", frames: 2, notes: ["cut"])], tally: tally,
        totals: (1, 1)), Self.refused())
    #expect(text.contains("\"schema\": \"rstprobe-explain/1\""))
    #expect(text.contains("\"counts\": {\"closed-port\": 1}"))
    #expect(text.contains("\"notes\": [\"a.pcap: cut\"]"))
  }
}
