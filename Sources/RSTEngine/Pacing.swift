/// How fast the engine sends, and how patient it is with a kernel that has no room.
public struct Pacing: Hashable, Sendable {
  /// The least time between two packets.
  public var gap: Duration
  /// The wait before a packet is tried again that the kernel had no room for.
  public var busyWait: Duration
  /// How often such a packet is tried in all before it counts as refused.
  public var busyTries: Int

  /// Makes a pacing; the defaults are gentle on a single target: at most 6,667 packets a second.
  public init(
    gap: Duration = .microseconds(150), busyWait: Duration = .milliseconds(2), busyTries: Int = 50
  ) {
    self.gap = gap
    self.busyWait = busyWait
    self.busyTries = busyTries
  }
}
