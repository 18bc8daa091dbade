import Foundation
import RSTCore
import RSTReport
import Testing

/// The schema of what `explain --json` writes, and what it accepts.
@Suite struct ExplainSchemaTests {
  private static let schema = Result { try JSONParser.value(of: text(of: "rstprobe-explain-1")) }

  private static func text(of name: String) throws -> String {
    let parts = #filePath.split(separator: "/").dropLast(3)
    let path = "/" + parts.joined(separator: "/") + "/Schemas/\(name).schema.json"
    return try String(contentsOfFile: path, encoding: .utf8)
  }

  private func complaints(about document: JSONValue) throws -> [String] {
    try SchemaValidator(schema: Self.schema.get()).complaints(about: document)
  }

  private func document(
    _ connections: [ExplainedConnection] = CaptureReportTests.refused(), notes: [String] = []
  ) throws -> JSONValue {
    var tally = CaptureTally()
    for explained in connections { tally.add(explained) }
    let source = CaptureSource(name: "a.pcap", frames: 2, notes: notes)
    return try JSONParser.value(
      of: CaptureJSON.document(
        ExplainedCapture(
          sources: [source], tally: tally, totals: (connections.count, connections.count)),
        connections))
  }

  @Test func `accepts documents with and without connections and notes`() throws {
    #expect(try complaints(about: document()) == [])
    #expect(try complaints(about: document([], notes: ["it ends early"])) == [])
    let talking = CaptureReportTests.refused(text: "Go away\u{1b}")
    #expect(try complaints(about: document(talking)) == [])
  }

  @Test func `has the schema's name in the document`() throws {
    #expect(try Self.schema.get()["title"] == .string(CaptureJSON.schema))
  }

  @Test(arguments: [
    (["schema"], JSONValue.string("rstprobe-explain/2")),
    (["files"], .array([])),
    (["files", "0", "frames"], .integer(-1)),
    (["connections", "0", "client"], .string("192.0.2.1")),
    (["connections", "0", "outcome"], .string("lost")),
    (["connections", "0", "first_frame"], .integer(0)),
    (["connections", "0", "resets", "0", "frame"], .integer(0)),
    (["connections", "0", "resets", "0", "from"], .string("router")),
    (["connections", "0", "resets", "0", "cause"], .string("reset")),
    (["connections", "0", "resets", "0", "confidence"], .number(1.01)),
    (["connections", "0", "resets", "0", "responder"], .string("router")),
    (["connections", "0", "resets", "0", "evidence", "0", "packets"], .array([.integer(0)])),
    (["connections", "0", "resets", "0", "copies"], .array([.string("1")])),
    (["connections", "0", "surplus"], .null),
    (["counts", "closed-port"], .integer(0)),
    (["surplus"], .integer(1)),
  ])
  func `rejects a wrong word or value`(path: [String], value: JSONValue) throws {
    #expect(try !complaints(about: document().changing(path, to: value)).isEmpty)
  }

  @Test(arguments: [
    ["schema"], ["files"], ["connections"], ["counts"], ["total_connections"],
    ["files", "0", "name"], ["connections", "0", "client"], ["connections", "0", "reset_count"],
    ["connections", "0", "resets", "0", "cause"],
    ["connections", "0", "resets", "0", "display_filter"],
    ["connections", "0", "resets", "0", "evidence", "0", "source"],
  ])
  func `rejects a document without one of its keys`(path: [String]) throws {
    #expect(try !complaints(about: document().changing(path, to: nil)).isEmpty)
  }

  @Test func `lists the words that the code knows`() throws {
    let definitions = try #require(try Self.schema.get()["$defs"])
    let outcomes = definitions["connection"]?["properties"]?["outcome"]?["enum"]?.elements
    #expect(
      outcomes == ExplainedConnection.Outcome.allCases.map { .string($0.rawValue) })
    let codes = definitions["code"]?["enum"]?.elements ?? []
    for code in CaptureCauses.codes { #expect(codes.contains(.string(code)), "\(code)") }
  }
}
