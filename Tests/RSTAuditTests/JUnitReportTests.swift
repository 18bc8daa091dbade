import Foundation
import FoundationXML
import RSTAudit
import RSTCore
import Testing

/// JUnit, read by another parser than wrote it.
@Suite struct JUnitReportTests {
  /// What a parser saw.
  private final class Reading: NSObject, XMLParserDelegate {
    var elements: [(name: String, attributes: [String: String])] = []
    var text = ""

    func parser(
      _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
      qualifiedName: String?, attributes: [String: String]
    ) { elements.append((name, attributes)) }

    func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }
  }

  private static let hostile = "<b>\"x\" & 'y' ]]>\u{1b}[31m\u{0}\u{fffe}\nnext"

  private func result(
    _ outcome: AuditResult.Outcome, rule: String, target: String = "192.0.2.1",
    words: String = "closed"
  ) -> AuditResult {
    let place = PolicyPlace(file: "policy.yaml", line: 9, column: 7)
    return AuditResult(
      rule: AuditRule(
        name: rule, place: place, targets: [], ports: PortList([80...80]), expectations: [],
        comment: words),
      subject: AuditSubject(name: target, port: 80),
      expectation: AuditExpectation(.port([.open]), at: place), outcome: outcome, observed: words,
      evidence: [Evidence("e", weight: 1, detail: words, source: "s")], nextStep: words)
  }

  private func read(_ results: [AuditResult]) throws -> Reading {
    var rules: [AuditRule] = []
    for result in results where !rules.contains(result.rule) { rules.append(result.rule) }
    let record = AuditRecord(
      policy: AuditPolicy(name: rules[0].name, file: "policy.yaml", rules: rules),
      results: results, runs: 1, started: Moment(nanoseconds: 0), elapsed: .seconds(2),
      packetsSent: 1)
    let text = try JUnitReport(record).text()
    let parser = XMLParser(data: Data(text.utf8))
    let reading = Reading()
    parser.delegate = reading
    #expect(parser.parse(), "\(String(describing: parser.parserError)) in \(text)")
    return reading
  }

  @Test func `suites, cases, failures and what is skipped`() throws {
    let reading = try read([
      result(.held, rule: "a"), result(.violated, rule: "a"), result(.inconclusive, rule: "b"),
    ])
    #expect(
      reading.elements.map(\.name) == [
        "testsuites", "testsuite", "testcase", "testcase", "failure", "testsuite", "testcase",
        "skipped",
      ])
    #expect(reading.elements[0].attributes["tests"] == "3")
    #expect(reading.elements[0].attributes["failures"] == "1")
    #expect(reading.elements[0].attributes["skipped"] == "1")
    #expect(reading.elements[1].attributes["tests"] == "2")
    #expect(reading.elements[3].attributes["name"] == "192.0.2.1:80: port open")
    #expect(reading.elements[3].attributes["classname"] == "a")
    #expect(reading.elements[3].attributes["line"] == "9")
    #expect(reading.elements[4].attributes["message"] == "expected port open, observed closed")
    #expect(reading.text.contains("evidence: closed"))
    #expect(reading.text.contains("next step: closed"))
  }

  @Test func `text from outside stays text`() throws {
    let reading = try read([
      result(.violated, rule: Self.hostile, target: Self.hostile, words: Self.hostile),
      result(.inconclusive, rule: Self.hostile, words: Self.hostile),
    ])
    #expect(!reading.elements.contains { $0.name == "b" })
    let safe = "<b>\"x\" & 'y' ]]>[31m next"
    #expect(reading.elements[1].attributes["name"] == safe)
    #expect(reading.text.contains("evidence: \(safe)"))
    #expect(reading.elements.last?.attributes["message"] == safe)
  }

  @Test func `an earlier audit is read from its JSON`() throws {
    let text = #"""
      {"schema": "rstprobe-audit/1", "results": [
        {"rule": "a \"b\"", "target": {"name": "192.0.2.1", "port": 80}, "expectation": "port",
         "outcome": "violated", "surplus": [1]},
        {"rule": "c", "target": {"name": "d", "port": 1}, "expectation": "later", "outcome": "held"}]}
      """#
    let before = try AuditBaseline.read(Array(text.utf8))
    let identity = AuditResult.Identity(
      rule: "a \"b\"", target: "192.0.2.1", port: 80, expectation: .port)
    #expect(before == [identity: .violated])
  }

  @Test(arguments: [
    "", "{", "[]", "{\"schema\": \"rstprobe-audit/1\"}",
    "{\"schema\": \"rstprobe-audit/2\", \"results\": []}",
    "{\"schema\": \"rstprobe-audit/1\", \"results\": [{\"rule\": 1}]}",
    "{\"schema\": \"rstprobe-audit/1\", \"results\": [{\"rule\": \"a\", \"target\": {\"name\": \"b\","
      + " \"port\": 70000}, \"expectation\": \"port\", \"outcome\": \"held\"}]}",
  ])
  func `what is no earlier audit is refused`(text: String) {
    #expect(throws: AuditBaseline.Mistake.self) { try AuditBaseline.read(Array(text.utf8)) }
  }
}
