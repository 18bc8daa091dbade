import RSTCore
import Testing

@Suite struct HostNameTests {
  @Test(arguments: [
    "example.org", "EXAMPLE.Org", "localhost", "3com.com", "a-b.c_d.example", "_dmarc.example",
    "xn--bcher-kva.example", "1.2.3.example", "a",
  ])
  func `names are taken as they are`(_ name: String) throws {
    #expect(try HostName(name).text == name)
    #expect(try HostName(name + ".").text == name)
  }

  @Test func `253 octets and labels of 63 are a name, one more is none`() throws {
    let label = String(repeating: "a", count: 63)
    let longest = [label, label, label, String(repeating: "b", count: 61)].joined(separator: ".")
    #expect(longest.utf8.count == 253)
    #expect(try HostName(longest).text == longest)
    #expect(try HostName(longest + ".").text == longest)
    #expect(throws: HostNameError.tooLong) { try HostName("b" + longest) }
    #expect(throws: HostNameError.longLabel) { try HostName("a" + label + ".example") }
  }

  @Test(arguments: [
    ("", HostNameError.empty), (".", .empty), ("..", .emptyLabel), (".a", .emptyLabel),
    ("a..b", .emptyLabel), ("a-.b", .hyphen), ("-", .hyphen), ("a b", .character(" ")),
    ("a\u{0}b", .character("\u{0}")), ("a\r\nb", .character("\r")), ("a:80", .character(":")),
    ("a,b", .character(",")), ("[a]", .character("[")), ("\u{fc}.example", .notASCII),
    ("e\u{301}.example", .notASCII), ("example.\u{ff4f}rg", .notASCII), ("10", .numeric),
    ("1.2.3.4.5", .numeric), ("256.1.1.1", .numeric), ("example.1", .numeric),
  ])
  func `what is none is refused`(_ text: String, _ error: HostNameError) {
    #expect(throws: error) { try HostName(text) }
    #expect(throws: error) { try HostName(text, permitsAddress: true) }
    #expect(!error.description.unicodeScalars.contains { $0.value < 0x20 })
  }

  @Test(arguments: [
    ("192.0.2.1", "192.0.2.1"), ("2001:DB8::1", "[2001:db8::1]"), ("[::1]", "[::1]"),
  ])
  func `an address stands where it may`(_ text: String, _ host: String) throws {
    #expect(throws: HostNameError.address) { try HostName(text) }
    #expect(try HostName(text, permitsAddress: true).text == host)
  }
}
