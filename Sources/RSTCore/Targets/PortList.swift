/// Ports as `22,80,8000-8100`; each is kept once.
public struct PortList: Hashable, Sendable {
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

  /// Makes a list of single ports.
  public init(_ ports: some Sequence<UInt16>) { self.init(ports.map { $0...$0 }) }

  /// Reads numbers from 1 to 65535 and ranges of them, with commas between.
  ///
  /// - Parameter text: The text; spaces around its parts do not matter.
  /// - Throws: `TargetTextError`.
  public init(parsing text: String) throws(TargetTextError) {
    var ranges: [ClosedRange<UInt16>] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false)
      var numbers: [UInt16] = []
      for end in ends { numbers.append(try Self.port(end)) }
      guard let first = numbers.first, let last = numbers.last, numbers.count <= 2 else {
        throw TargetTextError("'\(part)' is no range of ports", hint: "write FIRST-LAST")
      }
      guard first <= last else {
        throw TargetTextError("'\(part)' ends before it begins", hint: "write \(last)-\(first)")
      }
      ranges.append(first...last)
    }
    self.init(ranges)
  }

  private static func port(_ part: Substring) throws(TargetTextError) -> UInt16 {
    let start = part.drop { $0 == " " }
    let digits = start.prefix { $0 != " " }
    guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = UInt16(digits),
      number > 0, start[digits.endIndex...].allSatisfy({ $0 == " " })
    else {
      throw TargetTextError(
        "'\(part)' is no port from 1 to 65535",
        hint: "write numbers and ranges, as in 22,80,8000-8100")
    }
    return number
  }

  /// How many there are.
  public var count: Int { ranges.reduce(0) { $0 + $1.count } }

  /// Every port, ascending.
  public var ports: [UInt16] { ranges.flatMap(\.self) }

  /// Whether both have a port in common.
  func overlaps(_ other: Self) -> Bool {
    ranges.contains { range in other.ranges.contains { $0.overlaps(range) } }
  }
}

extension PortList: CustomStringConvertible {
  /// As people write them.
  public var description: String {
    ranges.map { range in
      range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound)-\(range.upperBound)"
    }.joined(separator: ",")
  }
}
