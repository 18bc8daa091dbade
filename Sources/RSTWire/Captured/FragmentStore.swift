/// Puts datagrams together from their parts, in bounded memory.
///
/// A datagram that is not complete after 30 seconds is given up (RFC 8200, section 4.5, allows 60;
/// most hosts wait 30), and so is the oldest where there are too many.
public struct FragmentStore: Sendable {
  private var datagrams: [CapturedFragment.Key: FragmentedDatagram] = [:]
  /// The keys in the order in which their first part came.
  private var order: [CapturedFragment.Key] = []
  /// How many datagrams were given up.
  public private(set) var abandoned = 0

  /// The most datagrams that wait for more of their parts.
  public static let datagramLimit = 256

  /// How long parts are waited for, in nanoseconds.
  public static let patience: Int64 = 30_000_000_000

  /// Makes a store with nothing in it.
  public init() {}

  /// How many datagrams wait for more of their parts.
  public var waiting: Int { datagrams.count }

  /// Takes a part of a datagram.
  ///
  /// - Parameters:
  ///   - fragment: the part, as `CapturedFrame` found it in the same octets.
  ///   - octets: what was captured of the frame.
  ///   - now: when it was captured, in nanoseconds since any origin.
  /// - Returns: The datagram, where this was the part that was missing.
  public mutating func add(
    _ fragment: CapturedFragment, of octets: Span<UInt8>, at now: Int64
  ) -> AssembledDatagram? {
    // A part that is not the last ends at a multiple of 8 (RFC 8200, section 4.5), and none is
    // empty: hosts drop such parts.
    guard fragment.payloadLength > 0, !fragment.hasMore || fragment.payloadLength % 8 == 0 else {
      return nil
    }
    let key = fragment.key
    if let waiting = datagrams[key], Self.isOver(waiting.began, at: now) { abandon(key) }
    if datagrams[key] == nil {
      makeRoom(at: now)
      order.append(key)
    }
    guard datagrams[key, default: FragmentedDatagram(began: now)].add(fragment, of: octets) else {
      abandon(key)
      return nil
    }
    guard let datagram = datagrams[key]?.assembled() else { return nil }
    remove(key)
    return datagram
  }

  /// Gives up what has waited too long, and the oldest where there is no room.
  private mutating func makeRoom(at now: Int64) {
    while let oldest = order.first, let waiting = datagrams[oldest] {
      guard order.count >= Self.datagramLimit || Self.isOver(waiting.began, at: now) else { return }
      abandon(oldest)
    }
  }

  private mutating func abandon(_ key: CapturedFragment.Key) {
    remove(key)
    abandoned += 1
  }

  private mutating func remove(_ key: CapturedFragment.Key) {
    datagrams[key] = nil
    if let index = order.firstIndex(of: key) { order.remove(at: index) }
  }

  private static func isOver(_ began: Int64, at now: Int64) -> Bool {
    let (waited, isOverflow) = now.subtractingReportingOverflow(began)
    return isOverflow ? now > began : waited > patience
  }
}
