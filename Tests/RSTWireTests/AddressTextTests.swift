import RSTWire
import Testing

@Suite struct AddressTextTests {
  @Test(
    arguments: [
      ("::", 0), ("::1", 1), ("1::", UInt128(1) << 112), ("0:0:0:0:0:0:0:1", 1),
      ("2001:db8::8:800:200c:417a", 0x2001_0db8_0000_0000_0008_0800_200c_417a),
      ("2001:DB8:0:0:8:800:200C:417A", 0x2001_0db8_0000_0000_0008_0800_200c_417a),
      ("1:2:3:4:5:6:7::", 0x0001_0002_0003_0004_0005_0006_0007_0000),
      ("::2:3:4:5:6:7:8", 0x0000_0002_0003_0004_0005_0006_0007_0008),
      ("::13.1.68.3", 0x0d01_4403), ("::ffff:129.144.52.38", 0xffff_8190_3426),
      ("0:0:0:0:0:ffff:129.144.52.38", 0xffff_8190_3426),
      ("64:ff9b::192.0.2.1", 0x64_ff9b << 96 | 0xc000_0201),
      ("0001:0002::", 0x0001_0002 << 96),
    ] as [(String, UInt128)])
  func `reads what RFC 4291 allows`(text: String, value: UInt128) {
    #expect(IPv6Address(text)?.rawValue == value)
    #expect(IPAddress(text) == .v6(IPv6Address(rawValue: value)))
  }

  @Test(arguments: [
    "", ":", ":::", "1", "1:", ":1", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", "::1::",
    "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8", "1:2:3:4::5:6:7:8", "12345::", "g::", "+1::", "-1::",
    "1 ::", " ::1", "::1%eth0", "::1/64", "[::1]", "::1.2.3", "::1.2.3.4.5", "::256.0.0.1",
    "1.2.3.4::", "::1.2.3.4:5", "1:2:3:4:5:6:7:1.2.3.4", "1:2:3:4:5:1.2.3.4", ":1::", "1:::2",
    "::\u{661}", "0000:0000:0000:0000:0000:0000:255.255.255.2555", "1:2:3:4:5:6:7:8:",
    ":1:2:3:4:5:6:7:8", "1::2:", ":1::2",
  ])
  func `refuses what RFC 4291 does not allow`(text: String) {
    #expect(IPv6Address(text) == nil)
    #expect(IPAddress(text) == nil)
  }

  @Test(arguments: [
    ("2001:0db8::0001", "2001:db8::1"), ("2001:db8:0:0:0:0:2:1", "2001:db8::2:1"),
    ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"), ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),
    ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), ("2001:DB8::AAAA", "2001:db8::aaaa"),
    ("0:0:0:0:0:0:0:0", "::"), ("1:0:0:0:0:0:0:0", "1::"), ("0:0:0:0:0:0:0:1", "::1"),
    ("::ffff:c000:201", "::ffff:192.0.2.1"), ("fe80:0:0:0:1:0:0:0", "fe80::1:0:0:0"),
  ])
  func `prints as RFC 5952 recommends`(text: String, canonical: String) {
    #expect(IPv6Address(text)?.description == canonical)
  }

  @Test(arguments: [
    "1.2.3", "1.2.3.4.5", "1.2.3.256", "1.2.3.", ".1.2.3", "1..2.3", "01.2.3.4", "1.2.3.00",
    "+1.2.3.4", "1.2.3.4 ", "1.2.3.0x4", "",
  ])
  func `refuses what is no dotted decimal`(text: String) {
    #expect(IPv4Address(text) == nil)
  }

  @Test func `reads and prints dotted decimal`() {
    #expect(IPv4Address("192.0.2.1")?.rawValue == 0xc000_0201)
    #expect(IPv4Address(rawValue: 0xff00_0a01).description == "255.0.10.1")
    #expect(IPAddress("0.0.0.0") == .v4(IPv4Address(rawValue: 0)))
  }

  @Test func `prints a link address with six octets`() {
    #expect(LinkAddress(rawValue: 0x02ab_0000_0c01).description == "02:ab:00:00:0c:01")
  }
}
