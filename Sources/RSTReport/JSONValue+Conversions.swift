import RSTCore

// MARK: - Values that may be missing

extension JSONValue {
  /// An object from names and values, in their order.
  static func record(_ members: KeyValuePairs<String, JSONValue>) -> JSONValue {
    .object(members.map { Member($0.key, $0.value) })
  }

  /// A whole number, or null.
  init(_ value: (some BinaryInteger)?) {
    self = value.map { .integer(Int64(clamping: $0)) } ?? .null
  }

  /// A text, or null.
  init(_ value: String?) { self = value.map(Self.string) ?? .null }

  /// True, false, or null.
  init(_ value: Bool?) { self = value.map(Self.bool) ?? .null }

  /// Seconds, or null.
  init(seconds duration: Duration?) { self = duration.map { .number($0.seconds) } ?? .null }

  /// The bounds of an interval as a list of two, or null.
  init(_ range: ClosedRange<Int>?) {
    self = range.map { .array([JSONValue($0.lowerBound), JSONValue($0.upperBound)]) } ?? .null
  }

  /// A probability in steps of 1/10000: rounding takes it neither to certainty nor to one half,
  /// which divides what is said from what was considered.
  init(confidence: Double) {
    guard confidence.isFinite, confidence > 0 else {
      self = .number(0)
      return
    }
    let rounded = (confidence * 10_000).rounded() / 10_000
    let limit = confidence < 0.5 ? 0.4999 : confidence < 1 ? 0.9999 : 1
    self = .number(min(rounded, limit))
  }

  /// Octets as hexadecimal digits.
  init(hexadecimal octets: [UInt8]) {
    self = .string(octets.map { Words.hexadecimal($0, digits: 2) }.joined())
  }
}
