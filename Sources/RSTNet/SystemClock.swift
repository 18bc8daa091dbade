internal import CLinux
internal import CPcap
public import RSTCore
public import RSTEngine

/// The clock that libpcap stamps with, kept from jumping while a run goes on.
///
/// Captures are stamped with the time of day, which someone may set at any moment; so the time of
/// day is read once and carried on by the monotonic clock. `moment(ofStamp:)` brings stamps along
/// when the time of day was set in between.
public struct SystemClock: RSTEngine.Clock, Sendable {
  /// Nanoseconds to add to the monotonic clock.
  private let offset: Int64
  /// A difference that two readings a moment apart may show; more means that the clock was set.
  private static let tolerance: Int64 = 20_000_000

  /// Starts from the present time of day.
  public init() {
    offset = Self.read(CLOCK_REALTIME) - Self.read(CLOCK_MONOTONIC)
  }

  /// The present moment, nanoseconds since 1970.
  public var now: Moment {
    Moment(nanoseconds: Self.read(CLOCK_MONOTONIC) + offset)
  }

  /// The moment of a capture's stamp, also when the time of day was set since the start.
  ///
  /// - Parameter stamp: Nanoseconds since 1970 as the kernel had it when it captured a packet.
  /// - Returns: The same moment on this clock.
  func moment(ofStamp stamp: Int64) -> Moment {
    let drift = Self.read(CLOCK_REALTIME) - now.nanoseconds
    return Moment(nanoseconds: abs(drift) > Self.tolerance ? stamp - drift : stamp)
  }

  /// The moment of a time of the kernel's monotonic clock, in nanoseconds.
  func moment(ofMonotonic time: Int64) -> Moment { Moment(nanoseconds: time + offset) }

  private static func read(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    _ = unsafe clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
