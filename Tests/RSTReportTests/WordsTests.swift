import RSTWire
import Testing

@testable import RSTReport

/// How values are written for people.
@Suite struct WordsTests {
  @Test(arguments: [
    (1.0, "100 %"), (0.9999, "99 %"), (0.995, "99 %"), (0.973, "97 %"), (0.5, "50 %"),
    (0.4999, "49 %"), (0.004, "<1 %"), (0.0, "0 %"), (-.infinity, "0 %"), (.nan, "0 %"),
    (7.0, "100 %"),
  ])
  func `a percentage is 100 only for certainty`(confidence: Double, text: String) {
    #expect(Words.percent(confidence) == text)
  }

  @Test(
    arguments: [
      ([], nil), ([7], "packet 7"), ([7, 3], "packets 3, 7"), ([3, 3], "packet 3"),
      ([1, 2, 3, 5], "packets 1-3, 5"), ([1, 2], "packets 1, 2"),
      (Array(stride(from: 0, to: 24, by: 2)), "packets 0, 2, 4, 6, 8, 10, 12, 14 and 4 more"),
    ] as [([Int], String?)])
  func `packet indexes are sorted, joined and bounded`(indexes: [Int], text: String?) {
    #expect(Words.packets(indexes) == text)
  }

  @Test(
    arguments: [
      (0, "0.00"), (4_999, "0.00"), (5_000, "0.01"), (20_310_000, "20.31"), (-1_500_000, "-1.50"),
      (99_999_994_999, "99999.99"), (100_000_000_000, "100000"), (.min, "-9223372036854"),
    ] as [(Int64, String)])
  func `milliseconds have two places while there is room`(nanoseconds: Int64, text: String) {
    #expect(Words.milliseconds(nanoseconds) == text)
  }

  @Test(arguments: [
    (Duration.zero, "0.00 ms"), (.microseconds(412), "0.41 ms"), (.milliseconds(62), "62 ms"),
    (.milliseconds(999), "999 ms"), (.milliseconds(2960), "3.0 s"), (.seconds(90), "90.0 s"),
  ])
  func `a duration has the unit that fits`(duration: Duration, text: String) {
    #expect(Words.duration(duration) == text)
  }

  @Test func `an IPv6 endpoint stands in brackets`() {
    let four = IPAddress.v4(IPv4Address(rawValue: 0xc000_020a))
    #expect(Words.endpoint(four, port: 80) == "192.0.2.10:80")
    let six = IPAddress.v6(IPv6Address(rawValue: 1))
    #expect(Words.endpoint(six, port: 80) == "[::1]:80")
  }

  @Test(arguments: [
    ("one two three", ["one two", "three"]), ("", [""]), ("abcdefghij", ["abcdefgh", "ij"]),
    ("  a   b ", ["a b"]), ("宽宽宽宽宽", ["宽宽宽宽", "宽"]), ("12345678 9", ["12345678", "9"]),
  ])
  func `text is wrapped between words by the columns it takes`(text: String, lines: [String]) {
    #expect(text.wrapped(to: 8) == lines)
  }
}
