/// The numbers below a count in a pseudo-random order that a seed repeats, without a table.
///
/// A Feistel network over two halves whose sizes need not be powers of two (Black and Rogaway,
/// "Ciphers with arbitrary finite domains", 2002): their product is less than one square root above
/// the count, so that walking on from a number outside is rare, and every place costs the same
/// however many there are.
public struct Permutation: Sendable {
  /// How many numbers there are: 1...2^40.
  public let count: UInt64

  private let left: UInt64
  private let right: UInt64
  private let keys: (UInt64, UInt64, UInt64, UInt64)

  /// Makes an order.
  ///
  /// - Parameters:
  ///   - count: How many numbers: 1...2^40.
  ///   - seed: What the order follows from.
  public init(count: UInt64, seed: UInt64) {
    precondition((1...TargetSpace.limit).contains(count), "a space has 1 to 2^40 targets")
    self.count = count
    var root = UInt64(Double(count).squareRoot())
    while root * root < count { root += 1 }
    left = root
    right = (count + root - 1) / root
    var random = SplitMix(seed: seed)
    keys = (random.next(), random.next(), random.next(), random.next())
  }

  /// The number at a place below `count`.
  @inline(__always)
  public func number(at place: UInt64) -> UInt64 {
    var value = place
    repeat { value = forward(value) } while value >= count
    return value
  }

  /// The place of a number below `count`.
  @inline(__always)
  public func place(of number: UInt64) -> UInt64 {
    var value = number
    repeat { value = backward(value) } while value >= count
    return value
  }

  @inline(__always)
  private func forward(_ value: UInt64) -> UInt64 {
    var (high, low) = value.quotientAndRemainder(dividingBy: right)
    Self.mix(&high, below: left, &low, below: right, keys) { Self.sum($0, $1, below: $2) }
    return high * right + low
  }

  /// The same with everything turned round: the last step is undone first.
  @inline(__always)
  private func backward(_ value: UInt64) -> UInt64 {
    var (high, low) = value.quotientAndRemainder(dividingBy: right)
    Self.mix(&low, below: right, &high, below: left, (keys.3, keys.2, keys.1, keys.0)) {
      Self.difference($0, $1, below: $2)
    }
    return high * right + low
  }

  /// Four steps, each of which changes one half by the other.
  @inline(__always)
  private static func mix(
    _ first: inout UInt64, below size: UInt64, _ second: inout UInt64, below other: UInt64,
    _ keys: (UInt64, UInt64, UInt64, UInt64), _ combine: (UInt64, UInt64, UInt64) -> UInt64
  ) {
    first = combine(first, share(second, keys.0, of: size), size)
    second = combine(second, share(first, keys.1, of: other), other)
    first = combine(first, share(second, keys.2, of: size), size)
    second = combine(second, share(first, keys.3, of: other), other)
  }

  /// A pseudo-random number below `size`, which is below 2^32: a multiplication instead of a division.
  @inline(__always)
  private static func share(_ half: UInt64, _ key: UInt64, of size: UInt64) -> UInt64 {
    var mixed = half ^ key
    mixed = (mixed ^ mixed >> 32) &* 0xd6e8_feb8_6659_fd93
    mixed = (mixed ^ mixed >> 32) &* 0xd6e8_feb8_6659_fd93
    // Shifts bind tighter than products in Swift.
    return ((mixed >> 32) &* size) >> 32
  }

  @inline(__always)
  private static func sum(_ first: UInt64, _ second: UInt64, below size: UInt64) -> UInt64 {
    let sum = first &+ second
    return sum >= size ? sum &- size : sum
  }

  @inline(__always)
  private static func difference(_ first: UInt64, _ second: UInt64, below size: UInt64) -> UInt64 {
    first >= second ? first &- second : first &+ size &- second
  }
}
