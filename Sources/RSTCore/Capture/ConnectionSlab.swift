/// Places for connections that are used again, in pieces: growing moves nothing.
struct ConnectionSlab: Sendable {
  private var pieces: [[CapturedConnection]] = []
  private var free: [Int] = []

  /// Connections in a piece, as a power of two.
  private static let shift = 6
  private static let mask = 1 << shift - 1

  init() {}

  /// Puts a connection into a free place.
  mutating func insert(_ connection: CapturedConnection) -> Int {
    if let place = free.popLast() {
      self[place] = connection
      return place
    }
    if pieces.last.map({ $0.count > Self.mask }) ?? true {
      pieces.append([])
      pieces[pieces.count - 1].reserveCapacity(Self.mask + 1)
    }
    pieces[pieces.count - 1].append(connection)
    return pieces.count << Self.shift - Self.mask - 2 + pieces[pieces.count - 1].count
  }

  /// Takes a connection out, and its place may be used again.
  mutating func remove(_ place: Int) -> CapturedConnection {
    free.append(place)
    let connection = self[place]
    // What is left in the place holds nothing elsewhere.
    self[place].clear()
    return connection
  }

  /// The connection at a place, used where it is: it is large.
  subscript(place: Int) -> CapturedConnection {
    _read { yield pieces[place >> Self.shift][place & Self.mask] }
    _modify { yield &pieces[place >> Self.shift][place & Self.mask] }
  }
}
