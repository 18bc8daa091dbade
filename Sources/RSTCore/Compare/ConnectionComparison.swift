import RSTWire

/// One connection as two captures show it.
public struct ConnectionComparison: Sendable {
  /// What shows that both captures hold it: `endpoints`, `sequence-numbers` or `payload`; nil where the
  /// second one does not.
  public let pairedBy: String?
  /// Its client in the first capture.
  public let client: Endpoint
  /// Its server in the first capture.
  public let server: Endpoint
  /// Its first frame in the first capture.
  public let firstFrame: Int
  /// Its client, and server, in the second capture; nil where that does not hold it.
  public let counterpart: Counterpart?
  /// The capture that is nearer to the client; nil where nothing shows it.
  public let nearerToClient: CapturePoint?
  /// What became of the client's segments.
  public let clientSide: SideComparison
  /// What became of the server's.
  public let serverSide: SideComparison
  /// What was changed on the way.
  public let changes: [PathChange]
  /// What the comparison says: forged segments and lost ones.
  public let findings: [ComparedFinding]

  /// The same connection in the second capture.
  public struct Counterpart: Hashable, Sendable {
    /// Its client there.
    public var client: Endpoint
    /// Its server there.
    public var server: Endpoint
    /// Its first frame there.
    public var firstFrame: Int
  }

  /// What became of a side's segments.
  public func side(_ side: Side) -> SideComparison { side == .client ? clientSide : serverSide }
}

/// A finding of a comparison, with the frames of each capture that show it.
public struct ComparedFinding: Hashable, Sendable {
  /// What is said.
  public var finding: Finding
  /// Frames of the first capture.
  public var firstFrames: [Int]
  /// Frames of the second capture.
  public var secondFrames: [Int]
}

/// What a connection is judged by beside its own segments.
struct ComparisonContext {
  var geometry: Geometry
  var clock: ClockOffset
  var coverage: PerPoint<Coverage>
  /// The first and the last moment, by capture, at which something passed that both show.
  var passed: PerPoint<ClosedRange<Moment>?>
  /// Servers of which the second capture shows connections: others may have gone elsewhere.
  var servers: Set<Endpoint>
  /// Whether a capture holds connections that were not kept.
  var hasLeftOut: PerPoint<Bool>

  /// Whether a capture ran when a segment must have come by that the other shows.
  func ran(_ point: CapturePoint, _ segment: LoggedSegment, isBefore: Bool) -> Bool {
    let shown = passed[point.other]
    if let shown, shown.lowerBound < segment.moment, segment.moment < shown.upperBound {
      return true
    }
    guard
      let range = clock.passage(segment.moment, of: point.other, isBefore: isBefore)
    else { return false }
    let hadBegun = shown.map { $0.lowerBound < segment.moment } ?? false
    return coverage[point].ran(
      from: hadBegun ? range.upperBound : range.lowerBound, to: range.upperBound)
  }
}

/// The same connection in both captures, paired segment by segment.
struct ComparedConnection {
  let traces: PerPoint<ConnectionTrace>
  let basis: TracePairing.Basis?
  let translation: Translation
  let pairing: SegmentPairing
  /// With the first capture's numbers.
  let segments: PerPoint<[LoggedSegment]>

  /// Pairs the segments of two traces, or of a trace that the second capture does not hold.
  init(
    _ first: ConnectionTrace, _ second: ConnectionTrace?, basis: TracePairing.Basis?,
    elsewhere: PerPoint<SiblingSegments>
  ) {
    let none = ConnectionTrace(
      client: first.client, server: first.server, firstFrame: 0, at: first.lastMoment)
    traces = PerPoint(first, second ?? none)
    self.basis = basis
    let translation = Translation(first, second ?? none)
    self.translation = translation
    segments = PerPoint(first.segments, (second ?? none).segments.map(translation.inFirst))
    pairing = SegmentPairing(segments.first, segments.second, elsewhere: elsewhere)
  }

  /// Which capture is nearer to the client.
  func clientPoint(_ geometry: Geometry) -> CapturePoint? {
    geometry.clientPoint(pairing.passages, traces.first, isRedrawn: translation.isRedrawn)
  }

  /// What became of a side's segments; nothing where it is not known which capture is nearer.
  func comparison(of side: Side, _ context: ComparisonContext) -> SideComparison {
    guard let clientPoint = clientPoint(context.geometry), translation.offsets[side] != nil,
      !isElsewhere(context)
    else {
      var unknown = SideComparison()
      unknown.passed = pairing.passages.count { $0.first.side == side }
      unknown.undecided = CapturePoint.allCases.reduce(0) { sum, point in
        sum
          + pairing.singles[point].count {
            $0.segment.side == side && ($0.segment.sequenceLength > 0 || $0.segment.isReset)
          }
      }
      return unknown
    }
    return SideJudgement(
      side: side, pairing: pairing, segments: segments,
      near: side == .client ? clientPoint : clientPoint.other,
      wouldShow: { point, segment in
        point == .first
          ? traces.first.wouldHold(segment)
          : traces.second.wouldHold(translation.inSecond(segment))
      },
      ran: { point, segment, isBefore in
        ranBeside(segment, point) || context.ran(point, segment, isBefore: isBefore)
      },
      hears: { point in hears(side, point, context) }
    ).comparison()
  }

