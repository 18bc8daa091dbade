/// What a hop limit on arrival says about the distance of its sender.
public enum Distance {
  /// The initial values that stacks use: 32 (old), 64, 128 (Windows), 255 (RFC 1122 era, routers).
  public static let initialHopLimits = [32, 64, 128, 255]

  /// No path is longer; a hop limit that suggests more was not one of the usual ones at first.
  static let plausible = 40

  /// The distance that a hop limit on arrival suggests: 1 when nothing lowered it.
  ///
  /// It speaks of the way back, and only as far as the initial value was one of the usual ones.
  public static func suggested(by hopLimit: UInt8) -> Int {
    let initial = initialHopLimits.first { $0 >= Int(hopLimit) } ?? 255
    return initial - Int(hopLimit) + 1
  }
}
