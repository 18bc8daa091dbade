/// One bit for each of a fixed number of places.
struct BitField: Hashable, Sendable {
  /// How many places there are.
  let size: UInt64
  /// How many bits are set.
  private(set) var count: UInt64 = 0
  private var words: [UInt64]

  /// Makes bits that are all clear.
  init(size: UInt64) {
    self.size = size
    words = [UInt64](repeating: 0, count: Int((size + 63) / 64))
  }

  @inline(__always)
  subscript(place: UInt64) -> Bool { words[Int(place >> 6)] >> (place & 63) & 1 == 1 }

  /// Sets a bit; false where it was set.
  @inline(__always)
  @discardableResult
  mutating func insert(_ place: UInt64) -> Bool {
    let mask = UInt64(1) << (place & 63)
    guard words[Int(place >> 6)] & mask == 0 else { return false }
    words[Int(place >> 6)] |= mask
    count += 1
    return true
  }

  /// Clears a bit.
  mutating func remove(_ place: UInt64) {
    let mask = UInt64(1) << (place & 63)
    guard words[Int(place >> 6)] & mask != 0 else { return }
    words[Int(place >> 6)] &= ~mask
    count -= 1
  }

  /// The first place from `start` on whose bit is clear here and in `other`; nil where there is none
  /// below `end`.
  func nextClear(from start: UInt64, below end: UInt64, and other: Self) -> UInt64? {
    next(from: start, below: end) { words[$0] | other.words[$0] }
  }

  /// The first place from `start` on whose bit is set.
  func nextSet(from start: UInt64) -> UInt64? {
    next(from: start, below: size) { ~words[$0] }
  }

  /// The first place whose bit is clear in what `word` gives.
  @inline(__always)
  private func next(from start: UInt64, below end: UInt64, _ word: (Int) -> UInt64) -> UInt64? {
    var place = start
    while place < end {
      let rest = ~word(Int(place >> 6)) >> (place & 63)
      if rest != 0 {
        let found = place + UInt64(rest.trailingZeroBitCount)
        return found < end ? found : nil
      }
      place = (place | 63) + 1
    }
    return nil
  }

  /// The bits as octets, the lowest place first.
  var octets: [UInt8] {
    var octets: [UInt8] = []
    octets.reserveCapacity(words.count * 8)
    for word in words {
      for shift in stride(from: UInt64(0), to: 64, by: 8) {
        octets.append(UInt8(truncatingIfNeeded: word >> shift))
      }
    }
    return octets
  }

  /// How many octets bits for so many places take.
  static func octetCount(of size: UInt64) -> Int { Int((size + 63) / 64) * 8 }

  /// Reads octets; nil where they are not as many as the places need, or set bits behind the last.
  init?(size: UInt64, octets: some Collection<UInt8>) {
    guard octets.count == Self.octetCount(of: size) else { return nil }
    self.init(size: size)
    var place = 0
    for octet in octets {
      words[place >> 3] |= UInt64(octet) << UInt64(8 * (place & 7))
      place += 1
    }
    if size & 63 != 0, let last = words.last, last >> (size & 63) != 0 { return nil }
    count = words.reduce(0) { $0 + UInt64($1.nonzeroBitCount) }
  }
}
