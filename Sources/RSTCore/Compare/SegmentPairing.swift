import RSTWire

/// What a segment keeps on its way: repetitions of it share that.
struct SegmentKey: Hashable, Sendable {
  private var side: Side
  private var sequence: SequenceNumber
  private var length: Int
  private var flags: TCPFlags
  private var acknowledgement: SequenceNumber?
  private var timestamp: UInt32?

  init(_ segment: LoggedSegment) {
    side = segment.side
    sequence = segment.sequence
    length = segment.length
    flags = segment.flags.intersection([.syn, .fin, .reset])
    let isAcknowledgement = segment.flags.contains(.acknowledgement)
    // What takes no numbers is told from others by what it acknowledges.
    guard segment.sequenceLength == 0 || segment.isReset else { return }
    acknowledgement = isAcknowledgement ? segment.acknowledgement : nil
    if !segment.isReset { timestamp = segment.timestamps?.value }
  }
}

/// One segment that both captures show; the second's has the first's numbers.
struct Passage: Hashable, Sendable {
  var first: LoggedSegment
  var second: LoggedSegment
  /// Whether no other segment is like it, so that the times belong together.
  var isCertain: Bool

  subscript(point: CapturePoint) -> LoggedSegment { point == .first ? first : second }
}

/// Which segments of a connection two captures both show, and which only one does.
struct SegmentPairing {
  /// A segment that one capture alone shows.
  struct Single: Hashable, Sendable {
    var segment: LoggedSegment
    /// Whether the other capture shows one that is like it.
    var hasTwin: Bool
  }

  private(set) var passages: [Passage] = []
  private(set) var singles = PerPoint<[Single]>([], [])
  /// Frames of segments that the other capture shows too.
  private(set) var passedFrames = PerPoint<Set<Int>>([], [])

  /// Whether more than so many alike are paired in their order alone.
  private static let mostCompared = 64

  /// Pairs segments.
  ///
  /// - Parameters:
  ///   - first: What the first capture shows.
  ///   - second: What the second one shows, with the first one's numbers.
  ///   - elsewhere: What each capture shows of other connections between the same endpoints: where one
  ///     of them ends and the next begins, the captures need not agree.
  ///   - isPossible: Whether what the first capture shows and what the second one shows can be one and
  ///     the same, by their times.
  init(
    _ first: [LoggedSegment], _ second: [LoggedSegment],
    elsewhere: PerPoint<SiblingSegments> = PerPoint(SiblingSegments(), SiblingSegments()),
    isPossible: (LoggedSegment, LoggedSegment) -> Bool = { _, _ in true }
  ) {
    var places: [SegmentKey: Int] = [:]
    var groups: [PerPoint<[LoggedSegment]>] = []
    for (point, segments) in [(CapturePoint.first, first), (.second, second)] {
      for segment in segments {
        let key = SegmentKey(segment)
        if let place = places[key] {
          groups[place][point].append(segment)
        } else {
          places[key] = groups.count
          groups.append(point == .first ? PerPoint([segment], []) : PerPoint([], [segment]))
        }
      }
    }
    // What only one segment is like shows by how many hops those of a side differ.
    for group in groups where group.first.count == 1 && group.second.count == 1 {
      pairOne(group, isPossible)
    }
    let usual = usualHops
    for group in groups where group.first.count != 1 || group.second.count != 1 {
      pair(group, elsewhere, usual, isPossible)
    }
    for point in CapturePoint.allCases {
      singles[point].sort { $0.segment.frame < $1.segment.frame }
    }
    passages.sort { $0.first.frame < $1.first.frame }
  }

  private mutating func pairOne(
    _ group: PerPoint<[LoggedSegment]>, _ isPossible: (LoggedSegment, LoggedSegment) -> Bool
  ) {
    let (mine, their) = (group.first[0], group.second[0])
    // Forgers use the numbers that the host itself uses, earlier or later.
    guard !mine.isReset || isPossible(mine, their) else {
      singles.first.append(Single(segment: mine, hasTwin: false))
      singles.second.append(Single(segment: their, hasTwin: false))
      return
    }
    note(mine, their, isCertain: true)
  }

