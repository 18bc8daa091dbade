/// A point in time on the capture's clock; a difference of two is a `Duration`.
///
/// Live runs use libpcap's timestamps (nanoseconds since 1970), simulations start at 0.
public struct Moment: Comparable, Hashable, Sendable {
  /// Nanoseconds since the clock's origin.
  public var nanoseconds: Int64

  /// Makes a moment from nanoseconds since the clock's origin.
  public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  /// Orders by time.
  public static func < (left: Self, right: Self) -> Bool { left.nanoseconds < right.nanoseconds }

  /// The moment `duration` later.
  public static func + (moment: Self, duration: Duration) -> Self {
    Self(nanoseconds: moment.nanoseconds + duration.nanoseconds)
  }

  /// The earlier of two moments, where nil is never.
  public static func earliest(_ one: Self?, _ other: Self?) -> Self? {
    guard let one else { return other }
    guard let other else { return one }
    return min(one, other)
  }

  /// The time from the right moment to the left one.
  public static func - (left: Self, right: Self) -> Duration {
    Duration(nanoseconds: left.nanoseconds - right.nanoseconds)
  }
}

extension Duration {
  /// So many nanoseconds; the standard library's own costs several times as much.
  init(nanoseconds: Int64) {
    let (seconds, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
    self.init(secondsComponent: seconds, attosecondsComponent: rest * 1_000_000_000)
  }

  /// The duration in whole nanoseconds.
  public var nanoseconds: Int64 {
    let (seconds, attoseconds) = components
    return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
  }

  /// The duration in milliseconds.
  public var milliseconds: Double { Double(nanoseconds) / 1e6 }

  /// The duration in seconds.
  public var seconds: Double { Double(nanoseconds) / 1e9 }
}
