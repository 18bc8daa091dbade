/// Places that answered by TCP, spread over the space: whom control probes ask.
struct WitnessTable: Sendable {
  private var places: [UInt64?]
  private var strikes: [Int]
  private let regionSize: UInt64
  private var turn = 0

  /// How many regions the hosts are divided into.
  static let regions = 64

  init(hosts: UInt64) {
    regionSize = max((hosts + UInt64(Self.regions) - 1) / UInt64(Self.regions), 1)
    places = [UInt64?](repeating: nil, count: Self.regions)
    strikes = [Int](repeating: 0, count: Self.regions)
  }

  /// Whether there is nobody to ask.
  var isEmpty: Bool { places.allSatisfy { $0 == nil } }

  /// Remembers a place that answered.
  @inline(__always)
  mutating func add(_ place: UInt64, host: UInt64) {
    let region = Int(min(host / regionSize, UInt64(Self.regions - 1)))
    if places[region] == nil { places[region] = place }
  }

  /// Takes note that a place did not answer; after the third time in a row it is asked no more, and
  /// one that answers later takes its turn.
  mutating func missed(_ place: UInt64) {
    for region in places.indices where places[region] == place {
      strikes[region] += 1
      guard strikes[region] >= Self.mostStrikes else { continue }
      places[region] = nil
      strikes[region] = 0
    }
  }

  /// Takes note that a place answered.
  mutating func heard(_ place: UInt64) {
    for region in places.indices where places[region] == place { strikes[region] = 0 }
  }

  private static let mostStrikes = 3

  /// The next places to ask, from different regions where there are several.
  mutating func next(_ count: Int) -> [UInt64] {
    var found: [UInt64] = []
    for _ in 0..<Self.regions where found.count < count {
      turn = (turn + 1) % Self.regions
      if let place = places[turn] { found.append(place) }
    }
    while let only = found.first, found.count < count { found.append(only) }
    return found
  }
}
