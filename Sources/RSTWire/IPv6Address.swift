/// An IPv6 address, without scope.
public struct IPv6Address: RawRepresentable, Hashable, Sendable {
  /// The 128 bits, host order: ::1 is 1.
  public var rawValue: UInt128

  /// Makes an address from its 128 bits, host order.
  public init(rawValue: UInt128) { self.rawValue = rawValue }
}

extension IPv6Address: LosslessStringConvertible {
  /// Reads the text of RFC 4291, section 2.2; nil otherwise.
  public init?(_ text: String) {
    // The longest text is six groups and an embedded IPv4 address.
    guard (2...45).contains(text.utf8.count) else { return nil }
    var parts = text.split(separator: ":", omittingEmptySubsequences: false)
    // A colon at either end is half of a "::": without its empty part, each empty part that is
    // left is one "::".
    if text.utf8.first == 0x3a {
      guard text.hasPrefix("::") else { return nil }
      parts.removeFirst()
    }
    if text.utf8.last == 0x3a {
      guard text.hasSuffix("::") else { return nil }
      parts.removeLast()
    }
    var groups: [UInt16] = []
    var gap: Int?
    for (index, part) in parts.enumerated() {
      if part.isEmpty {
        guard gap == nil else { return nil }
        gap = groups.count
      } else if index == parts.count - 1, part.contains(".") {
        guard let embedded = IPv4Address(String(part)) else { return nil }
        groups.append(UInt16(embedded.rawValue >> 16))
        groups.append(UInt16(truncatingIfNeeded: embedded.rawValue))
      } else {
        guard let group = Self.group(part) else { return nil }
        groups.append(group)
      }
    }
    if let gap {
      // "::" stands for at least one group.
      guard groups.count < 8 else { return nil }
      groups.insert(contentsOf: repeatElement(0, count: 8 - groups.count), at: gap)
    }
    guard groups.count == 8 else { return nil }
    self.init(rawValue: groups.reduce(0) { $0 << 16 | UInt128($1) })
  }

  /// The canonical text of RFC 5952; mapped IPv4 addresses in dotted decimal (section 5).
  public var description: String {
    if rawValue >> 32 == 0xffff {
      return "::ffff:\(IPv4Address(rawValue: UInt32(truncatingIfNeeded: rawValue)))"
    }
    let groups = (0..<8).map { UInt16(truncatingIfNeeded: rawValue >> (112 - 16 * $0)) }
    let gap = Self.longestZeroRun(in: groups)
    let texts = groups.map { String($0, radix: 16) }
    guard gap.count > 1 else { return texts.joined(separator: ":") }
    let before = texts[..<gap.lowerBound].joined(separator: ":")
    let after = texts[gap.upperBound...].joined(separator: ":")
    return "\(before)::\(after)"
  }

  private static func group(_ text: Substring) -> UInt16? {
    guard text.utf8.count <= 4, text.utf8.first != 0x2b else { return nil }
    return UInt16(text, radix: 16)
  }

  /// The first of the longest runs of zeros (RFC 5952, section 4.2.3).
  private static func longestZeroRun(in groups: [UInt16]) -> Range<Int> {
    var best = 0..<0
    var start = 0
    for (index, group) in groups.enumerated() {
      if group != 0 {
        start = index + 1
      } else if index + 1 - start > best.count {
        best = start..<(index + 1)
      }
    }
    return best
  }
}
