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

  private var places: [Key: Int] = [:]
  private var slots: [Slot] = []
  private var free: [Int] = []
  /// The connection that was heard of last, and the one that has been silent for longest.
  private var newest = -1
  private var oldest = -1
  private var lastSweep: Moment?

  /// How long a connection is kept after both FINs, or a reset: for what comes late.
  static let linger = Duration.seconds(30)
  /// How often it is looked whether any is over.
  private static let sweepInterval = Duration.seconds(1)

  /// Two endpoints, in an order of their own.
  private struct Key: Hashable {
    var low: Endpoint
    var high: Endpoint

    init(_ segment: CapturedSegment) {
      let source = Endpoint(address: segment.source, port: segment.sourcePort)
      let destination = Endpoint(address: segment.destination, port: segment.destinationPort)
      let isInOrder =
        source.port != destination.port
        ? source.port < destination.port : source.address.precedes(destination.address)
      (low, high) = isInOrder ? (source, destination) : (destination, source)
    }
  }

  private struct Slot {
    var key: Key
    var connection: CapturedConnection
    var newer = -1
    var older = -1
  }

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
    let key = Key(segment)
    var place = places[key]
    var predecessorEnded: Moment?
    if let known = place, opensAnother(slots[known].connection, segment, at: moment) {
      let earlier = slots[known].connection
      if earlier.isClosed { predecessorEnded = earlier.lastMoment }
      remove(known, finished)
      place = nil
    }
    let index =
      place ?? add(key, segment, frame: frame, at: moment, after: predecessorEnded, finished)
    slots[index].connection.take(segment, frame: frame, at: moment, text: text)
    touch(index)
  }

  /// Adds an ICMP error about a segment that was sent from one endpoint to another.
  public mutating func take(_ error: CapturedError, from source: Endpoint, to destination: Endpoint)
  {
    let quoted = CapturedSegment(
      source: source.address, destination: destination.address, sourcePort: source.port,
      destinationPort: destination.port, sequence: SequenceNumber(0), flags: [])
    guard let index = places[Key(quoted)], slots[index].connection.errors.count < 8 else { return }
    slots[index].connection.errors.append(error)
  }

  /// Gives all connections away that are left, in the order of their first frames.
  public mutating func finish(_ finished: (CapturedConnection) -> Void) {
    for place in places.values.sorted(by: {
      slots[$0].connection.firstFrame < slots[$1].connection.firstFrame
    }) {
      finished(slots[place].connection)
    }
    places = [:]
    slots = []
    free = []
    (newest, oldest) = (-1, -1)
  }

  /// Whether a SYN opens a new connection between the same endpoints, and is no repetition.
  private func opensAnother(
    _ connection: CapturedConnection, _ segment: CapturedSegment, at moment: Moment
  ) -> Bool {
    guard segment.flags.contains(.syn), segment.flags.isDisjoint(with: [.acknowledgement, .reset]),
      segment.source == connection.client.address, segment.sourcePort == connection.client.port,
      let opening = connection.clientRecord.opening, opening.sequence != segment.sequence
    else { return false }
    return connection.isClosed || !connection.resets.isEmpty
      || moment - connection.lastMoment > Self.linger
  }
}

// MARK: - Places

extension ConnectionTable {
  private mutating func add(
    _ key: Key, _ segment: CapturedSegment, frame: Int, at moment: Moment,
    after predecessorEnded: Moment?, _ finished: (CapturedConnection) -> Void
  ) -> Int {
    if places.count >= capacity {
      dropped += 1
      remove(oldest, finished)
    }
    total += 1
    let source = Endpoint(address: segment.source, port: segment.sourcePort)
    let destination = Endpoint(address: segment.destination, port: segment.destinationPort)
    let isServers =
      segment.flags.isSuperset(of: [.syn, .acknowledgement])
      || !segment.flags.contains(.syn) && source.port < destination.port
    let connection = CapturedConnection(
      client: isServers ? destination : source, server: isServers ? source : destination,
      firstFrame: frame, started: moment, predecessorEnded: predecessorEnded)
    let slot = Slot(key: key, connection: connection)
    let index: Int
    if let reused = free.popLast() {
      index = reused
      slots[index] = slot
    } else {
      index = slots.count
      slots.append(slot)
    }
    places[key] = index
    link(index)
    return index
  }

  private mutating func remove(_ index: Int, _ finished: (CapturedConnection) -> Void) {
    unlink(index)
    places[slots[index].key] = nil
    free.append(index)
    finished(slots[index].connection)
  }

  /// Gives away what is over for long enough; the list is ordered by the last frame.
  private mutating func sweep(at moment: Moment, _ finished: (CapturedConnection) -> Void) {
    guard moment - (lastSweep ?? moment) >= Self.sweepInterval else {
      lastSweep = lastSweep ?? moment
      return
    }
    lastSweep = moment
    var index = oldest
    while index >= 0, moment - slots[index].connection.lastMoment > Self.linger {
      let next = slots[index].newer
      let connection = slots[index].connection
      if connection.isClosed || !connection.resets.isEmpty { remove(index, finished) }
      index = next
    }
  }

  private mutating func touch(_ index: Int) {
    guard index != newest else { return }
    unlink(index)
    link(index)
  }

  private mutating func link(_ index: Int) {
    slots[index].older = newest
    slots[index].newer = -1
    if newest >= 0 { slots[newest].newer = index }
    newest = index
    if oldest < 0 { oldest = index }
  }

  private mutating func unlink(_ index: Int) {
    let (newer, older) = (slots[index].newer, slots[index].older)
    if newer >= 0 { slots[newer].older = older } else { newest = older }
    if older >= 0 { slots[older].newer = newer } else { oldest = newer }
  }
}

extension IPAddress {
  /// An order of addresses that means nothing else.
  fileprivate func precedes(_ other: IPAddress) -> Bool {
    switch (self, other) {
    case (.v4(let left), .v4(let right)): left.rawValue < right.rawValue
    case (.v6(let left), .v6(let right)): left.rawValue < right.rawValue
    case (.v4, .v6): true
    case (.v6, .v4): false
    }
  }
}
