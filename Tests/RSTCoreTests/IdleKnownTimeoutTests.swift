import Testing

@testable import RSTCore

/// The table of documented timeouts.
@Suite struct IdleKnownTimeoutTests {
  @Test func `every line of the table is read`() {
    let text = String(decoding: PackageResources.KnownTimeouts_txt, as: UTF8.self)
    let lines = KnownTimeout.lines(of: text)
    #expect(lines.count > 25)
    for line in lines { #expect(KnownTimeout(parsing: line) != nil, "\(line)") }
    #expect(KnownTimeout.all.count == lines.count)
  }

  @Test func `no timeout is listed twice`() {
    let names = KnownTimeout.all.map { "\($0.seconds) \($0.name)" }
    #expect(Set(names).count == names.count)
  }

  @Test func `a line says how long, what then, at which ports, whose, and who says so`() throws {
    let known = try #require(
      KnownTimeout(parsing: "240 | silence,reset | 25,465 | a device | a vendor, \"a document\""))
    #expect(known.seconds == 240)
    #expect(known.expiry == [.silence, .reset])
    #expect(known.ports == [25, 465])
    #expect(known.name == "a device")
    #expect(known.source == "a vendor, \"a document\"")
  }

  @Test(arguments: [
    "", "240", "x | fin | any | a | b", "0 | fin | any | a | b", "9 | vanishes | any | a | b",
    "9 | fin | port | a | b", "9 | fin | any | | b", "9 | fin | any | a |",
    "9 | fin | any | a | b | c", "9 | | any | a | b",
  ])
  func `a malformed line is nothing`(_ line: Substring) {
    #expect(KnownTimeout(parsing: line) == nil)
  }

  @Test func `a timeout matches an interval that holds it, and its manner`() {
    func names(_ expiry: KnownTimeout.Expiry, _ low: Int, _ high: Int) -> [String] {
      KnownTimeout.matching(expiry, above: .seconds(low), to: .seconds(high), port: 80).map(\.name)
    }
    #expect(names(.nextSegment, 295, 360) == ["AWS NAT gateway", "AWS Network Load Balancer"])
    #expect(!names(.silence, 295, 360).contains("AWS Network Load Balancer"))
    #expect(names(.silence, 180, 295).contains("Azure Load Balancer"))
    #expect(names(.nextSegment, 350, 360).isEmpty)
    #expect(names(.fin, 60, 60).contains("nginx, waiting for a request"))
  }

  @Test func `a service's timeout matches at its own port alone`() {
    func names(_ port: UInt16) -> [String] {
      KnownTimeout.matching(.fin, above: .seconds(120), to: .seconds(120), port: port).map(\.name)
    }
    #expect(names(22) == ["OpenSSH, waiting for a login"])
    #expect(names(80).isEmpty)
  }
}
