import Foundation
import RSTCore
import RSTReport
import Testing

/// What a machine's examination looks like, for people and for programs.
@Suite struct DoctorReportTests {
  static let checks = [
    DoctorCheck("capability", .good, "CAP_NET_RAW is effective"),
    DoctorCheck(
      "filter-output", .warning, "SYNs on their way out: dropped (ip filter\u{1b}[2J)",
      remedy: "nft list ruleset"),
    DoctorCheck("witness", .missing, isNeeded: false, "no tracefs", remedy: "sudo"),
    DoctorCheck("filter-reading", .unknown, "nft is not installed"),
  ]

  @Test func `each check stands with its state, and how to get it below`() {
    let text = DoctorText.text(DoctorReport(target: "192.0.2.1:80", checks: Self.checks))
    #expect(text.hasPrefix("Something on this machine is missing or in the way to 192.0.2.1:80."))
    #expect(text.contains("good"))
    #expect(text.contains("-> nft list ruleset"))
    #expect(!text.contains("\u{1b}"))
    #expect(text.hasSuffix("\n"))
  }

  @Test func `only what a run needs decides the outcome`() {
    func outcome(_ checks: [DoctorCheck]) -> DoctorReport.Outcome {
      DoctorReport(target: nil, checks: checks).outcome
    }
    #expect(outcome(Self.checks) == .obstructed)
    #expect(outcome([Self.checks[0], Self.checks[2]]) == .clear)
    #expect(outcome([Self.checks[0], Self.checks[2], Self.checks[3]]) == .unclear)
  }

  @Test func `the document follows its schema, and nothing else does`() throws {
    let parts = #filePath.split(separator: "/").dropLast(3)
    let path = "/" + parts.joined(separator: "/") + "/Schemas/rstprobe-doctor-1.schema.json"
    let schema = try JSONParser.value(of: String(contentsOfFile: path, encoding: .utf8))
    #expect(schema["title"] == .string(DoctorJSON.schema))
    let validator = SchemaValidator(schema: schema)
    for target in ["192.0.2.1:80", nil] {
      let document = DoctorJSON.document(DoctorReport(target: target, checks: Self.checks))
      #expect(try validator.complaints(about: JSONParser.value(of: document.pretty)) == [])
    }
    let strange = DoctorReport(target: nil, checks: [DoctorCheck("weather", .good, "fine")])
    let document = DoctorJSON.document(strange)
    #expect(try validator.complaints(about: JSONParser.value(of: document.pretty)) != [])
  }
}
