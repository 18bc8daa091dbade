import Foundation
import FoundationXML
import RSTCore
import RSTReport
import RSTWire
import Testing

@testable import RSTArchive

@Suite("files that a sweep writes")
struct ArchiveTests {
  private static let results = [
    SweepResult(
      endpoint: Endpoint(address: .v4(IPv4Address(rawValue: 0xc612_0001)), port: 80),
      verdict: Verdict(port: .closed, responder: .host, confidence: 0.9, hop: 2),
      codes: [.closedPort], roundTrip: .microseconds(1500),
      moment: Moment(nanoseconds: 3_000_000_000), place: 1),
    SweepResult(
      endpoint: Endpoint(address: .v4(IPv4Address(rawValue: 0xc612_0001)), port: 443),
      verdict: Verdict(port: .rejected, responder: .hostFirewall, confidence: 0.9, hop: 2),
      codes: [.hostFirewallReset], place: 2),
    SweepResult(
      endpoint: Endpoint(address: .v6(IPv6Address(rawValue: 0x2001_0db8 << 96 | 1)), port: 80),
      verdict: Verdict(
        port: .inconclusive, responder: .unknown, confidence: 0.5,
        alternatives: [
          Alternative(port: .dropped, responder: .none, confidence: 0.5),
          Alternative(port: .rejected, responder: .unknown, confidence: 0.3),
        ]), reason: "a \"reason\" with <marks> & more", attempts: 9, place: 3),
  ]
  private static let names: [IPAddress: String] = [
    .v4(IPv4Address(rawValue: 0xc612_0001)): "web<1>.example"
  ]

  private func line(_ result: SweepResult) throws -> [UInt8] {
    let writer = SweepLine(
      SweepLine.Context(
        identity: 0xabc, shard: try Shard(parsing: "2/4"), targets: 10,
        started: Moment(nanoseconds: 1_000_000_000)))
    var octets: [UInt8] = []
    writer.write(
      result, name: Self.names[result.endpoint.address] ?? "\(result.endpoint.address)",
      source: "192.0.2.10", to: &octets)
    #expect(octets.last == 0x0a)
    return octets.dropLast()
  }

  @Test("a line is JSON with the words of the vocabulary, and is read back")
  func writesLines() throws {
    for result in Self.results {
      let octets = try line(result)
      let document = try #require(
        try JSONSerialization.jsonObject(with: Data(octets)) as? [String: Any])
      let target = try #require(document["target"] as? [String: Any])
      #expect(target["address"] as? String == "\(result.endpoint.address)")
      let verdict = try #require(document["verdict"] as? [String: Any])
      #expect(verdict["confidence"] as? Double == result.verdict.confidence)
      #expect(
        (verdict["alternatives"] as? [Any])?.count == result.verdict.alternatives.count)
      let findings = try #require(document["findings"] as? [[String: String]])
      #expect(findings.compactMap { $0["code"] } == result.codes.map(\.rawValue))
      #expect(document["reason"] as? String == result.reason)
      let timing = try #require(document["timing"] as? [String: Any])
      #expect(timing["attempts"] as? Int == result.attempts)
      let record = try #require(SweepRecord(octets))
      #expect(record.endpoint == result.endpoint)
      #expect(record.port == result.verdict.port)
      #expect(record.place == result.place)
      #expect((record.sweep, record.shard, record.targets) == ("abc", "2/4", 10))
    }
  }

  @Test(
    "what is no line of a sweep is none",
    arguments: [
      "", "{}", "[]", "nonsense", "{\"target\": 1}",
      "{\"target\":{\"address\":\"1.2.3\",\"port\":80},\"verdict\":{\"port\":\"open\",\"responder\":\"host\"},"
        + "\"vantage\":{\"source\":\"x\"},\"sweep\":{\"id\":\"1\",\"shard\":\"1/1\",\"targets\":1,\"place\":0}}",
      "{\"target\":{\"address\":\"192.0.2.1\",\"port\":80},\"verdict\":{\"port\":\"open\",\"responder\":\"host\"},"
        + "\"vantage\":{\"source\":\"x\"},\"sweep\":{\"id\":\"1\",\"shard\":\"1/1\",\"targets\":1,\"place\":1}}",
    ])
  func refusesLines(text: String) { #expect(SweepRecord(Array(text.utf8)) == nil) }

  @Test("a database holds each result once, also when a sweep goes on")
  func keepsResults() throws {
    let path = FileManager.default.temporaryDirectory.path + "/\(UUID().uuidString).sqlite"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let record = SweepStore.Sweep(
      identity: "abc", shard: "1/1", source: "192.0.2.10", started: 5)
    try SweepStore(path: path, record: record, continues: false)
      .add(Self.results, names: Self.names)
    let again = try SweepStore(path: path, record: record, continues: true)
    try again.add(Self.results[..<2], names: Self.names)
    #expect(try again.count() == 3)
    let other = try SweepStore(path: path, record: record, continues: false)
    try other.add(Self.results[..<1], names: Self.names)
    #expect(try other.count() == 1)
  }

  @Test("a database that cannot be made is said to be so")
  func refusesDatabase() {
    let record = SweepStore.Sweep(identity: "a", shard: "1/1", source: "", started: 0)
    #expect(throws: ArchiveFailure.self) {
      _ = try SweepStore(path: "/nowhere/at/all.sqlite", record: record, continues: false)
    }
  }

  @Test("nmap's XML names each port under its host, and keeps marks apart")
  func writesXML() throws {
    let xml = NmapXML(started: 100, identity: "abc 2/4")
    let text =
      xml.head(arguments: "rstprobe sweep <a> & \"b\"")
      + (try xml.hosts(Self.results, names: Self.names))
      + xml.tail(finished: 107, hosts: 2, isComplete: true)
    func count(_ part: String) -> Int { text.components(separatedBy: part).count - 1 }
    #expect(count("<host ") == 2)
    #expect(count("</host>") == 2)
    #expect(count("<port ") == 3)
    #expect(count("portid=\"443\"") == 1)
    #expect(count("addr=\"2001:db8::1\"") == 1)
    #expect(count("name=\"web&lt;1&gt;.example\"") == 1)
    #expect(count("args=\"rstprobe sweep &lt;a&gt; &amp; &quot;b&quot;\"") == 1)
    #expect(count("state=\"filtered\"") == 2)
    #expect(count("<nmaprun ") == 1 && count("</nmaprun>") == 1)
    #expect(text.hasPrefix(xml.beginning))
    #expect(count(NmapXML.hostEnd) == 2)
    #expect(xml.beginning != NmapXML(started: 100, identity: "abc 3/4").beginning)
    #expect(XMLParser(data: Data(text.utf8)).parse())
  }

  @Test("whatever stands on a command line, the document can be read")
  func escapes() throws {
    for arguments in ["&\u{301} <\u{0}\u{1b}[31m\u{ffff} \"", "é\r\n\u{85}", "]]> <!-- --"] {
      let xml = NmapXML(started: 1, identity: "1 1/1")
      let text =
        xml.head(arguments: arguments) + xml.tail(finished: 1, hosts: 0, isComplete: false)
      #expect(XMLParser(data: Data(text.utf8)).parse(), "\(arguments.debugDescription)")
    }
  }
}
