/// Where the connections of the segments are that come next, in their order, as far as they are known.
struct ForeseenPlaces: Sendable {
  /// -1 where none was known.
  private(set) var places: [Int32] = []
  /// What looking at them has given: nothing that matters, but without it none would be looked at.
  var looked = 0
  private var taken = 0

  init() {}

  /// Forgets all.
  mutating func clear() {
    places.removeAll(keepingCapacity: true)
    taken = 0
  }

  /// Adds what is known of one more segment.
  mutating func append(_ place: Int?) { places.append(place.map { Int32($0) } ?? -1) }

  /// What was known of the next segment; nil for nothing.
  mutating func next() -> Int? {
    guard taken < places.count else { return nil }
    defer { taken += 1 }
    return places[taken] < 0 ? nil : Int(places[taken])
  }

  /// Forgets a place that is free now.
  mutating func forget(_ place: Int) {
    for index in taken..<places.count where places[index] == Int32(place) { places[index] = -1 }
  }
}
