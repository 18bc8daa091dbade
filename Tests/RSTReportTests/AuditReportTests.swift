import Foundation
import RSTCore
import RSTReport
import Testing

/// The formats of an audit, but for JUnit.
@Suite struct AuditReportTests {
  private static let schema = Result {
    let parts = #filePath.split(separator: "/").dropLast(3)
    let path = "/" + parts.joined(separator: "/") + "/Schemas/rstprobe-audit-1.schema.json"
    return try JSONParser.value(of: String(contentsOfFile: path, encoding: .utf8))
  }

  static let compared = AuditSamples.record(
    [
      AuditSamples.result(.held, port: 1), AuditSamples.result(.held, port: 2),
      AuditSamples.result(.violated, port: 3), AuditSamples.result(.violated, port: 4),
      AuditSamples.result(.violated, port: 5), AuditSamples.result(.inconclusive, port: 6),
    ],
    comparison: AuditComparison(
      file: "before.json",
      before: [
        identity(1): .violated, identity(2): .held, identity(3): .violated, identity(4): .held,
        identity(6): .violated,
      ]))

  private static func identity(_ port: UInt16) -> AuditResult.Identity {
    AuditSamples.result(.held, port: port).identity
  }

  private func complaints(about document: JSONValue) throws -> [String] {
    try SchemaValidator(schema: Self.schema.get()).complaints(about: document)
  }

  @Test(arguments: [
    AuditSamples.mixed, AuditSamples.bad, compared, AuditSamples.record([], isInterrupted: true),
  ])
  func `JSON follows its schema`(record: AuditRecord) throws {
    let document = try JSONParser.value(of: AuditJSON.document(record))
    // A policy without a rule cannot be read, so that one of no rules is no document either.
    let found = try complaints(about: document).filter { !$0.hasPrefix("$.policy.rules") }
    #expect(found == [])
  }

  @Test(arguments: [
    (["schema"], JSONValue.string("rstprobe-audit/2")), (["outcome"], .string("fine")),
    (["results", "0", "line"], .integer(0)), (["results", "0", "change"], .string("gone")),
    (["results", "0", "expectation"], .string("state")), (["surplus"], .null),
    (["results", "0", "target", "port"], .integer(0)), (["timing", "started_ns"], .integer(1)),
  ])
  func `the schema rejects a wrong word or value`(path: [String], value: JSONValue) throws {
    let document = try JSONParser.value(of: AuditJSON.document(AuditSamples.mixed))
    #expect(try !complaints(about: document.changing(path, to: value)).isEmpty)
  }

  @Test func `the schema knows the words of the code`() throws {
    let properties = try Self.schema.get()["$defs"]?["result"]?["properties"]
    let kinds = AuditExpectation.Kind.allCases.map { JSONValue.string($0.rawValue) }
    #expect(properties?["expectation"]?["enum"]?.elements == kinds)
    let severities = AuditSeverity.allCases.map { JSONValue.string($0.rawValue) }
    #expect(properties?["severity"]?["enum"]?.elements == severities)
  }

