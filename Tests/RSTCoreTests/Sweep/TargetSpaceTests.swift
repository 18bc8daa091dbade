import RSTWire
import Testing

@testable import RSTCore

@Suite("the targets of a sweep")
struct TargetSpaceTests {
  private func ranges(_ texts: [String]) throws -> [AddressRange] {
    try texts.compactMap {
      if case .range(let range) = try TargetExpression(parsing: $0) { range } else { nil }
    }
  }

  private func space(
    _ texts: [String], without excluded: [String] = [], ports: String = "80"
  ) throws -> TargetSpace {
    try TargetSpace(
      try ranges(texts), excluding: try ranges(excluded), ports: try PortList(parsing: ports))
  }

  @Test(
    "texts are read",
    arguments: [
      ("192.0.2.1", "192.0.2.1"), ("192.0.2.0/30", "192.0.2.0-192.0.2.3"),
      ("192.0.2.7/30", "192.0.2.4-192.0.2.7"), ("192.0.2.1-9", "192.0.2.1-192.0.2.9"),
      ("192.0.2.1-192.0.3.2", "192.0.2.1-192.0.3.2"), ("192.0.2.1/32", "192.0.2.1"),
      ("0.0.0.0/0", "0.0.0.0-255.255.255.255"), ("2001:db8::/126", "2001:db8::-2001:db8::3"),
      ("2001:db8::1-2001:db8::5", "2001:db8::1-2001:db8::5"), ("2001:db8::1/128", "2001:db8::1"),
      ("::/0", "::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
    ])
  func readsRanges(text: String, expected: String) throws {
    #expect(try ranges([text]).map(\.description) == [expected])
  }

  @Test("names are names")
  func readsNames() throws {
    #expect(try TargetExpression(parsing: "web-1.example.org") == .name("web-1.example.org"))
  }

  @Test(
    "what is broken is refused",
    arguments: [
      "192.0.2.0/33", "192.0.2.0/", "/24", "192.0.2/24", "192.0.2.256", "192.0.2.9-1",
      "192.0.2.1-2001:db8::1", "192.0.2.1-300", "2001:db8::/129", "2001:db8:::1", "192.0.2.1:80",
      "fe80::1%eth0", "192.0.2.0/-1", "a b", "", "192.0.2.0/24/24", "host.example/24",
    ])
  func refusesBroken(text: String) {
    #expect(throws: TargetTextError.self) { _ = try TargetExpression(parsing: text) }
  }

  @Test(
    "ports are read, each once",
    arguments: [
      ("22,80,8000-8003", [22, 80, 8000, 8001, 8002, 8003]), ("80,80,79-81", [79, 80, 81]),
      ("65535", [65_535]),
    ] as [(String, [UInt16])])
  func readsPorts(text: String, expected: [UInt16]) throws {
    #expect(try PortList(parsing: text).ports == expected)
  }

  @Test(
    "broken ports are refused", arguments: ["", "0", "65536", "80-", "-80", "90-80", "80,,81", "a"])
  func refusesPorts(text: String) {
    #expect(throws: TargetTextError.self) { _ = try PortList(parsing: text) }
  }

  @Test("what overlaps is asked once, what is excluded not at all")
  func joinsAndExcludes() throws {
    let space = try space(
      ["192.0.2.0/24", "192.0.2.128/25", "192.0.2.200-192.0.3.10", "2001:db8::/120"],
      without: ["192.0.2.5", "192.0.2.250-192.0.3.5", "2001:db8::80/121"], ports: "80,443")
    #expect(space.hosts == 267 - 13 + 128)
    #expect(space.count == space.hosts * 2)
    var seen: Set<Endpoint> = []
    for number in 0..<space.count {
      let endpoint = space[number]
      #expect(space.number(of: endpoint.address, port: endpoint.port) == number)
      seen.insert(endpoint)
    }
    #expect(seen.count == Int(space.count))
    for text in ["192.0.2.5", "192.0.3.0", "192.0.3.11", "192.0.1.255", "2001:db8::80", "::"] {
      let address = try #require(IPAddress(text))
      #expect(space.number(of: address, port: 80) == nil)
    }
    #expect(space.number(of: try #require(IPAddress("192.0.2.6")), port: 81) == nil)
  }

  @Test("an empty or endless space is refused")
  func refusesSpaces() throws {
    #expect(throws: TargetSpace.Refusal.empty) {
      _ = try space(["192.0.2.0/24"], without: ["192.0.0.0/16"])
    }
    #expect(throws: TargetSpace.Refusal.tooLarge) { _ = try space(["2001:db8::/64"]) }
    #expect(throws: TargetSpace.Refusal.tooLarge) { _ = try space(["::/0"]) }
    #expect(throws: TargetSpace.Refusal.tooLarge) {
      _ = try space(["0.0.0.0/0"], ports: "1-65535")
    }
  }

  @Test("whatever is given as a target is refused or read, and never crashes")
  func survivesNonsense() {
    var random = SplitMix(seed: 1)
    let letters = Array("0123456789abcdef.:/-% \u{0}\u{1b}xé")
    for _ in 0..<20_000 {
      let length = Int.random(in: 0...24, using: &random)
      let text = String((0..<length).map { _ in letters.randomElement(using: &random) ?? "0" })
      guard case .range(let range) = try? TargetExpression(parsing: text) else { continue }
      #expect(range.bounds.lowerBound <= range.bounds.upperBound)
    }
  }
}
