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

  @Test("a block has the addresses of a prefix, within the range that it is of")
  func findsBlocks() throws {
    let space = try space(["192.0.2.100-192.0.2.250", "198.51.100.0/24"], ports: "1-4")
    func hosts(_ text: String, _ size: UInt64) throws -> [String] {
      let address = try #require(IPAddress(text))
      let number = try #require(space.number(of: address, port: 2))
      let block = space.block(around: number, size: size)
      #expect(block.contains(number) && block.count <= size)
      return [block.lowerBound, block.upperBound - 1].map { "\(space[$0].address)" }
    }
    #expect(try hosts("192.0.2.130", 64) == ["192.0.2.128", "192.0.2.143"])
    #expect(try hosts("192.0.2.130", 127) == ["192.0.2.128", "192.0.2.143"])
    #expect(try hosts("192.0.2.101", 64) == ["192.0.2.100", "192.0.2.111"])
    #expect(try hosts("192.0.2.250", 1024) == ["192.0.2.100", "192.0.2.250"])
    #expect(try hosts("198.51.100.9", 1 << 40) == ["198.51.100.0", "198.51.100.255"])
    #expect(try hosts("198.51.100.9", 4) == ["198.51.100.9", "198.51.100.9"])
    let number = try #require(
      space.number(of: IPAddress("198.51.100.9") ?? .v4(IPv4Address(rawValue: 0)), port: 3))
    #expect(space.block(around: number, size: 2) == (number..<(number + 2)))
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
}