  @Test func `new, fixed and still`() throws {
    let document = AuditJSON.value(Self.compared)
    let changes = document["results"]?.elements.map { $0["change"] }
    #expect(
      changes == [.string("fixed"), .null, .string("still"), .string("new"), .string("new"), .null])
    #expect(document["baseline"]?["new"] == .integer(2))
    #expect(AuditText(Self.compared).text.contains("Since before.json: 2 new, 1 fixed, 1 still"))
    #expect(AuditMarkdown.document(Self.compared).contains("2 new, 1 fixed, 1 still"))
  }

  @Test func `text says what does not hold first`() throws {
    let text = AuditText(AuditSamples.mixed).text
    #expect(text.hasPrefix("3 expectations: 1 held, 1 violated, 1 inconclusive\n"))
    let violated = try #require(text.range(of: "VIOLATED 192.0.2.1:80, high"))
    let unclear = try #require(text.range(of: "INCONCLUSIVE [2001:db8::1]:80, high"))
    #expect(violated.lowerBound < unclear.lowerBound)
    for words in [
      "expected   port open", "observed   closed, responder host, hop 3",
      "evidence   as a control port", "next step  Start the service.", "comment    why",
      "no web (a policy.yaml:9)",
    ] { #expect(text.contains(words), "\(words) in\n\(text)") }
    #expect(!text.contains("HELD"))
    let verbose = AuditText(AuditSamples.mixed, options: .init(isVerbose: true)).text
    #expect(verbose.contains("HELD 192.0.2.1:443"))
    #expect(AuditText(AuditSamples.mixed).quiet.count { $0 == "\n" } == 1)
  }

  @Test func `TAP`() {
    let text = AuditTAP.document(AuditSamples.mixed)
    let lines = text.split(separator: "\n").map(String.init)
    #expect(lines[0] == "TAP version 14")
    #expect(lines[1] == "1..3")
    #expect(lines[2] == "ok 1 - web: 192.0.2.1:443 port open")
    #expect(lines[3] == "not ok 2 - no web: 192.0.2.1:80 port open")
    #expect(lines[4] == "  ---")
    #expect(lines.contains("  observed: \"closed, responder host, hop 3\""))
    #expect(
      lines.last == "ok 3 - web: [2001:db8::1]:80 port open # SKIP closed, responder host, hop 3")
    let bad = AuditTAP.document(AuditSamples.bad).split(separator: "\n")
    #expect(bad.count { $0.hasPrefix("ok ") || $0.hasPrefix("not ok ") } == 2)
    // An escaped hash begins no directive.
    #expect(bad.first { $0.hasPrefix("not ok") }?.contains(" # ") == false)
    #expect(bad.first { $0.hasPrefix("not ok") }?.contains("\\#\\\\") == true)
  }

  @Test func `Markdown`() {
    let text = AuditMarkdown.document(AuditSamples.bad)
    #expect(text.contains("\\|\\`\\*\\_\\#\\\\ &#64;all \\]\\]&gt;"))
    #expect(!text.contains("<b>"))
    #expect(!text.contains("@"))
    let rows = text.split(separator: "\n").filter { $0.hasPrefix("|") }
    #expect(rows.count == 4)
    let bare = rows[2].replacingOccurrences(of: "\\|", with: "")
    #expect(bare.count { $0 == "|" } == 7)
    let held = AuditSamples.record([AuditSamples.result(.held)])
    #expect(AuditMarkdown.document(held).hasSuffix(".\n"))
  }

  @Test func `Prometheus`() throws {
    let text = AuditMetrics.document(AuditSamples.mixed)
    let labels = "policy=\"zone\",rule=\"no web\",target=\"192.0.2.1\",port=\"80\""
    #expect(
      text.contains(
        "rstprobe_audit_held{\(labels),expectation=\"port\",severity=\"high\"} 0\n"))
    #expect(text.contains("rstprobe_audit_expectations{policy=\"zone\",outcome=\"held\"} 1\n"))
    #expect(text.contains("rstprobe_audit_timestamp_seconds{policy=\"zone\"} 1700000000\n"))
    let unclear = "target=\"2001:db8::1\",port=\"80\",expectation=\"port\",severity=\"high\"} 1\n"
    #expect(text.contains(unclear))
    let bad = AuditMetrics.document(AuditSamples.bad)
    for line in bad.split(separator: "\n") where !line.hasPrefix("#") {
      let form = try Regex(#"[a-z_]+\{([a-z]+="([^"\\]|\\.)*",?)+\} [0-9.]+"#)
      #expect(try form.wholeMatch(in: String(line)) != nil, "\(line)")
    }
  }

  @Test(arguments: [AuditSamples.mixed, AuditSamples.bad, compared])
  func `nothing from outside acts on a terminal`(record: AuditRecord) {
    for text in [
      AuditText(record, options: .init(isVerbose: true)).text, AuditTAP.document(record),
      AuditMarkdown.document(record), AuditMetrics.document(record), AuditSARIF.document(record),
      AuditJSON.document(record), AuditText(record).quiet,
    ] {
      let active = text.unicodeScalars.filter { $0.value < 0x20 && $0 != "\n" || $0 == "\u{202e}" }
      #expect(active.isEmpty)
    }
  }
}
