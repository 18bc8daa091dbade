import RSTWire
import Testing

@testable import RSTCore

/// Targets and ports as policies write them.
@Suite struct AuditTargetTests {
  private func addresses(_ text: String) throws -> [String] {
    guard case .addresses(let addresses) = try AuditTarget(parsing: text) else { return [] }
    return addresses.all.map { "\($0)" }
  }

  @Test func `addresses, blocks and ranges of both families`() throws {
    #expect(try addresses("192.0.2.7") == ["192.0.2.7"])
    #expect(try addresses("192.0.2.254/31") == ["192.0.2.254", "192.0.2.255"])
    #expect(try addresses("192.0.2.254-192.0.3.1").count == 4)
    #expect(try addresses("192.0.2.7-9") == ["192.0.2.7", "192.0.2.8", "192.0.2.9"])
    #expect(try addresses("2001:db8::fe/127") == ["2001:db8::fe", "2001:db8::ff"])
    #expect(try addresses("2001:db8::1-2001:db8::3").count == 3)
    #expect(try AuditTarget(parsing: "Web-1.example") == .name("web-1.example"))
  }

  @Test func `spaces without end are counted, not spread out`() throws {
    #expect(try AuditTarget(parsing: "::/0").count == .max)
    #expect(try AuditTarget(parsing: "0.0.0.0/0").count == 1 << 32)
    #expect(try AuditTarget(parsing: "2001:db8::/64").count == 1 << 64)
  }

  @Test(arguments: [
    ("192.0.2.7/24", "192.0.2.0/24"), ("192.0.2.0/33", "no netmask"), ("192.0.2.0/", "no netmask"),
    ("192.0.2.0/255.255.255.0", "no netmask"), ("192.0.2/24", "ADDRESS/LENGTH"),
    ("2001:db8::1/64", "2001:db8::/64"), ("192.0.2.9-192.0.2.1", "192.0.2.1-192.0.2.9"),
    ("192.0.2.9-256", "FIRST-LAST"), ("192.0.2.1-2001:db8::1", "FIRST-LAST"),
    ("a b", "192.0.2.0/24"),
    ("", "192.0.2.0/24"), ("192.0.2", "192.0.2.0/24"), ("a/b/c", "ADDRESS/LENGTH"),
  ])
  func `what is broken gets a hint`(text: String, hint: String) {
    let mistake = #expect(throws: AuditTarget.Mistake.self) { try AuditTarget(parsing: text) }
    #expect(mistake?.hint.contains(hint) == true, "\(String(describing: mistake))")
  }

  @Test func `ports`() throws {
    let ports = try AuditPorts(parsing: "8000-8002, 22,80,79,8001")
    #expect("\(ports)" == "22,79-80,8000-8002")
    #expect(ports.all == [22, 79, 80, 8000, 8001, 8002])
    #expect(try AuditPorts(parsing: "1-65535").count == 65_535)
    #expect(AuditPorts([65_535...65_535, 1...65_534]).ranges == [1...65_535])
  }

  @Test(arguments: ["", "0", "65536", "http", "80,", "9-1", "1-2-3", "-5", "8 0", "80-"])
  func `no ports`(text: String) {
    #expect(throws: AuditTarget.Mistake.self) { try AuditPorts(parsing: text) }
  }
}
