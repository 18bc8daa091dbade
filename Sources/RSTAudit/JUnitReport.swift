import Foundation
public import RSTCore
import RSTReport
import XMLCoder

/// The report for test runners: one suite a rule, one case for each expectation of each port.
///
/// There is no standard; this is what Jenkins, GitLab and the like read: a violation is a `failure`,
/// what is not clear is `skipped`, since it neither passed nor failed.
public struct JUnitReport: Sendable {
  private let record: AuditRecord

  /// Prepares the report of an audit.
  public init(_ record: AuditRecord) { self.record = record }

  /// The document, ending with a line break.
  ///
  /// - Throws: What XMLCoder throws; it has no reason to.
  public func text() throws -> String {
    let encoder = XMLEncoder()
    encoder.outputFormatting = [.prettyPrinted]
    let data = try encoder.encode(
      Suites(record), withRootKey: "testsuites",
      header: XMLHeader(version: 1.0, encoding: "UTF-8"))
    return String(decoding: data, as: UTF8.self) + "\n"
  }

  /// Characters that XML 1.0 has no way to write are taken out with all that acts on a terminal.
  fileprivate static func safe(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        Sanitised(text).text.unicodeScalars.filter { $0.value != 0xfffe && $0.value != 0xffff }))
  }

  private struct Suites: Encodable, DynamicNodeEncoding {
    var name: String
    var tests: Int
    var failures: Int
    var skipped: Int
    var time: String
    var testsuite: [Suite]

    init(_ record: AuditRecord) {
      name = JUnitReport.safe(record.policy.name)
      tests = record.results.count
      failures = record.count(.violated)
      skipped = record.count(.inconclusive)
      time = "\((record.elapsed.seconds * 1_000).rounded() / 1_000)"
      let byRule = Dictionary(grouping: record.results, by: \.rule.name)
      testsuite = record.policy.rules.compactMap { rule in
        byRule[rule.name].map { Suite(rule, $0, record) }
      }
    }

    static func nodeEncoding(for key: any CodingKey) -> XMLEncoder.NodeEncoding {
      key.stringValue == "testsuite" ? .element : .attribute
    }
  }

  private struct Suite: Encodable, DynamicNodeEncoding {
    var name: String
    var tests: Int
    var failures: Int
    var errors = 0
    var skipped: Int
    var testcase: [Case]

    init(_ rule: AuditRule, _ results: [AuditResult], _ record: AuditRecord) {
      name = JUnitReport.safe(rule.name)
      tests = results.count
      failures = results.count { $0.outcome == .violated }
      skipped = results.count { $0.outcome == .inconclusive }
      testcase = results.map(Case.init)
    }

    static func nodeEncoding(for key: any CodingKey) -> XMLEncoder.NodeEncoding {
      key.stringValue == "testcase" ? .element : .attribute
    }
  }

  private struct Case: Encodable, DynamicNodeEncoding {
    var name: String
    var classname: String
    var file: String
    var line: Int
    var failure: Failure?
    var skipped: Skipped?

    init(_ result: AuditResult) {
      name = JUnitReport.safe("\(result.subject): \(result.expectation.words)")
      classname = JUnitReport.safe(result.rule.name)
      file = JUnitReport.safe(result.expectation.place.file)
      line = result.expectation.place.line
      switch result.outcome {
      case .held: break
      case .violated: failure = Failure(result)
      case .inconclusive: skipped = Skipped(message: JUnitReport.safe(result.observed))
      }
    }

    static func nodeEncoding(for key: any CodingKey) -> XMLEncoder.NodeEncoding {
      key.stringValue == "failure" || key.stringValue == "skipped" ? .element : .attribute
    }
  }

  private struct Skipped: Encodable, DynamicNodeEncoding {
    var message: String

    static func nodeEncoding(for key: any CodingKey) -> XMLEncoder.NodeEncoding { .attribute }
  }

  private struct Failure: Encodable, DynamicNodeEncoding {
    var message: String
    var type: String
    var text: String

    init(_ result: AuditResult) {
      message = JUnitReport.safe(
        "expected \(result.expectation.words), observed \(result.observed)")
      type = result.expectation.kind.rawValue
      var lines = result.evidence.map { "evidence: \($0.detail)" }
      if !result.nextStep.isEmpty { lines.append("next step: \(result.nextStep)") }
      if !result.rule.comment.isEmpty { lines.append("comment: \(result.rule.comment)") }
      text = lines.map(JUnitReport.safe).joined(separator: "\n")
    }

    enum CodingKeys: String, CodingKey {
      case message
      case type
      case text = ""
    }

    static func nodeEncoding(for key: any CodingKey) -> XMLEncoder.NodeEncoding {
      key.stringValue.isEmpty ? .element : .attribute
    }
  }
}
