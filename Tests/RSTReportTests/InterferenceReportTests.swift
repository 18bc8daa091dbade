import Foundation
import RSTTestSupport
import RSTWire
import Testing

@testable import RSTCore
@testable import RSTReport

/// What reports say of content that was tried.
@Suite struct InterferenceReportTests {
  static func section(of diagnosis: Diagnosis) -> [String] {
    let lines = TextReport(diagnosis: diagnosis).text.split(
      separator: "\n", omittingEmptySubsequences: false)
    return lines.drop { $0 != "Content that was tried" }.prefix { !$0.isEmpty }.map(String.init)
  }

  /// The controls of a run on which nobody minds what is harmless, in their order.
  static let controls = [
    "      81 ms a control: nothing is sent: stands",
    "      81 ms a control: nothing is sent: stands",
    "      81 ms a control: random octets: stands",
    "      81 ms a control: a harmless name: stands",
    "      81 ms a control: a harmless name: stands",
    "      82 ms what is harmless with hop limit 1: stands, hop limit ends at",
    "            192.0.2.1",
    "      82 ms what is harmless with hop limit 2: stands, hop limit ends at",
    "            192.0.2.2",
    "      82 ms what is harmless with hop limit 3: stands",
    "      82 ms what is harmless with hop limit 4: stands",
    "      82 ms what is harmless with hop limit 5: stands",
    "      2.3 s a control: a harmless name, right before the trigger: stands",
    "      2.3 s a control: a harmless name, right before the trigger: stands",
  ]

  @Test func `text   nothing of a run without triggers`() {
    #expect(Self.section(of: Samples.closed).isEmpty)
  }

  @Test func `text   a name that is reset, with each connection that shows it`() {
    #expect(
      Self.section(of: Samples.provoked) == [
        "Content that was tried",
        "  http-host forbidden.example: reset, and only with this content, hops 1 to 2,",
        "  on-path",
      ] + Self.controls + [
        "      2.3 s the trigger: 1 reset after 20 ms, and the host still has it",
        "      2.3 s the trigger: 1 reset after 20 ms, and the host still has it",
        "      2.3 s a control beside the trigger: nothing is sent: stands, hop limit",
        "            ends at 192.0.2.2",
        "      2.3 s a control beside the trigger: nothing is sent: stands",
        "      2.3 s the trigger with hop limit 1: stands, hop limit ends at 192.0.2.1",
        "      2.3 s the trigger with hop limit 2: 1 reset after 20 ms, and the host",
        "            still has it, hop limit ends at 192.0.2.2",
        "      2.3 s the trigger with hop limit 3: 1 reset after 20 ms, and the host",
        "            still has it",
        "      2.3 s the trigger with hop limit 4: 1 reset after 20 ms, and the host",
        "            still has it",
        "      2.3 s the trigger with hop limit 5: 1 reset after 20 ms, and the host",
        "            still has it",
      ])
  }

  @Test func `text   a name that nobody minds`() {
    #expect(
      Self.section(of: Samples.unprovoked) == [
        "Content that was tried",
        "  http-host forbidden.example: passes, like what is harmless",
      ] + Self.controls + [
        "      2.3 s the trigger: stands",
        "      2.3 s the trigger: stands",
      ])
  }

  @Test func `text   a name that vanishes`() {
    #expect(
      Self.section(of: Samples.swallowed).prefix(2) == [
        "Content that was tried",
        "  http-host forbidden.example: vanishes, and only this content, hops 1 to 3",
      ])
  }

  @Test func `text   control characters of names and resets reach no terminal`() {
    let text = TextReport(
      diagnosis: Samples.provokedHostile, options: .init(width: 80, colour: false, isVerbose: true)
    ).text
    #expect(text.contains("payload a[2J31mbc d e\"\\"))
    #expect(
      !text.unicodeScalars.contains {
        $0 != "\n" && [.control, .format].contains($0.properties.generalCategory)
      })
  }

  @Test func `JSON   null where no trigger was tried`() {
    #expect(JSONReport(diagnosis: Samples.closed).interference == .null)
  }

  @Test func `JSON   the trigger, its outcome, and every connection with its packets`() throws {
    let document = try JSONParser.value(of: JSONReport(diagnosis: Samples.provoked).text)
    let trigger = try #require(document["interference"]?["triggers"]?.elements.first)
    #expect(trigger["kind"] == .string("http-host"))
    #expect(trigger["name"] == .string("forbidden.example"))
    #expect(trigger["harmless_name"] == .string("example.com"))
    #expect(trigger["outcome"] == .string("reset"))
    #expect(trigger["manner"] == .string("on-path"))
    #expect(trigger["direction"] == .string("client"))
    #expect(trigger["split_blocked"] == .null)
    let connections = try #require(trigger["connections"]?.elements)
    let probes = document["probes"]?.elements ?? []
    for connection in connections {
      guard case .integer(let id)? = connection["connection"] else {
        Issue.record("no connection")
        continue
      }
      #expect(probes[Int(id)]["probe"] == connection["role"])
    }
    let whole = connections.filter { $0["role"] == .string("trigger") }
    #expect(
      whole.map { $0["result"] } == [
        .string("reset-beside-the-host"), .string("reset-beside-the-host"),
      ])
    #expect(whole.allSatisfy { $0["resets"] == .integer(1) && $0["reset_after_s"] != .null })
    let rungs = connections.filter { $0["role"] == .string("trigger-rung") }
    #expect(rungs.map { $0["hop_limit"] } == (1...5).map { .integer($0) })
    #expect(rungs.first?["router"] == .string("192.0.2.1"))
  }

  @Test func `JSON   the schema knows every word of it, and no other`() throws {
    let parts = #filePath.split(separator: "/").dropLast(3)
    let path = "/" + parts.joined(separator: "/") + "/Schemas/rstprobe-1.schema.json"
    let schema = try JSONParser.value(of: String(contentsOfFile: path, encoding: .utf8))
    let document = try JSONParser.value(of: JSONReport(diagnosis: Samples.provoked).text)
    let trigger = ["interference", "triggers", "0"]
    for (key, value) in [
      ("outcome", JSONValue.string("blocked")), ("manner", .string("between")),
      ("direction", .string("nobody")), ("kind", .string("quic")), ("octets", .integer(0)),
      ("connections", .null), ("surplus", .integer(1)),
    ] {
      let changed = document.changing(trigger + [key], to: value)
      #expect(try !SchemaValidator(schema: schema).complaints(about: changed).isEmpty, "\(key)")
    }
  }

  @Test func `JSON   a name that nobody minds has neither manner nor place`() throws {
    let document = JSONReport(diagnosis: Samples.unprovoked).interference
    let trigger = try #require(document["triggers"]?.elements.first)
    #expect(trigger["outcome"] == .string("nothing-special"))
    for key in ["manner", "direction", "hop_range"] { #expect(trigger[key] == .null) }
  }

  @Test func `JSON   octets of the user's own have no harmless name`() throws {
    let document = JSONReport(diagnosis: Samples.provokedHostile).interference
    let trigger = try #require(document["triggers"]?.elements.first)
    #expect(trigger["kind"] == .string("payload"))
    #expect(trigger["name"] == .string(Samples.attack))
    #expect(trigger["harmless_name"] == .null)
  }
}
