public import RSTWire

/// The connections of a capture that are still open, in bounded memory.
///
/// A connection leaves it when it is over for a while, when its endpoints open another, or when there
/// are too many: then the one that has been idle for longest goes first.
public struct ConnectionTable: Sendable {
  /// How many connections it holds at most.
  public let capacity: Int
  /// How many had to go before they were over.
  public private(set) var dropped = 0
  /// How many there were.
  public private(set) var total = 0

  private var index = EndpointIndex()
  private var connections = ConnectionSlab()
  private var order = IdleOrder()
  private var foreseen = ForeseenPlaces()
  private var lastSweep: Moment?
  /// How many resets its connections keep, with what came before and behind each.
  private var resets = 0

  /// How long a connection is kept after both FINs, or a reset: for what comes late.
  static let linger = Duration.seconds(30)
  /// How many resets are kept before each connection has room for few only.
  private static let mostResets = 16_384
  private static let scarceRoom = 2
  /// How often it is looked whether any is over, in nanoseconds.
  private static let sweepInterval: Int64 = 1_000_000_000

  /// Makes an empty table.
  ///
  /// - Parameter capacity: How many connections it holds at most: 16 or more.
  public init(capacity: Int) { self.capacity = max(capacity, 16) }

  /// Takes a segment, and gives those connections away that are over.
  ///
  /// - Parameters:
  ///   - segment: The segment.
  ///   - frame: Its frame's number, from 1.
  ///   - moment: When it was captured.
  ///   - text: What a reset says in text.
  ///   - finished: Gets each connection that is over.
  public mutating func take(
    _ segment: CapturedSegment, frame: Int, at moment: Moment, text: String? = nil,
    finished: (CapturedConnection) -> Void
  ) {
    sweep(at: moment, finished)
    let (source, destination) = segment.ends
    var place = place(between: source, and: destination)
    var predecessor: CapturedConnection.Predecessor?
    if let known = place, segment.isOpening,
      connections[known].isFollowed(by: segment, at: moment)
    {
      let former = remove(known)
      predecessor = CapturedConnection.Predecessor(former)
      finished(former)
      place = nil
    }
    if place == nil, index.count >= capacity, let oldest = order.oldest {
      dropped += 1
      finished(remove(oldest))
    }
    let slot =
      place
      ?? add(
        Self.connection(
          segment, from: source, to: destination, frame: frame, at: moment, after: predecessor)
      )
    let isOver: Bool
    if segment.flags.contains(.reset) {
      isOver = takeReset(segment, slot, frame: frame, at: moment, text: text)
    } else {
      isOver = connections[slot].take(segment, frame: frame, at: moment)
    }
    order.touch(slot, isOver ? .over : .open)
  }

  private mutating func takeReset(
    _ segment: CapturedSegment, _ slot: Int, frame: Int, at moment: Moment, text: String?
  ) -> Bool {
    let before = connections[slot].resets.count
    let room = resets < Self.mostResets ? CapturedConnection.mostResets : Self.scarceRoom
    let isOver = connections[slot].take(
      segment, frame: frame, at: moment, text: text, room: room)
    resets += connections[slot].resets.count - before
    return isOver
  }

  /// Adds an ICMP error about a segment that was sent from one endpoint to another.
  public mutating func take(_ error: CapturedError, from source: Endpoint, to destination: Endpoint)
  {
    guard let place = lookUp(source, destination),
      connections[place].errors.count < 8
    else { return }
    connections[place].errors.append(error)
  }

  /// Gives all connections away that are left, in the order of their first frames.
  public mutating func finish(_ finished: (CapturedConnection) -> Void) {
    var places: [Int] = []
    for state in [IdleOrder.State.open, .over] {
      while let place = order.oldest(of: state) {
        order.remove(place)
        places.append(place)
      }
    }
    places.sort { connections[$0].firstFrame < connections[$1].firstFrame }
    for place in places { finished(connections[place]) }
    index = EndpointIndex()
    foreseen = ForeseenPlaces()
    connections = ConnectionSlab()
    order = IdleOrder()
    resets = 0
  }
}

// MARK: - Places

extension ConnectionTable {
  /// Takes note of the ends of a segment that will be taken soon; it is no matter if others come.
  mutating func foresee(_ ends: (source: Endpoint, destination: Endpoint)) {
    foreseen.append(index.likelyPlace(between: ends.source, and: ends.destination))
  }

  /// Forgets what was foreseen.
  mutating func forgetForeseen() { foreseen.clear() }

  /// Looks at the connections of all segments that were foreseen, so that the processor waits for the
  /// memory of many at once, and not for that of one after the other.
  mutating func lookAhead() {
    foreseen.looked = foreseen.places.reduce(0) { $0 &+ connections.glance(at: Int($1)) }
  }

  private mutating func place(between source: Endpoint, and destination: Endpoint) -> Int? {
    if let place = foreseen.next(),
      connections.isConnection(at: place, between: source, and: destination)
    {
      return place
    }
    return lookUp(source, destination)
  }

  private func lookUp(_ source: Endpoint, _ destination: Endpoint) -> Int? {
    index.place(between: source, and: destination) {
      connections.isConnection(at: $0, between: source, and: destination)
    }
  }

  /// A connection that begins with a segment.
  private static func connection(
    _ segment: CapturedSegment, from source: Endpoint, to destination: Endpoint, frame: Int,
    at moment: Moment, after predecessor: CapturedConnection.Predecessor?
  ) -> CapturedConnection {
    let isServers =
      segment.flags.isSuperset(of: [.syn, .acknowledgement])
      || !segment.flags.contains(.syn) && source.port < destination.port
    return CapturedConnection(
      client: isServers ? destination : source, server: isServers ? source : destination,
      firstFrame: frame, started: moment, predecessor: predecessor)
  }

  private mutating func add(_ connection: CapturedConnection) -> Int {
    total += 1
    let place = connections.insert(connection)
    order.insert(place)
    index.insert(place, between: connection.client, and: connection.server)
    return place
  }

  private mutating func remove(_ place: Int) -> CapturedConnection {
    order.remove(place)
    foreseen.forget(place)
    let connection = connections.remove(place)
    index.remove(place, between: connection.client, and: connection.server)
    resets -= connection.resets.count
    return connection
  }

  /// Gives away what is over for long enough; the order is that of the last frames.
  private mutating func sweep(at moment: Moment, _ finished: (CapturedConnection) -> Void) {
    let last = lastSweep ?? moment
    guard moment.nanoseconds - last.nanoseconds >= Self.sweepInterval else {
      lastSweep = last
      return
    }
    lastSweep = moment
    while let place = order.oldest(of: .over),
      moment - connections[place].lastMoment > Self.linger
    {
      finished(remove(place))
    }
  }
}
