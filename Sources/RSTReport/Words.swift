import RSTCore
package import RSTWire

/// How values are written for people, in one place.
package enum Words {
  /// A confidence as a percentage: "100 %" only for certainty.
  ///
  /// What is below one half stays below it, and what is nearly excluded is "<1 %".
  static func percent(_ confidence: Double) -> String {
    guard confidence.isFinite, confidence > 0 else { return "0 %" }
    guard confidence < 1 else { return "100 %" }
    let rounded = Int((confidence * 100).rounded())
    return rounded < 1 ? "<1 %" : "\(min(rounded, confidence < 0.5 ? 49 : 99)) %"
  }

  /// What a detail of a finding says.
  static func text(_ value: Detail.Value) -> String {
    switch value {
    case .word(let word): name(word)
    case .number(let number): plain(number)
    case .numbers(let numbers): numbers.map(plain).joined(separator: " to ")
    case .words(let words): words.map { name($0) }.joined(separator: ", ")
    }
  }

  /// A number without a fraction that says nothing.
  private static func plain(_ number: Double) -> String {
    number == number.rounded() && abs(number) < 1e15 ? "\(Int(number))" : "\(number)"
  }

  /// Where a responder stands: the hop, the interval of hops, or nothing.
  static func distance(hop: Int?, range: ClosedRange<Int>?) -> String? {
    if let hop { return "hop \(hop)" }
    guard let range else { return nil }
    return range.lowerBound == range.upperBound
      ? "hop \(range.lowerBound)" : "hops \(range.lowerBound) to \(range.upperBound)"
  }

  /// A count with its noun: "1 packet", "3 packets".
  package static func count(_ number: Int, _ noun: String) -> String {
    "\(number) \(noun)\(number == 1 ? "" : "s")"
  }

  /// Packet indexes as people write them: "packet 3", "packets 3, 5-8"; nil when there are none.
  static func packets(_ indexes: [Int], atMost limit: Int = 8) -> String? {
    let sorted = Set(indexes).sorted()
    guard let first = sorted.first else { return nil }
    guard sorted.count > 1 else { return "packet \(first)" }
    var runs: [ClosedRange<Int>] = []
    for index in sorted {
      if let last = runs.last, index == last.upperBound + 1 {
        runs[runs.count - 1] = last.lowerBound...index
      } else {
        runs.append(index...index)
      }
    }
    let shown = runs.prefix(limit).map { run in
      switch run.count {
      case 1: "\(run.lowerBound)"
      case 2: "\(run.lowerBound), \(run.upperBound)"
      default: "\(run.lowerBound)-\(run.upperBound)"
      }
    }
    let left = runs.dropFirst(limit).reduce(0) { $0 + $1.count }
    return "packets " + shown.joined(separator: ", ") + (left > 0 ? " and \(left) more" : "")
  }

  /// Nanoseconds as milliseconds with two places, fewer where the number is long.
  static func milliseconds(_ nanoseconds: Int64) -> String {
    let sign = nanoseconds < 0 ? "-" : ""
    let hundredths = (nanoseconds.magnitude + 5_000) / 10_000
    let whole = hundredths / 100
    guard whole < 100_000 else { return "\(sign)\(whole)" }
    let rest = hundredths % 100
    return "\(sign)\(whole).\(rest < 10 ? "0" : "")\(rest)"
  }

  /// A duration with a unit that fits: "0.41 ms", "62 ms", "3.0 s".
  static func duration(_ duration: Duration) -> String {
    let nanoseconds = duration.nanoseconds
    if nanoseconds.magnitude < 10_000_000 { return milliseconds(nanoseconds) + " ms" }
    if nanoseconds.magnitude < 1_000_000_000 {
      return "\((nanoseconds + 500_000) / 1_000_000) ms"
    }
    let tenths = nanoseconds / 100_000_000 + (nanoseconds % 100_000_000 >= 50_000_000 ? 1 : 0)
    return "\(tenths / 10).\((tenths % 10).magnitude) s"
  }

  /// An address with a port, as a user would type it: IPv6 in brackets.
  package static func endpoint(_ address: IPAddress, port: UInt16) -> String {
    switch address {
    case .v4: "\(address):\(port)"
    case .v6: "[\(address)]:\(port)"
    }
  }

  /// A name as it is shown: no longer than a name in the DNS may be (RFC 1035, section 2.3.4).
  static func name(_ name: String) -> String {
    let head = name.unicodeScalars.prefix(255)
    return String(String.UnicodeScalarView(head))
      + (head.count < name.unicodeScalars.count ? "..." : "")
  }

  /// A number in hexadecimal with at least `digits` digits and no prefix.
  static func hexadecimal(_ value: some FixedWidthInteger, digits: Int) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }
}

extension Moment {
  /// Nanoseconds since `origin`; times too far apart to count are held at the limit.
  func nanoseconds(since origin: Moment) -> Int64 {
    let (difference, overflow) = nanoseconds.subtractingReportingOverflow(origin.nanoseconds)
    guard overflow else { return difference }
    return nanoseconds < 0 ? .min : .max
  }
}
