import RSTWire

/// Where the connection between two endpoints is kept.
///
/// A hash table of numbers, eight octets an entry: most of it stays in the processor's cache, however
/// large the connections are. Linear probing.
struct EndpointIndex: Sendable {
  /// How many entries there are.
  private(set) var count = 0

  /// The hash in the upper half; the place and one in the lower, so that 0 is a free entry.
  private var entries = [UInt64](repeating: 0, count: 64)
  private let seed = Seed()

  init() {}

  /// The place of the connection between two endpoints; nil where there is none.
  ///
  /// - Parameters:
  ///   - one: An end; which is which means nothing.
  ///   - other: The other end.
  ///   - isThere: Says of a place whether it is that connection's.
  /// - Returns: The place.
  func place(between one: Endpoint, and other: Endpoint, isThere: (Int) -> Bool) -> Int? {
    let hash = hash(one, other)
    var position = home(hash)
    while entries[position] != 0 {
      let entry = entries[position]
      if UInt32(truncatingIfNeeded: entry >> 32) == hash {
        let place = Int(UInt32(truncatingIfNeeded: entry)) - 1
        if isThere(place) { return place }
      }
      position = (position + 1) & (entries.count - 1)
    }
    return nil
  }

  /// The first place whose hash is that of two endpoints: mostly it is theirs; nil where there is none.
  func likelyPlace(between one: Endpoint, and other: Endpoint) -> Int? {
    place(between: one, and: other) { _ in true }
  }

  /// Adds a place.
  mutating func insert(_ place: Int, between one: Endpoint, and other: Endpoint) {
    if count * 2 >= entries.count { grow() }
    count += 1
    put(Self.entry(place, hash(one, other)))
  }

  /// Removes a place that was added between these; the entries behind it close the gap.
  mutating func remove(_ place: Int, between one: Endpoint, and other: Endpoint) {
    let mask = entries.count - 1
    let hash = hash(one, other)
    let entry = Self.entry(place, hash)
    var gap = home(hash)
    while entries[gap] != entry {
      guard entries[gap] != 0 else { return }
      gap = (gap + 1) & mask
    }
    count -= 1
    var position = (gap + 1) & mask
    while entries[position] != 0 {
      let distance = (position - home(UInt32(truncatingIfNeeded: entries[position] >> 32))) & mask
      if distance >= (position - gap) & mask {
        entries[gap] = entries[position]
        gap = position
      }
      position = (position + 1) & mask
    }
    entries[gap] = 0
  }

  private static func entry(_ place: Int, _ hash: UInt32) -> UInt64 {
    UInt64(hash) << 32 | UInt64(UInt32(place + 1))
  }

  private func home(_ hash: UInt32) -> Int { Int(hash) & (entries.count - 1) }

  private mutating func put(_ entry: UInt64) {
    var position = home(UInt32(truncatingIfNeeded: entry >> 32))
    while entries[position] != 0 { position = (position + 1) & (entries.count - 1) }
    entries[position] = entry
  }

  private mutating func grow() {
    let old = entries
    entries = [UInt64](repeating: 0, count: old.count * 2)
    for entry in old where entry != 0 { put(entry) }
  }
}

extension EndpointIndex {
  /// The hash of two endpoints, the same in both directions.
  private func hash(_ one: Endpoint, _ other: Endpoint) -> UInt32 {
    let sum = half(one) &+ half(other)
    return UInt32(truncatingIfNeeded: Self.mixed(sum ^ seed.first, seed.third) >> 16)
  }

  private func half(_ endpoint: Endpoint) -> UInt64 {
    let (high, low): (UInt64, UInt64) =
      switch endpoint.address {
      case .v4(let address): (0, UInt64(address.rawValue))
      case .v6(let address):
        (
          UInt64(truncatingIfNeeded: address.rawValue >> 64),
          UInt64(truncatingIfNeeded: address.rawValue)
        )
      }
    return Self.mixed(low ^ seed.first, (high &+ UInt64(endpoint.port) << 40) ^ seed.second)
  }

  /// A product folded in half: each bit of it depends on many of both factors.
  private static func mixed(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let product = left.multipliedFullWidth(by: right)
    return product.high ^ product.low
  }

  /// Numbers of this process: no file can be made whose endpoints all have the same hash.
  private struct Seed {
    let first = Self.number(1)
    let second = Self.number(2)
    let third = Self.number(3)

    private static func number(_ number: Int) -> UInt64 {
      var hasher = Hasher()
      hasher.combine(number)
      return UInt64(bitPattern: Int64(hasher.finalize())) | 1
    }
  }
}
