import Foundation
import RSTCore
import RSTTestSupport
import RSTWire
import Testing

@testable import RSTReport

/// What reports say of connections of our own.
@Suite struct ConnectionReportTests {
  /// The diagnosis of a simulated host.
  static func diagnosis(_ model: StackModel, checks: Set<Check> = Check.standard) throws
    -> Diagnosis
  {
    let run = try SurveyRun(.path(host: .modelled(model)), options: .init(checks: checks))
    return Diagnosis(
      target: run.target,
      vantage: Vantage(source: SimulatedRun.prober(.ipv4), interface: "eth0", nextHop: nil),
      timing: run.timing, transcript: run.survey.transcript, conclusion: run.conclusion)
  }

  static func section(of diagnosis: Diagnosis) -> [String] {
    let lines = TextReport(diagnosis: diagnosis).text.split(
      separator: "\n", omittingEmptySubsequences: false)
    return lines.drop { !$0.hasPrefix("Established connections") }.prefix { !$0.isEmpty }
      .map(String.init)
  }

  private static let schema = Result {
    let parts = #filePath.split(separator: "/").dropLast(3)
    let path = "/" + parts.joined(separator: "/") + "/Schemas/rstprobe-1.schema.json"
    return try JSONParser.value(of: String(contentsOfFile: path, encoding: .utf8))
  }

  /// What a value has against a definition of the schema.
  private func complaints(about value: JSONValue?, as name: String) throws -> [String] {
    let root = JSONValue.object([
      .init("$ref", .string("#/$defs/\(name)")),
      .init("$defs", try Self.schema.get()["$defs"] ?? .null),
    ])
    return try SchemaValidator(schema: root).complaints(about: value ?? .null)
  }

