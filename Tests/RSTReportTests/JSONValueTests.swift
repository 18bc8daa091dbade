import Testing

@testable import RSTReport

/// The JSON writer.
///
/// RFC 8259.
@Suite struct JSONValueTests {
  @Test(arguments: [
    (JSONValue.null, "null"), (.bool(true), "true"), (.bool(false), "false"),
    (.integer(.min), "-9223372036854775808"), (.number(0.02031), "0.02031"), (.number(1), "1.0"),
    (.number(.nan), "null"), (.number(-.infinity), "null"), (.array([]), "[]"),
    (.object([]), "{}"), (.array([.integer(1), .null]), "[1, null]"),
    (.object([.init("a\"", .string("b"))]), #"{"a\"": "b"}"#),
  ])
  func `writes each kind of value`(value: JSONValue, text: String) {
    #expect(value.compact == text)
    #expect(value.pretty == text)
  }

  @Test(arguments: [
    ("\u{0}", "\\u0000"), ("\u{1f}", "\\u001f"), ("\n\r\t", "\\n\\r\\t"), ("\u{7f}", "\\u007f"),
    ("\u{9b}", "\\u009b"), ("\u{202e}", "\\u202e"), ("\u{2028}", "\\u2028"),
    ("\u{e0041}", "\\udb40\\udc41"), ("\"\\/", "\\\"\\\\/"), ("grüße 宽", "grüße 宽"),
  ])
  func `escapes what ends a string or acts on a terminal`(raw: String, escaped: String) {
    #expect(JSONValue.string(raw).compact == "\"\(escaped)\"")
  }

  @Test func `every scalar of the first planes comes back as it was`() throws {
    var text = ""
    for value in UInt32(0)...0x2_ffff {
      if let scalar = Unicode.Scalar(value) { text.unicodeScalars.append(scalar) }
    }
    guard case .string(let back) = try JSONParser.value(of: JSONValue.string(text).pretty) else {
      Issue.record("no string came back")
      return
    }
    #expect(Array(back.unicodeScalars) == Array(text.unicodeScalars))
  }

  @Test func `breaks what is longer than a line, and only that`() {
    let long = JSONValue.string(String(repeating: "x", count: 90))
    let value = JSONValue.record(["a": .array([long, .integer(1)]), "b": .array([.integer(2)])])
    #expect(
      value.pretty == """
        {
          "a": [
            \(long.compact),
            1
          ],
          "b": [2]
        }
        """)
  }

  @Test(arguments: [
    (0.0, 0.0), (1.0, 1.0), (2.0, 1.0), (-1.0, 0.0), (.nan, 0.0), (0.99999, 0.9999),
    (0.499_99, 0.4999), (0.5, 0.5), (0.123_456, 0.1235),
  ])
  func `rounds a probability neither to certainty nor over one half`(
    confidence: Double, shown: Double
  ) {
    #expect(JSONValue(confidence: confidence) == .number(shown))
  }

  @Test(arguments: [
    "", "{} {}", "[1,]", "{\"a\":1,\"a\":2}", "01", "\"\u{1}\"", "\"\\ud800\"", "nul", "[1", "+1",
  ])
  func `the reader that these tests trust refuses what is no JSON`(text: String) {
    #expect(throws: JSONParser.Failure.self) { try JSONParser.value(of: text) }
  }
}
