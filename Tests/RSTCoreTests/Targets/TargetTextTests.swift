import RSTWire
import Testing

@testable import RSTCore

/// Targets and ports as people write them, in policies and on command lines.
@Suite struct TargetTextTests {
  private func addresses(_ text: String) throws -> [String] {
    guard case .range(let range) = try TargetExpression(parsing: text, isExact: true) else {
      return []
    }
    return range.addresses.map { "\($0)" }
  }

  @Test func `addresses, blocks and ranges of both families`() throws {
    #expect(try addresses("192.0.2.7") == ["192.0.2.7"])
    #expect(try addresses("192.0.2.254/31") == ["192.0.2.254", "192.0.2.255"])
    #expect(try addresses("192.0.2.254-192.0.3.1").count == 4)
    #expect(try addresses("192.0.2.7-9") == ["192.0.2.7", "192.0.2.8", "192.0.2.9"])
    #expect(try addresses("2001:db8::fe/127") == ["2001:db8::fe", "2001:db8::ff"])
    #expect(try addresses("2001:db8::1-2001:db8::3").count == 3)
    #expect(try TargetExpression(parsing: "Web-1.example") == .name("web-1.example"))
  }

  @Test(arguments: [
    ("192.0.2.0/30", "192.0.2.0-192.0.2.3"), ("192.0.2.7/30", "192.0.2.4-192.0.2.7"),
    ("192.0.2.1/32", "192.0.2.1"), ("0.0.0.0/0", "0.0.0.0-255.255.255.255"),
    ("2001:db8::/126", "2001:db8::-2001:db8::3"), ("2001:db8::1/128", "2001:db8::1"),
    ("::/0", "::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
  ])
  func `a block holds all addresses of its prefix`(text: String, expected: String) throws {
    guard case .range(let range) = try TargetExpression(parsing: text) else {
      Issue.record("\(text) is no range")
      return
    }
    #expect("\(range)" == expected)
  }

  @Test func `spaces without end are counted, not spread out`() throws {
    #expect(try TargetExpression(parsing: "::/0").count == .max)
    #expect(try TargetExpression(parsing: "0.0.0.0/0").count == 1 << 32)
    #expect(try TargetExpression(parsing: "2001:db8::/64").count == 1 << 64)
  }

  @Test(arguments: [
    ("192.0.2.7/24", "192.0.2.0/24"), ("192.0.2.0/33", "no netmask"), ("192.0.2.0/", "no netmask"),
    ("192.0.2.0/255.255.255.0", "no netmask"), ("192.0.2/24", "ADDRESS/LENGTH"),
    ("2001:db8::1/64", "2001:db8::/64"), ("192.0.2.9-192.0.2.1", "192.0.2.1-192.0.2.9"),
    ("192.0.2.9-256", "FIRST-LAST"), ("192.0.2.1-2001:db8::1", "FIRST-LAST"),
    ("a b", "192.0.2.0/24"),
    ("", "192.0.2.0/24"), ("192.0.2", "192.0.2.0/24"), ("a/b/c", "ADDRESS/LENGTH"),
    ("192.0.2.256", "192.0.2.0/24"), ("/24", "ADDRESS/LENGTH"), ("192.0.2.0/-1", "no netmask"),
    ("192.0.2.1-300", "FIRST-LAST"), ("host.example/24", "ADDRESS/LENGTH"),
    ("fe80::1%eth0", "[fe80::1%eth0]:PORT"), ("192.0.2.1:80", "ports are given apart"),
    ("2001:db8:::1", "ports are given apart"), ("2001:db8::/129", ""),
  ])
  func `what is broken gets a hint`(text: String, hint: String) {
    let mistake = #expect(throws: TargetTextError.self) {
      try TargetExpression(parsing: text, isExact: true)
    }
    #expect(
      mistake?.hint.contains(hint) == true || mistake?.hint == hint,
      "\(String(describing: mistake))")
    #expect(mistake?.problem.contains("'\(text)'") == true)
  }

  @Test func `whatever is given is refused or read, and never crashes`() {
    var random = SplitMix(seed: 1)
    let letters = Array("0123456789abcdef.:/-% \u{0}\u{1b}xé")
    for _ in 0..<20_000 {
      let length = Int.random(in: 0...24, using: &random)
      let text = String((0..<length).map { _ in letters.randomElement(using: &random) ?? "0" })
      _ = try? PortList(parsing: text)
      guard case .range(let range) = try? TargetExpression(parsing: text) else { continue }
      #expect(range.bounds.lowerBound <= range.bounds.upperBound)
    }
  }

  @Test func `ports`() throws {
    let ports = try PortList(parsing: "8000-8002, 22,80,79,8001")
    #expect("\(ports)" == "22,79-80,8000-8002")
    #expect(ports.ports == [22, 79, 80, 8000, 8001, 8002])
    #expect(try PortList(parsing: "1-65535").count == 65_535)
    #expect(PortList([65_535...65_535, 1...65_534]).ranges == [1...65_535])
  }

  @Test(arguments: [
    "", "0", "65536", "http", "80,", "9-1", "1-2-3", "-5", "8 0", "80-", "80,,81", "-",
  ])
  func `no ports`(text: String) {
    #expect(throws: TargetTextError.self) { try PortList(parsing: text) }
  }
}
