import Foundation
public import RSTCore

/// Reads how each expectation ended in an earlier audit, from the JSON document that it wrote.
public enum AuditBaseline {
  /// The most octets of a document: 32 MiB.
  public static let limit = 33_554_432

  /// Why a document is no earlier audit, to follow the file's name in a sentence.
  public struct Mistake: Error, Hashable, Sendable {
    /// The words.
    public var reason: String
  }

  private struct Document: Decodable {
    var schema: String
    var results: [Result]
  }

  private struct Result: Decodable {
    var rule: String
    var target: Target
    var expectation: String
    var outcome: String
  }

  private struct Target: Decodable {
    var name: String
    var port: UInt16
  }

  /// Reads a document.
  ///
  /// - Parameter octets: What stands in the file.
  /// - Returns: How each expectation ended; what a later version may say beside it is left out.
  /// - Throws: `Mistake`.
  public static func read(
    _ octets: [UInt8]
  ) throws(Mistake) -> [AuditResult.Identity: AuditResult.Outcome] {
    let document: Document
    do { document = try JSONDecoder().decode(Document.self, from: Data(octets)) } catch {
      throw Mistake(reason: "is no JSON document of an audit; write one with --format json")
    }
    guard document.schema == "rstprobe-audit/1" else {
      throw Mistake(reason: "follows another schema: '\(document.schema.prefix(60))'")
    }
    var outcomes: [AuditResult.Identity: AuditResult.Outcome] = [:]
    for result in document.results {
      guard let kind = AuditExpectation.Kind(rawValue: result.expectation),
        let outcome = AuditResult.Outcome(rawValue: result.outcome)
      else { continue }
      let identity = AuditResult.Identity(
        rule: result.rule, target: result.target.name, port: result.target.port,
        expectation: kind)
      outcomes[identity] = outcome
    }
    return outcomes
  }
}