  private mutating func pair(
    _ group: PerPoint<[LoggedSegment]>, _ elsewhere: PerPoint<SiblingSegments>,
    _ usual: PerSide<Set<Int>>, _ isPossible: (LoggedSegment, LoggedSegment) -> Bool
  ) {
    var (left, theirs) = (group.first, group.second)
    let isFew = max(left.count, theirs.count) <= Self.mostCompared
    // The likeliest first; what is left over, in the order of the captures.
    let likeness: [(LoggedSegment, LoggedSegment) -> Bool] = [
      { $0.isAlike($1) && usual[$0.side].contains($0.hops(to: $1)) },
      { $0.isAlike($1) },
      { usual[$0.side].contains($0.hops(to: $1)) },
      { _, _ in true },
    ]
    for isLike in isFew ? likeness[...] : likeness.suffix(1) {
      left.removeAll { mine in
        let likely = isFew ? theirs[...] : theirs.prefix(1)
        guard let found = likely.firstIndex(where: { isLike(mine, $0) && isPossible(mine, $0) })
        else { return false }
        note(mine, theirs.remove(at: found), isCertain: false)
        return true
      }
    }
    add(left, .first, group.second, elsewhere.second, isPossible)
    add(theirs, .second, group.first, elsewhere.first) { isPossible($1, $0) }
  }

  /// By how many hops the hop limits of both captures differ on what is surely the same, by side.
  private var usualHops: PerSide<Set<Int>> {
    var usual = PerSide<Set<Int>>([], [])
    for passage in passages where !passage.first.isReset {
      usual[passage.first.side].insert(passage.first.hops(to: passage.second))
    }
    return usual
  }

  private mutating func note(_ mine: LoggedSegment, _ their: LoggedSegment, isCertain: Bool) {
    passages.append(Passage(first: mine, second: their, isCertain: isCertain))
    passedFrames.first.insert(mine.frame)
    passedFrames.second.insert(their.frame)
  }

  private mutating func add(
    _ segments: [LoggedSegment], _ point: CapturePoint, _ alike: [LoggedSegment],
    _ elsewhere: SiblingSegments, _ isPossible: (LoggedSegment, LoggedSegment) -> Bool
  ) {
    for segment in segments {
      guard let other = elsewhere[segment], isPossible(segment, other) else {
        let hasTwin = alike.contains { isPossible(segment, $0) }
        singles[point].append(Single(segment: segment, hasTwin: hasTwin))
        continue
      }
      // That of the second capture is noted where its own connection is looked at.
      if point == .first { note(segment, other, isCertain: false) }
    }
  }
}

/// The segments of other connections between the same endpoints, as one capture shows them.
struct SiblingSegments: Sendable {
  private var places: [SegmentKey: (trace: Int, segment: LoggedSegment)] = [:]
  /// The connection that is looked at itself.
  private var own = -1

  /// None.
  init() {}

  /// Those of some traces, by place; of segments that are alike, the first counts.
  init(_ traces: [(place: Int, trace: ConnectionTrace)]) {
    for (place, trace) in traces {
      for segment in trace.segments where places[SegmentKey(segment)] == nil {
        places[SegmentKey(segment)] = (place, segment)
      }
    }
  }

  /// The same without those of one connection.
  func without(_ own: Int) -> Self {
    var rest = self
    rest.own = own
    return rest
  }

  /// One that is like a segment; nil where there is none.
  subscript(segment: LoggedSegment) -> LoggedSegment? {
    guard let found = places[SegmentKey(segment)], found.trace != own else { return nil }
    return found.segment
  }
}

extension LoggedSegment {
  /// By how many its hop limit is above another's.
  fileprivate func hops(to other: LoggedSegment) -> Int { Int(hopLimit) - Int(other.hopLimit) }

  /// Whether two frames show one and the same packet, rather than another like it.
  fileprivate func isAlike(_ other: LoggedSegment) -> Bool {
    identification == other.identification && timestamps == other.timestamps
      && acknowledgement == other.acknowledgement && flags == other.flags
  }
}
