internal import ArgumentParser

/// A DURATION of the command line: a number of seconds, or one with `ms`, `s`, `m` or `h`.
///
/// VOCABULARY, section 6.
struct DurationArgument: Hashable, Sendable {
  /// How long.
  var duration: Duration

  /// The longest that may be asked for.
  private static let longest = Duration.seconds(86_400)

  /// Reads a duration above 0 and of a day at most.
  ///
  /// - Throws: `ValidationError` with one line that says what is wrong.
  init(parsing text: String, option: String) throws {
    let units: [(suffix: String, milliseconds: Double)] = [
      ("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000),
    ]
    let unit = units.first { text.hasSuffix($0.suffix) } ?? ("", 1_000)
    let digits = text.dropLast(unit.suffix.count)
    let isPlain = digits.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2e }
    guard isPlain, let number = Double(digits) else {
      throw ValidationError(
        "\(option) '\(text)' is not a duration; give seconds, or a number with ms, s, m or h")
    }
    let milliseconds = number * unit.milliseconds
    guard milliseconds >= 1 else {
      throw ValidationError("\(option) '\(text)' is too short; give 1 ms or more")
    }
    guard milliseconds <= Double(Self.longest.components.seconds) * 1_000 else {
      throw ValidationError("\(option) '\(text)' is too long; give a day at most")
    }
    duration = .milliseconds(Int64(milliseconds))
  }
}
