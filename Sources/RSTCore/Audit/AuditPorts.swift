/// Ports as a rule names them: `22,80,8000-8100`.
public struct AuditPorts: Hashable, Sendable, CustomStringConvertible {
  /// Ascending, without overlaps.
  public let ranges: [ClosedRange<UInt16>]

  /// Brings ranges into order.
  public init(_ ranges: [ClosedRange<UInt16>]) {
    var merged: [ClosedRange<UInt16>] = []
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = merged.last, Int(range.lowerBound) <= Int(last.upperBound) + 1 {
        merged[merged.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
      } else {
        merged.append(range)
      }
    }
    self.ranges = merged
  }

  /// Reads numbers and ranges with commas between them, 1...65535.
  ///
  /// - Parameter text: The text; spaces around its parts do not matter.
  /// - Throws: `AuditTarget.Mistake`.
  public init(parsing text: String) throws(AuditTarget.Mistake) {
    var ranges: [ClosedRange<UInt16>] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false)
      var numbers: [UInt16] = []
      for end in ends { numbers.append(try Self.port(end)) }
      guard let first = numbers.first, let last = numbers.last, numbers.count <= 2 else {
        throw .init(problem: "'\(part)' is no range of ports", hint: "write FIRST-LAST")
      }
      guard first <= last else {
        throw .init(problem: "'\(part)' ends before it begins", hint: "write \(last)-\(first)")
      }
      ranges.append(first...last)
    }
    self.init(ranges)
  }

  private static func port(_ part: Substring) throws(AuditTarget.Mistake) -> UInt16 {
    let text = part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()
    let digits = String(text)
    guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let number = UInt16(digits), number > 0
    else {
      throw .init(
        problem: "'\(digits)' is no port from 1 to 65535",
        hint: "write numbers and ranges, as in 22,80,8000-8100")
    }
    return number
  }

  /// How many there are.
  public var count: Int { ranges.reduce(0) { $0 + $1.count } }

  /// Every port, ascending.
  public var all: [UInt16] { ranges.flatMap(\.self) }

  /// Whether a port is one of them.
  public func contains(_ port: UInt16) -> Bool { ranges.contains { $0.contains(port) } }

  func overlaps(_ other: Self) -> Bool {
    ranges.contains { range in other.ranges.contains { $0.overlaps(range) } }
  }

  /// As a policy names them.
  public var description: String {
    ranges.map { range in
      range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound)-\(range.upperBound)"
    }.joined(separator: ",")
  }
}
