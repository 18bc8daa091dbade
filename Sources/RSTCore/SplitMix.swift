/// A small seeded generator, so that a run can be repeated.
///
/// After Steele, Lea and Flood, 2014.
public struct SplitMix: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// Makes a generator; every seed is good.
  public init(seed: UInt64) { state = seed }

  /// The next 64 bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
    return mixed ^ mixed >> 31
  }
}
