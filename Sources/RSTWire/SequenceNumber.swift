/// A TCP sequence or acknowledgement number: modulo 2^32, so never compared with `<`.
///
/// RFC 9293, section 3.4.
public struct SequenceNumber: RawRepresentable, Hashable, Sendable {
  /// The 32-bit number, host order.
  public var rawValue: UInt32

  /// Makes a number from its 32 bits, host order.
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// Makes a number from its 32 bits, host order.
  public init(_ value: UInt32) { rawValue = value }

  /// The number `count` octets later (earlier when negative), modulo 2^32.
  public static func + (number: Self, count: Int) -> Self {
    Self(number.rawValue &+ UInt32(truncatingIfNeeded: count))
  }

  /// The number `count` octets earlier, modulo 2^32.
  public static func - (number: Self, count: Int) -> Self { number + (-count) }

  /// How many octets after `other` this number lies: -2^31 ..< 2^31.
  public func distance(from other: Self) -> Int {
    Int(Int32(bitPattern: rawValue &- other.rawValue))
  }

  /// Whether this number lies in the window of `length` octets that begins at `start`.
  public func isWithin(start: Self, length: Int) -> Bool {
    let offset = Int(rawValue &- start.rawValue)
    return offset < length
  }
}

extension SequenceNumber: CustomStringConvertible {
  /// The number in decimal.
  public var description: String { String(rawValue) }
}
