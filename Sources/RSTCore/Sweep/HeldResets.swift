/// Resets that say "closed", held back for a time.
///
/// Whoever forges a reset has to be faster than the host whose answer it is to beat, so the host's own
/// SYN-ACK comes behind it, within a round trip or so. A target for which both come is not closed. The
/// memory is bounded by the time and the rate, not by the targets, but for one bit each.
struct HeldResets: Sendable {
  /// One reset, in a small and fixed size.
  struct Entry: Sendable {
    /// The target, as a place of this part.
    let place: UInt64
    /// The target's number in the space.
    let number: UInt64
    /// When the reset came, nanoseconds since 1970.
    let moment: Int64
    /// From the SYN to the reset in nanoseconds; below 0 where that was not measured.
    let roundTrip: Int64
    /// Which attempt it answers.
    let attempt: UInt8
    /// Its hop limit.
    let hopLimit: UInt8
  }

  /// How many are held at most.
  static let limit = 1 << 16

  private var entries: [Entry] = []
  private var head = 0
  private var isHeld: BitField
  private var contradicted: Set<UInt64> = []

  init(targets: UInt64) { isHeld = BitField(size: targets) }

  var isEmpty: Bool { head == entries.count }
  /// Whether no more SYNs should go out before some are released: answers to others are on their way.
  var isBusy: Bool { entries.count - head >= Self.limit / 2 }
  /// The one that came first.
  var first: Entry? { isEmpty ? nil : entries[head] }

  /// Holds a reset back; false where there is no room.
  mutating func hold(_ entry: Entry) -> Bool {
    guard entries.count - head < Self.limit else { return false }
    entries.append(entry)
    isHeld.insert(entry.place)
    return true
  }

  /// Takes note that a SYN-ACK came too; false where no reset of this target is held.
  mutating func contradict(_ place: UInt64) -> Bool {
    guard isHeld[place] else { return false }
    contradicted.insert(place)
    return true
  }

  /// Takes the first one out.
  ///
  /// - Parameter latest: It has to have come by then.
  /// - Returns: The reset, and whether a SYN-ACK came too; nil where none is held for so long.
  mutating func release(arrivedBy latest: Moment) -> (entry: Entry, isContradicted: Bool)? {
    guard let entry = first, entry.moment <= latest.nanoseconds else { return nil }
    head += 1
    if head > 1024, head > entries.count / 2 {
      entries.removeFirst(head)
      head = 0
    }
    isHeld.remove(entry.place)
    return (entry, !contradicted.isEmpty && contradicted.remove(entry.place) != nil)
  }

  /// The targets of all that are held.
  var places: some Sequence<UInt64> { entries[head...].lazy.map(\.place) }
}
