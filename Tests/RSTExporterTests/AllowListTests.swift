import RSTWire
import Testing

@testable import RSTExporter

/// What may be probed for whoever asks.
@Suite struct AllowListTests {
  private func allows(_ entries: [String], _ target: String) throws -> Bool {
    var list = AllowList()
    for entry in entries { try list.add(entry) }
    return list.allows(try ProbeTarget(parsing: target))
  }

  @Test(arguments: [
    ("192.0.2.1:22", "192.0.2.1:22"), ("192.0.2.0/24:22,80-90", "192.0.2.255:85"),
    ("192.0.2.1-9:22", "192.0.2.9:22"), ("[2001:db8::/64]:443", "[2001:db8::1]:443"),
    ("[2001:db8::1]:443", "[2001:DB8:0::1]:443"), ("DB.example.org:5432", "db.Example.org.:5432"),
    // An IPv4-mapped address is the IPv4 address: RFC 4291, section 2.5.5.2.
    ("192.0.2.1:22", "[::ffff:192.0.2.1]:22"),
  ])
  func `what is listed may be probed, however it is spelt`(entry: String, target: String) throws {
    #expect(try allows([entry], target))
  }

  @Test(arguments: [
    ("192.0.2.1:22", "192.0.2.1:23"), ("192.0.2.1:22", "192.0.2.2:22"),
    ("192.0.2.0/25:22", "192.0.2.128:22"), ("0.0.0.0/0:1-65535", "[2001:db8::1]:443"),
    ("[::/0]:1-65535", "[::ffff:192.0.2.1]:22"), ("example.org:80", "www.example.org:80"),
    // Names are allowed by name only: none is looked up that is not.
    ("0.0.0.0/0:1-65535", "localhost:22"), ("localhost:22", "127.0.0.1:22"),
  ])
  func `what is beside the list may not`(entry: String, target: String) throws {
    #expect(try !allows([entry], target))
  }

  @Test func `an empty list allows nothing`() throws {
    #expect(AllowList().isEmpty)
    #expect(try !allows([], "192.0.2.1:22"))
  }

  @Test(arguments: [
    "", "192.0.2.1", "192.0.2.1:", ":22", "192.0.2.1:0", "192.0.2.1:65536", "192.0.2.1:x",
    "192.0.2.1/24:22", "2001:db8::1:443", "[2001:db8::1]", "[2001:db8::1]443", "[192.0.2.1]:22",
    "*.example.org:443", "*:*", "192.0.2.1:22:23", "[fe80::1%eth0]:22", "[]:22", "http://a:80",
  ])
  func `a malformed entry is no entry`(entry: String) {
    var list = AllowList()
    #expect(throws: AllowList.Mistake.self) { try list.add(entry) }
    #expect(list.isEmpty)
  }

  @Test func `a file has an entry a line, with comments`() throws {
    var list = AllowList()
    try list.add(lines: "# ours\r\n\n  192.0.2.1:22  # the gate\n\tdb.example.org:5432")
    #expect(list.allows(try ProbeTarget(parsing: "192.0.2.1:22")))
    #expect(list.allows(try ProbeTarget(parsing: "db.example.org:5432")))
    #expect(throws: AllowList.Mistake.self) { try list.add(lines: "192.0.2.1:22 192.0.2.2:22") }
  }
}
