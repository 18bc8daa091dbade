import Testing

@testable import RSTReport

/// What may reach a terminal.
@Suite struct SanitisedTests {
  @Test func `keeps no scalar that acts on a terminal`() {
    var text = ""
    for value in UInt32(0)...0x10_ffff {
      if let scalar = Unicode.Scalar(value) { text.unicodeScalars.append(scalar) }
      guard text.unicodeScalars.count == 1000 || value == 0x10_ffff else { continue }
      let kept = Sanitised(text).text.unicodeScalars
      let active = kept.filter { scalar in
        scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value)
          || (0x202a...0x202e).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
          || [0x061c, 0x200e, 0x200f, 0x2028, 0x2029].contains(scalar.value)
      }
      #expect(active.isEmpty)
      text = ""
    }
  }

  @Test(arguments: [
    ("plain", "plain"), ("a\tb\r\nc", "a b  c"), ("\u{1b}[31mred", "[31mred"),
    ("\u{9b}31mred", "31mred"), ("user\u{202e}gpj", "usergpj"), ("wëb 宽 é", "wëb 宽 é"),
    ("", ""),
  ])
  func `takes out controls and leaves words`(raw: String, safe: String) {
    #expect(Sanitised(raw).text == safe)
  }

  @Test func `cuts what is longer than the limit`() {
    let text = Sanitised(String(repeating: "x", count: Sanitised.limit + 1)).text
    #expect(text == String(repeating: "x", count: Sanitised.limit) + "...")
    let exact = String(repeating: "x", count: Sanitised.limit)
    #expect(Sanitised(exact).text == exact)
  }
}
