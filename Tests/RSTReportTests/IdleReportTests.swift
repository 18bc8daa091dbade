import Foundation
import RSTWire
import Testing

@testable import RSTCore
@testable import RSTReport

/// What reports say of connections that were left alone.
@Suite struct IdleReportTests {
  /// Four holds up to 6 minutes; the longest is reset by a device when it is asked.
  static let reset = run { holds in
    holds[3].liveness = .gone
    holds[3].survived = .zero
  }

  /// The same holds, all of which stand; the peer sent a keep-alive on one.
  static let survived = run { holds in
    holds[2].events = [.init(kind: .keepAlive, after: .seconds(100), packet: 7)]
  }

  /// The same holds, interrupted after 70 s.
  static let interrupted = run { holds in
    for index in [2, 3] {
      holds[index].isCutShort = true
      holds[index].liveness = .unknown
      holds[index].answer = nil
      holds[index].held = .seconds(70)
      holds[index].survived = .zero
    }
  }

  static func run(_ change: (inout [HoldObservation]) -> Void) -> Diagnosis {
    var recording = Samples.recording()
    let times = [10, 60, 295, 360]
    let attempts = times.map { _ in recording.probe("idle", at: 0) }
    for attempt in attempts {
      recording.answer(
        attempt, at: 20_000, flags: [.syn, .acknowledgement], note: "accepts the connection")
    }
    var holds = zip(times, attempts).map { time, attempt in
      HoldObservation(
        attempt: attempt, isControl: false, round: 1, planned: .seconds(time),
        held: .seconds(time), survived: .seconds(time), events: [], liveness: .alive,
        answer: nil, questions: 1, packets: [attempt])
    }
    change(&holds)
    for index in holds.indices where !holds[index].isCutShort {
      holds[index].answer = recording.transcript.packets.count
      let isReset = holds[index].liveness == .gone
      recording.answer(
        attempts[index], at: 20_000 + 1_000_000 * Int64(times[index]),
        flags: isReset ? .reset : .acknowledgement, sequence: 1, hopLimit: isReset ? 63 : 62,
        note: "")
    }
    var results = SessionResults()
    results.idle = IdleLadder(upTo: .seconds(360))
    results.holds = holds
    let target = Target(name: "www.example.com", address: Samples.host, port: 443)
    return Samples.diagnosis(
      recording,
      Conclusion(Observations(recording.transcript, of: target, sessions: results)),
      elapsed: .seconds(360))
  }

  static func section(of diagnosis: Diagnosis) -> [String] {
    let lines = TextReport(diagnosis: diagnosis).text.split(
      separator: "\n", omittingEmptySubsequences: false)
    return lines.drop { $0 != "Connections left alone" }.prefix { !$0.isEmpty }.map(String.init)
  }

  @Test func `text   a line for each hold, and the timeouts that it may be`() {
    #expect(
      Self.section(of: Self.reset) == [
        "Connections left alone",
        "     10 s  >                         stands",
        "     60 s  ===>                      stands",
        "    295 s  ==================>       stands",
        "    360 s  =======================|  reset by the next segment",
        "  Timeouts of that length and manner are documented for:",
        "    350 s: AWS NAT gateway",
        "    350 s: AWS Network Load Balancer",
      ])
  }

  @Test func `text   keep-alives stand beside the hold`() {
    #expect(
      Self.section(of: Self.survived)[3]
        == "    295 s  ==================>       stands, 1 keep-alive of the peer")
  }

  @Test func `text   an interrupted run says what is known`() {
    #expect(
      Self.section(of: Self.interrupted).suffix(4) == [
        "    295 s  ===>                      stood for 70 s, then the run was over",
        "    360 s  ===>                      stood for 70 s, then the run was over",
        "  The run was over before the longest of them; what was left alone for 60 s",
        "  still stood.",
      ])
  }

  @Test func `text   nothing where no idle test was asked for`() {
    #expect(Self.section(of: Samples.closed).isEmpty)
  }

  @Test func `JSON   the holds, the result, the interval and the likely timeouts`() throws {
    let idle = JSONReport(diagnosis: Self.reset).idle
    #expect(idle["planned_s"] == .number(360))
    #expect(idle["rounds"] == .integer(1))
    #expect(idle["result"] == .string("reset"))
    #expect(idle["on"] == .string("next-segment"))
    #expect(idle["after_s"] == .array([.number(294.98), .number(360.02)]))
    let likely = try #require(idle["likely"]?.elements)
    #expect(likely.map { $0["seconds"] } == [.integer(350), .integer(350)])
    let holds = try #require(idle["holds"]?.elements)
    #expect(holds.map { $0["ended"] } == ["alive", "alive", "alive", "reset"].map { .string($0) })
    #expect(holds.last?["on"] == .string("next-segment"))
  }

  @Test func `JSON   the finding carries the same interval`() throws {
    let finding = try #require(
      Self.reset.conclusion.findings.first { $0.code == .idleReset }.map(JSONReport.finding))
    #expect(finding["after_s"] == .array([.number(294.98), .number(360.02)]))
    #expect(finding["on"] == .string("next-segment"))
    #expect(finding["responder"] == .string("network-device"))
  }

  @Test func `JSON   an interrupted run is inconclusive and keeps what it has`() {
    let idle = JSONReport(diagnosis: Self.interrupted).idle
    #expect(idle["result"] == .string("inconclusive"))
    #expect(idle["after_s"] == .null)
    #expect(
      idle["holds"]?.elements.map { $0["ended"] }
        == ["alive", "alive", "cut-short", "cut-short"].map { .string($0) })
  }

  @Test func `JSON   null where no idle test was asked for`() {
    #expect(JSONReport(diagnosis: Samples.closed).idle == .null)
  }

  @Test func `every form of it follows the schema`() throws {
    let parts = #filePath.split(separator: "/").dropLast(3)
    let path = "/" + parts.joined(separator: "/") + "/Schemas/rstprobe-1.schema.json"
    let schema = try JSONParser.value(of: String(contentsOfFile: path, encoding: .utf8))
    let definitions = try #require(schema["$defs"])
    func complaints(about value: JSONValue, as name: String) throws -> [String] {
      let root = JSONValue.object([
        .init("$ref", .string("#/$defs/\(name)")), .init("$defs", definitions),
      ])
      return try SchemaValidator(schema: root).complaints(about: value)
    }
    for diagnosis in [Self.reset, Self.survived, Self.interrupted] {
      let idle = JSONReport(diagnosis: diagnosis).idle
      #expect(try complaints(about: idle, as: "idle") == [])
      #expect(
        try !complaints(about: idle.changing(["result"], to: .string("ok")), as: "idle").isEmpty)
      for finding in diagnosis.conclusion.findings where finding.code.rawValue.hasPrefix("idle-") {
        #expect(try complaints(about: JSONReport.finding(finding), as: "finding") == [])
      }
    }
  }

  @Test func `the schema lists the words that the code knows`() throws {
    let parts = #filePath.split(separator: "/").dropLast(3)
    let path = "/" + parts.joined(separator: "/") + "/Schemas/rstprobe-1.schema.json"
    let schema = try JSONParser.value(of: String(contentsOfFile: path, encoding: .utf8))
    let idle = schema["$defs"]?["idle"]?["properties"]
    #expect(
      idle?["result"]?["enum"]?.elements
        == IdleReading.Result.allCases.map { .string($0.rawValue) })
    let hold = schema["$defs"]?["hold"]?["properties"]
    #expect(
      hold?["ended"]?["enum"]?.elements
        == IdleReading.Ending.allCases.map { .string($0.rawValue) })
  }
}