  /// Whether a connection that the second capture lacks may have gone another way: others to the same
  /// server are there, or not all were kept.
  private func isElsewhere(_ context: ComparisonContext) -> Bool {
    basis == nil && (context.hasLeftOut.second || context.servers.contains(traces.first.server))
  }

  /// Whether the connection itself shows that a capture ran before and behind a segment of the other.
  private func ranBeside(_ segment: LoggedSegment, _ point: CapturePoint) -> Bool {
    let shown = point.other
    return pairing.passages.contains { $0[shown].frame < segment.frame }
      && pairing.passages.contains { $0[shown].frame > segment.frame }
  }

  private func hears(_ side: Side, _ point: CapturePoint, _ context: ComparisonContext) -> Bool {
    segments[point].contains { $0.side == side }
      || context.coverage[point].hears(traces[point].endpoint(of: side).address)
  }
}

// MARK: - Resets

extension ComparedConnection {
  /// Where the resets of the first capture were made, by frame, as far as the second one proves it.
  func origins(_ sides: PerSide<SideComparison>, _ geometry: Geometry) -> [Int: ResetOrigin] {
    var origins: [Int: ResetOrigin] = [:]
    guard let clientPoint = clientPoint(geometry) else { return [:] }
    for reset in traces.first.segments where reset.isReset {
      let near = reset.side == .client ? clientPoint : clientPoint.other
      if let passage = passage(of: reset) {
        if isOnLink(passage[near], near, geometry) { origins[reset.frame] = .sent }
      } else if near == .second,
        let absence = sides[reset.side].absences.first(where: {
          $0.segment.frame == reset.frame && $0.seenAt == .first && $0.fate == .neverSent
        }), absence.doubt != .stopped
      {
        origins[reset.frame] = .between(
          doubt: absence.doubt,
          hasProvocationPassed: isProxied(sides) ? false : hasProvocationPassed(reset))
      }
    }
    return origins
  }

  /// Whether a device between has accepted the connection in the server's name.
  private func isProxied(_ sides: PerSide<SideComparison>) -> Bool {
    sides.server.absences.contains { $0.fate == .neverSent && $0.segment.isSYNACK }
      && !pairing.passages.contains { $0.first.isSYNACK }
  }

  /// The passage of a reset, or that of one which it repeats from the same distance.
  private func passage(of reset: LoggedSegment) -> Passage? {
    if let own = pairing.passages.first(where: { $0.first.frame == reset.frame }) { return own }
    return pairing.passages.first {
      $0.first.isReset && $0.first.hopLimit == reset.hopLimit
        && SegmentKey($0.first) == SegmentKey(reset)
    }
  }

  private func isOnLink(_ segment: LoggedSegment, _ near: CapturePoint, _ geometry: Geometry)
    -> Bool
  {
    Geometry.isUntouched(segment)
      || geometry.isNeighbour(traces.first.endpoint(of: segment.side).address, of: near)
  }

  /// What was sent longer before is not what a reset answers.
  private static let longestAnswer = Duration.seconds(3)

  /// Whether the segment that a reset answers, as far as can be told, is in both captures.
  func hasProvocationPassed(_ reset: LoggedSegment) -> Bool? {
    let before = traces.first.segments.filter {
      $0.frame < reset.frame && $0.side != reset.side && !$0.isReset
        && reset.moment - $0.moment < Self.longestAnswer
    }
    func isAnswered(_ asked: LoggedSegment) -> Bool {
      guard asked.flags.contains(.acknowledgement) else {
        return reset.flags.contains(.acknowledgement) && reset.acknowledgement == asked.end
      }
      return reset.sequence == asked.acknowledgement
    }
    guard let asked = before.last(where: isAnswered) ?? before.last(where: { $0.sequenceLength > 0 })
    else { return nil }
    if pairing.passedFrames.first.contains(asked.frame) { return true }
    if asked.sequenceLength == 0 {
      // One of several acknowledgements that are alike is not told from the others.
      return pairing.singles.first.contains { $0.segment.frame == asked.frame && !$0.hasTwin }
        ? false : nil
    }
    // Cut into other pieces, its octets may have arrived all the same; if they were sent before, nobody
    // knows which time.
    if before.contains(where: {
      $0.frame < asked.frame && $0.end.distance(from: asked.end) >= 0
        && asked.sequence.distance(from: $0.sequence) >= 0
    }) {
      return nil
    }
    let others = segments.second.filter { $0.side == asked.side }
    return Extents(others).covers(asked)
  }
}
