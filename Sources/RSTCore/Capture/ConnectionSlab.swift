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

  /// Whether the connection at a place is the one between two endpoints, whoever of them is the client.
  ///
  /// Its ends alone are looked at, for speed: through the subscript all of it may be copied.
  func isConnection(at place: Int, between one: Endpoint, and other: Endpoint) -> Bool {
    let client = pieces[place >> Self.shift][place & Self.mask].client
    guard client == one || client == other else { return false }
    let server = pieces[place >> Self.shift][place & Self.mask].server
    return client == one && server == other || client == other && server == one
  }

  /// Looks at what each segment changes of the connection at a place.
  ///
  /// The result means nothing; -1 is no place.
  func glance(at place: Int) -> Int {
    guard place >= 0 else { return 0 }
    let piece = place >> Self.shift
    let index = place & Self.mask
    return Int(truncatingIfNeeded: pieces[piece][index].lastMoment.nanoseconds)
      &+ pieces[piece][index].clientRecord.segments &+ pieces[piece][index].serverRecord.segments
      &+ Int(pieces[piece][index].client.port)
  }

  /// The connection at a place, used where it is: it is large.
  subscript(place: Int) -> CapturedConnection {
    _read { yield pieces[place >> Self.shift][place & Self.mask] }
    _modify { yield &pieces[place >> Self.shift][place & Self.mask] }
  }
}
