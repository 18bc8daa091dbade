import Foundation
import RSTCore
import RSTReport
import Testing

/// SARIF 2.1.0: what schema and standard demand of the members that are written.
///
/// The published schema is OASIS's and not part of this project. A model of ours of the members that
/// are written is (`sarif-2.1.0-model.json`), and `Scripts/test` validates a document against the
/// published one where that can be fetched. What no schema says is checked here by section of the
/// standard: that every rule and place that a result names is there, and that only failures have a
/// level.
@Suite struct AuditSARIFTests {
  private static let model = Result {
    let directory = "/" + #filePath.split(separator: "/").dropLast().joined(separator: "/")
    return try JSONParser.value(
      of: String(contentsOfFile: directory + "/sarif-2.1.0-model.json", encoding: .utf8))
  }

  private func complaints(about document: JSONValue) throws -> [String] {
    try SchemaValidator(schema: Self.model.get()).complaints(about: document)
  }

  private func text(_ value: JSONValue?) -> String? {
    if case .string(let text) = value { text } else { nil }
  }

  private func number(_ value: JSONValue?) -> Int64? {
    if case .integer(let number) = value { number } else { nil }
  }

  private func checkLocation(_ location: JSONValue) throws {
    let physical = try #require(location["physicalLocation"])
    let uri = try #require(text(physical["artifactLocation"]?["uri"]))
    // RFC 3986: neither spaces nor anything else that has to be escaped.
    #expect(uri.utf8.allSatisfy { (0x21...0x7e).contains($0) && !"<>\"{}|\\^`".utf8.contains($0) })
    #expect(try #require(number(physical["region"]?["startLine"])) >= 1)
    #expect(try #require(number(physical["region"]?["startColumn"])) >= 1)
  }

  @Test(arguments: [
    AuditSamples.mixed, AuditSamples.bad, AuditReportTests.compared,
    AuditSamples.record([AuditSamples.result(.held)]),
    AuditSamples.record([], isInterrupted: true),
  ])
  func `is what the standard demands`(record: AuditRecord) throws {
    let document = try JSONParser.value(of: AuditSARIF.document(record))
    #expect(try complaints(about: document) == [])
    #expect(document["version"] == .string("2.1.0"))  // 3.13.2
    let runs = try #require(document["runs"]).elements  // 3.13.4
    #expect(runs.count == 1)
    let run = runs[0]
    let driver = try #require(run["tool"]?["driver"])  // 3.14.6, 3.18.2
    #expect(text(driver["name"])?.isEmpty == false)  // 3.19.8
    let rules = try #require(driver["rules"]).elements
    let identifiers = rules.compactMap { text($0["id"]) }  // 3.49.3
    #expect(identifiers.count == record.policy.rules.count)
    for rule in rules {
      #expect(text(rule["shortDescription"]?["text"]) != nil)  // 3.49.9, 3.12.3
      #expect(rule["defaultConfiguration"]?["level"] != nil)
    }
    let invocation = try #require(run["invocations"]?.elements.first)  // 3.14.11
    #expect(invocation["executionSuccessful"] == .bool(!record.isInterrupted))  // 3.20.14
    let notifications = try #require(invocation["toolExecutionNotifications"]).elements
    #expect(notifications.count == record.count(.inconclusive))
    for notification in notifications {
      #expect(text(notification["message"]?["text"])?.isEmpty == false)  // 3.58.5
      for location in notification["locations"]?.elements ?? [] { try checkLocation(location) }
    }
    let results = try #require(run["results"]).elements  // 3.14.23
    for result in results {
      #expect(text(result["message"]?["text"])?.isEmpty == false)  // 3.27.11
      let index = Int(try #require(number(result["ruleIndex"])))  // 3.27.6
      #expect(identifiers.indices.contains(index))
      #expect(text(result["ruleId"]) == identifiers[index])  // 3.27.5
      let kind = try #require(text(result["kind"]))
      let level = try #require(text(result["level"]))
      #expect((kind == "fail") == (level != "none"))  // 3.27.9, 3.27.10
      #expect(try #require(result["locations"]).elements.count == 1)
      for location in result["locations"]?.elements ?? [] { try checkLocation(location) }
    }
    let violations = results.filter { $0["kind"] == .string("fail") }
    #expect(violations.count == record.count(.violated))
  }

  @Test(arguments: [
    ("\"version\": \"2.1.0\"", "\"version\": \"2.0.0\""), ("\"driver\"", "\"engine\""),
    ("\"executionSuccessful\"", "\"successful\""), ("\"kind\": \"fail\"", "\"kind\": \"failed\""),
    ("\"startLine\": 9", "\"startLine\": 0"), ("\"startLine\": 9", "\"startLine\": \"9\""),
    ("\"ruleIndex\": ", "\"ruleIndex\": -9"), ("\"level\": \"error\"", "\"level\": \"high\""),
    ("\"text\"", "\"words\""), ("unicodeCodePoints", "utf8"),
  ])
  func `the model refuses what the schema refuses`(right: String, wrong: String) throws {
    let text = AuditSARIF.document(AuditSamples.mixed)
    try #require(text.contains(right))
    let broken = try JSONParser.value(of: text.replacingOccurrences(of: right, with: wrong))
    #expect(try complaints(about: broken) != [])
  }

  @Test func `a violation stands at its line of the policy`() throws {
    let document = AuditSARIF.value(AuditSamples.mixed)
    let result = try #require(document["runs"]?.elements[0]["results"]?.elements.first)
    let physical = result["locations"]?.elements[0]["physicalLocation"]
    #expect(physical?["artifactLocation"]?["uri"] == .string("a%20policy.yaml"))
    #expect(physical?["region"]?["startLine"] == .integer(9))
    #expect(result["ruleId"] == .string("no-web"))
    #expect(result["level"] == .string("error"))
  }

  @Test func `baseline states`() throws {
    let document = AuditSARIF.value(AuditReportTests.compared)
    let results = try #require(document["runs"]?.elements[0]["results"]).elements
    let states = results.map { text($0["baselineState"]) ?? "none" }
    #expect(states == ["absent", "unchanged", "new", "new"])
  }
}
