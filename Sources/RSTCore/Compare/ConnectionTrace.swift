import RSTWire

/// The segments of one connection as one capture shows them, in bounded memory.
///
/// Of long connections the beginning and the end are kept, and every reset up to a limit.
struct ConnectionTrace: Sendable {
  /// The first SYN or SYN ACK of a side, with what it offers.
  struct Opening: Hashable, Sendable {
    var segment: LoggedSegment
    var options: CapturedSegment.Options
  }

  /// Who opened it; where its start is missing, the side with the higher port.
  private(set) var client: Endpoint
  private(set) var server: Endpoint
  let firstFrame: Int
  private(set) var lastFrame: Int
  private(set) var lastMoment: Moment
  /// What is kept of it, in the order of the capture, without copies of what came already.
  private(set) var segments: [LoggedSegment] = []
  private(set) var openings = PerSide<Opening?>(nil, nil)
  private(set) var hasClosed = PerSide(false, false)
  private(set) var resets = 0
  /// How many resets came when there was no room for more of them.
  private(set) var unlistedResets = 0
  /// How many frames showed once more what another had shown.
  private(set) var copies = 0
  /// Behind the last octet that was not kept, by side; nil where all of a side's were.
  private(set) var dropped = PerSide<SequenceNumber?>(nil, nil)
  /// Behind the last octet of the beginning that is kept.
  private(set) var beginningEnd = PerSide<SequenceNumber?>(nil, nil)
  private var beginning = 0

  /// How many resets are kept of a connection.
  static let mostResets = 64
  /// How many segments are kept of the beginning, and of the end, while there is room for all.
  static let room = (beginning: 1_024, end: 256)
  /// The same when there is little.
  static let scarce = (beginning: 4, end: 4)

  init(client: Endpoint, server: Endpoint, firstFrame: Int, at moment: Moment) {
    self.client = client
    self.server = server
    self.firstFrame = firstFrame
    lastFrame = firstFrame
    lastMoment = moment
  }

  var isClosed: Bool { hasClosed.client && hasClosed.server }
  var hasBeginning: Bool { openings.client != nil || openings.server != nil }

  func endpoint(of side: Side) -> Endpoint { side == .client ? client : server }

  /// Takes a segment of it, and says by how many segments what is kept grew.
  mutating func take(
    _ segment: CapturedSegment, frame: Int, at moment: Moment, isScarce: Bool
  ) -> Int {
    let side: Side =
      segment.sourcePort == client.port && segment.source == client.address ? .client : .server
    let logged = LoggedSegment(segment, frame: frame, at: moment, side: side)
    lastFrame = frame
    lastMoment = max(lastMoment, moment)
    if isCopy(logged) {
      copies += 1
      return 0
    }
    if logged.isReset {
      resets += 1
      guard resets <= Self.mostResets else {
        unlistedResets += 1
        return 0
      }
    } else if logged.flags.contains(.syn), openings[side] == nil {
      openings[side] = Opening(segment: logged, options: segment.options)
    }
    if logged.flags.contains(.fin) { hasClosed[side] = true }
    let before = segments.count
    segments.append(logged)
    makeRoom(isScarce ? Self.scarce : Self.room, for: logged)
    return segments.count - before
  }

  /// As in `CapturedConnection`: resets are copies only where other segments come twice as well.
  private func isCopy(_ logged: LoggedSegment) -> Bool {
    guard !logged.isReset || copies > 0 else { return false }
    return segments.suffix(CapturedConnection.mostRecent).contains { logged.isCopy(of: $0) }
  }

  /// Drops the middle of a connection that has become long.
  private mutating func makeRoom(
    _ room: (beginning: Int, end: Int), for latest: LoggedSegment
  ) {
    guard beginning == 0 else {
      if segments.count - beginning >= 2 * room.end + resets { shorten(to: room.end) }
      return
    }
    guard segments.count >= room.beginning else { return }
    beginning = segments.count
    for segment in segments {
      let end = beginningEnd[segment.side]
      if !segment.isReset, end.map({ segment.end.distance(from: $0) > 0 }) ?? true {
        beginningEnd[segment.side] = segment.end
      }
    }
  }

  private mutating func shorten(to room: Int) {
    let last = segments.count - room
    guard last > beginning else { return }
    var kept: [LoggedSegment] = []
    for segment in segments[beginning..<last] {
      if segment.isReset {
        kept.append(segment)
      } else if dropped[segment.side].map({ segment.end.distance(from: $0) > 0 }) ?? true {
        dropped[segment.side] = segment.end
      }
    }
    segments.replaceSubrange(beginning..<last, with: kept)
  }

  /// Whether this trace would hold such a segment of a side, had it been captured: nothing of what
  /// was dropped may be it.
  func wouldHold(_ segment: LoggedSegment) -> Bool {
    if segment.isReset { return unlistedResets == 0 }
    guard let dropped = dropped[segment.side] else { return true }
    if segment.sequence.distance(from: dropped) >= 0 { return true }
    return beginningEnd[segment.side].map { segment.end.distance(from: $0) <= 0 } ?? false
  }

  /// The same connection with its sides the other way round.
  func turned() -> Self {
    var turned = self
    (turned.client, turned.server) = (server, client)
    turned.openings = PerSide(openings.server, openings.client)
    turned.hasClosed = PerSide(hasClosed.server, hasClosed.client)
    turned.dropped = PerSide(dropped.server, dropped.client)
    turned.beginningEnd = PerSide(beginningEnd.server, beginningEnd.client)
    for index in turned.segments.indices {
      turned.segments[index].side = turned.segments[index].side.opposite
    }
    return turned
  }
}