  @Test func `text   grades, the rate, the matrix and half-open connections`() throws {
    let section = try Self.section(of: Self.diagnosis(.linux))
    // What it behaves like is the fingerprint's to say.
    #expect(
      section.prefix { !$0.hasPrefix("  Behaves like") } == [
        "Established connections (RFC 5961)",
        "  reset mitigated, SYN mitigated, data mitigated, FIN mitigated",
        "  Challenge ACKs: limited to 1.9 in a second for each connection",
        "    RST at the exact number                 closes",
        "    RST one above the exact number          challenge-ack",
        "    RST in the middle of the window         challenge-ack",
        "    RST at the window's last octet          challenge-ack",
        "    RST at the window's end                 challenge-ack",
        "    RST just beyond the window              ignored",
        "    RST one below the exact number          ignored",
        "    RST far outside the window              ignored",
        "    SYN at the exact number                 challenge-ack",
        "    SYN in the middle of the window         challenge-ack",
        "    SYN beyond the window                   challenge-ack",
        "    SYN before the window                   challenge-ack",
        "    SYN ACK at the exact number             challenge-ack",
        "    an octet behind a hole                  accepted",
        "    an octet behind a hole, its ACK too old challenge-ack",
        "    an octet behind a hole, its ACK too new challenge-ack",
        "    an octet behind a hole, its ACK far off challenge-ack",
        "    the first octet, its ACK one too old    accepted",
        "    ACK of what was never sent              challenge-ack",
        "    FIN without ACK                         ignored",
        "    a segment without flags                 ignored",
        "    RST ACK, its ACK far off                closes",
        "    half-open, a second SYN, in the window: reset, then the half-open connection",
        "    is gone",
        "    half-open, a second SYN, outside the window: challenge-ack, then the",
        "    half-open connection is gone",
        "    half-open, RST at the exact number: ignored, then the half-open connection",
        "    is gone",
        "    half-open, RST in the window: challenge-ack, then the handshake can be",
        "    completed",
        "    half-open, ACK of what was never sent: reset, then the handshake can be",
        "    completed",
      ])
  }

  @Test func `text   what is not clear says why`() throws {
    let section = try Self.section(
      of: Self.diagnosis(.linux.named("") { $0.service = .resetsAtOnce }))
    #expect(
      section[1] == "  reset inconclusive, SYN inconclusive, data inconclusive, FIN inconclusive")
    #expect(section.contains { $0.contains("inconclusive (the service resets") })
  }

  @Test func `text   what the target took no connection for is named`() throws {
    let section = try Self.section(of: Self.diagnosis(.linux.named("") { $0.patience = 30 }))
    #expect(
      section.contains { $0.hasPrefix("  Not finished, the target took no more connections:") })
  }

  @Test func `text   nothing of a port that is not open`() {
    #expect(Self.section(of: Samples.closed).isEmpty)
  }

  @Test func `JSON   every cell, with its connections and packets`() throws {
    let diagnosis = try Self.diagnosis(.openBSD)
    let document = try JSONParser.value(of: JSONReport(diagnosis: diagnosis).text)
    let grades = try #require(document["rfc5961"])
    #expect(grades["rst"]?["grade"] == .string("silent"))
    #expect(grades["syn"]?["grade"] == .string("mitigated"))
    let cells = try #require(grades["cells"]?.elements)
    #expect(cells.map { $0["cell"] } == Cell.allCases.map { .string($0.rawValue) })
    #expect(cells[0]["outcome"] == .string("closes"))
    #expect(cells[1]["outcome"] == .string("closes"))
    #expect(cells[2]["outcome"] == .string("ignored"))
    #expect(cells[2]["doubt"] == .null)
    // A silence is seen on several connections, each of them an attempt.
    let attempts = try #require(cells[2]["connections"]?.elements)
    #expect(attempts.count >= 3)
    for attempt in attempts {
      guard case .integer(let id) = attempt else { continue }
      #expect(document["probes"]?.elements[Int(id)]["probe"] == .string("rst-middle"))
    }
    #expect(grades["close"]?.elements.first?["ends_with"] == .string("fin"))
    #expect(grades["not_finished"] == .array([]))
  }

  @Test func `JSON   the rate of challenge ACKs, and what a second SYN gets`() throws {
    let document = try JSONReport(diagnosis: Self.diagnosis(.linux)).value
    let rate = try #require(document["rfc5961"]?["challenge_ack"])
    #expect(rate["observed_per_s"] == .number(1.9))
    #expect(rate["scope"] == .string("connection"))
    #expect(rate["limited"] == .bool(true))
    #expect(rate["asked"] == .integer(11))
    let second = document["findings"]?.elements.first {
      $0["code"] == .string("syn-received-second-syn")
    }
    #expect(second?["in_window"] == .string("reset"))
    #expect(second?["out_of_window"] == .string("challenge-ack"))
  }

  @Test(arguments: [
    StackModel.linux, .lwIP, .trusting, .openBSD, .withoutReassembly, .credulous,
    .random(seed: 3), .linux.named("aborts") { $0.service = .resetsAtOnce },
    .linux.named("closes") { $0.service = .closesAtOnce },
    .linux.named("shuts us out") { $0.patience = 30 },
  ])
  func `JSON   follows the schema`(_ model: StackModel) throws {
    let report = JSONReport(diagnosis: try Self.diagnosis(model))
    #expect(try complaints(about: report.conformance, as: "rfc5961") == [])
    for finding in report.value["findings"]?.elements ?? [] {
      #expect(try complaints(about: finding, as: "finding") == [])
    }
  }

  @Test func `JSON   a whole document follows the schema`() throws {
    let text = JSONReport(diagnosis: try Self.diagnosis(.linux)).text
    let document = try JSONParser.value(of: text)
    #expect(try SchemaValidator(schema: Self.schema.get()).complaints(about: document) == [])
  }

  @Test func `the schema refuses wrong words and members in what connections show`() throws {
    let grades = JSONReport(diagnosis: try Self.diagnosis(.linux)).conformance
    let changes: [([String], JSONValue?)] = [
      (["cells", "0", "cell"], .string("rst-near")), (["cells", "0", "outcome"], .string("dies")),
      (["cells", "0", "packets"], nil), (["cells", "0", "surplus"], .null),
      (["states", "0", "reaction"], .string("dies")), (["states", "0", "half_open"], .null),
      (["close", "0", "ends_with"], .string("")), (["close", "0", "octets"], .integer(-1)),
      (["challenge_ack", "limited"], .null), (["challenge_ack", "scope"], .string("port")),
      (["fingerprint", "line"], nil), (["not_finished"], .null), (["surplus"], .null),
    ]
    for (path, value) in changes {
      let changed = grades.changing(path, to: value)
      #expect(try !complaints(about: changed, as: "rfc5961").isEmpty, "\(path)")
    }
  }

  @Test func `the schema lists the cells, outcomes and questions that the code knows`() throws {
    let definitions = try #require(try Self.schema.get()["$defs"])
    #expect(
      definitions["cell"]?["properties"]?["cell"]?["enum"]?.elements
        == Cell.allCases.map { .string($0.rawValue) })
    #expect(
      definitions["half_open"]?["properties"]?["question"]?["enum"]?.elements
        == HalfOpenQuestion.allCases.map { .string($0.rawValue) })
  }
}
