import Foundation
import RSTCore
import RSTReport
import Testing

/// The schema in the repository, and what it accepts.
@Suite struct SchemaTests {
  private static let schema = Result { try JSONParser.value(of: text(of: "rstprobe-1")) }

  private static func text(of name: String) throws -> String {
    let parts = #filePath.split(separator: "/").dropLast(3)
    let path = "/" + parts.joined(separator: "/") + "/Schemas/\(name).schema.json"
    return try String(contentsOfFile: path, encoding: .utf8)
  }

  private func complaints(about document: JSONValue) throws -> [String] {
    try SchemaValidator(schema: Self.schema.get()).complaints(about: document)
  }

  private func document(_ diagnosis: Diagnosis) throws -> JSONValue {
    try JSONParser.value(of: JSONReport(diagnosis: diagnosis).text)
  }

  @Test(arguments: Samples.all.indices)
  func `accepts every report`(index: Int) throws {
    #expect(try complaints(about: document(Samples.all[index])) == [])
  }

  @Test(arguments: [
    (["verdict", "port"], JSONValue.string("filtered")),
    (["verdict", "responder"], .string("router")),
    (["verdict", "confidence"], .number(1.01)),
    (["verdict", "hop_range"], .array([.integer(1)])),
    (["verdict", "extra"], .null),
    (["verdict", "alternatives"], .array([.string("open")])),
    (["schema"], .string("rstprobe/2")),
    (["target", "port"], .integer(0)),
    (["target", "port"], .integer(65_536)),
    (["target", "address"], .string("www.example.com")),
    (["target", "family"], .string("ipv5")),
    (["findings", "0", "code"], .string("closed")),
    (["findings", "0", "confidence"], .number(0.49)),
    (["findings", "0", "dropped_between"], .null),
    (["findings", "0", "phase"], .string("handshakes")),
    (["findings", "0", "evidence", "0", "packets"], .array([.integer(-1)])),
    (["findings", "0", "evidence", "0", "code"], .string("Not Kebab")),
    (["considered", "0", "confidence"], .number(0.5)),
    (["rfc5961", "rst", "grade"], .string("good")),
    (["idle"], .bool(false)),
    (["probes", "0", "departure", "state"], .string("lost")),
    (["packets", "0", "direction"], .string("out")),
    (["packets", "0", "ttl"], .integer(256)),
    (["packets", "0", "ttl"], .number(1.5)),
    (["packets", "0", "sequence"], .string("1000")),
    (["packets", "0", "time_ns"], .string("now")),
    (["packets", "0", "options", "0", "name"], .string("mss")),
    (["surplus"], .integer(1)),
  ])
  func `rejects a wrong word or value`(path: [String], value: JSONValue) throws {
    let document = try document(Samples.closed).changing(path, to: value)
    #expect(try !complaints(about: document).isEmpty)
  }

  @Test func `rejects a document without any one of its keys`() throws {
    let document = try document(Samples.closed)
    var removed = 0
    for path in Self.paths(in: document) {
      let rest = document.changing(path, to: nil)
      let isOptional = path.contains("options") && !["options", "name", "kind"].contains(path.last)
      guard !isOptional else { continue }
      #expect(try !complaints(about: rest).isEmpty, "\(path)")
      removed += 1
    }
    #expect(removed > 100)
  }

  @Test func `asks for dropped_between on a silent drop and on nothing else`() throws {
    let document = try document(Samples.dropped)
    let path = ["findings", "0", "dropped_between"]
    #expect(try !complaints(about: document.changing(path, to: nil)).isEmpty)
    #expect(try complaints(about: document.changing(path, to: .null)) == [])
  }

  @Test func `asks for two readings of what is inconclusive`() throws {
    let document = try document(Samples.inconclusive)
    let path = ["verdict", "alternatives"]
    let one = JSONValue.array(Array(document["verdict"]?["alternatives"]?.elements.prefix(1) ?? []))
    #expect(try !complaints(about: document.changing(path, to: one)).isEmpty)
  }

  @Test func `lists the words that the code knows`() throws {
    let definitions = try #require(try Self.schema.get()["$defs"])
    let ports = definitions["port"]?["enum"]?.elements
    #expect(ports == PortState.allCases.map { .string($0.rawValue) })
    let responders = definitions["responder"]?["enum"]?.elements
    #expect(responders == Responder.allCases.map { .string($0.rawValue) })
  }

  @Test func `a keyword that is not checked is an error`() throws {
    let schema = try JSONParser.value(of: #"{"type": "string", "format": "date"}"#)
    #expect(throws: SchemaValidator.Failure.self) {
      try SchemaValidator(schema: schema).complaints(about: .string("x"))
    }
  }

  /// The paths of all members, in objects and in the first element of each array.
  private static func paths(in value: JSONValue) -> [[String]] {
    switch value {
    case .object(let members):
      members.flatMap { member in
        [[member.name]] + paths(in: member.value).map { [member.name] + $0 }
      }
    case .array(let values): (values.first.map(paths) ?? []).map { ["0"] + $0 }
    case .null, .bool, .integer, .number, .string: []
    }
  }
}
