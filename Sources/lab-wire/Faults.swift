/// What happens to the frames of one direction.
///
/// Times in nanoseconds, shares 0...1.
struct Faults {
  var delay: UInt64
  var jitter: UInt64
  var loss: Double
  var duplicate: Double
  var reorder: Double
  var reorderGap: UInt64
}

/// One direction of the wire: draws the fate of each frame.
///
/// It does no I/O and reads no clock.
struct Lane {
  /// What became of the frames so far.
  struct Counts {
    var received = 0
    var lost = 0
    var duplicated = 0
    var reordered = 0
    var sent = 0
    /// How late the latest frame left, in nanoseconds after it was due.
    var latest: UInt64 = 0
  }

  private let faults: Faults
  private var generator: SplitMix
  private var lastDue: UInt64 = 0
  var counts = Counts()

  init(faults: Faults, seed: UInt64) {
    self.faults = faults
    generator = SplitMix(state: seed)
  }

  /// The moments at which a frame that arrives now leaves: none, one or two.
  mutating func departures(now: UInt64) -> (first: UInt64?, second: UInt64?) {
    counts.received += 1
    if isDrawn(faults.loss) {
      counts.lost += 1
      return (nil, nil)
    }
    var due = now + faults.delay
    if faults.jitter > 0 { due += UInt64.random(in: 0...faults.jitter, using: &generator) }
    if isDrawn(faults.reorder) {
      // Held back without holding back what follows.
      counts.reordered += 1
      due += UInt64.random(in: faults.reorderGap / 4...faults.reorderGap, using: &generator)
    } else {
      // A queue delays; it does not shuffle.
      due = max(due, lastDue)
      lastDue = due
    }
    guard isDrawn(faults.duplicate) else { return (due, nil) }
    counts.duplicated += 1
    return (due, due)
  }

  private mutating func isDrawn(_ share: Double) -> Bool {
    share > 0 && Double.random(in: 0..<1, using: &generator) < share
  }
}

/// A small seeded generator: SplitMix64, after Steele, Lea and Flood (OOPSLA 2014).
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
    return mixed ^ mixed >> 31
  }
}
