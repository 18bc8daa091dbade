import RSTWire

/// The same connection in both captures, paired segment by segment.
struct ComparedConnection {
  let traces: PerPoint<ConnectionTrace>
  let basis: TracePairing.Basis?
  let translation: Translation
  private(set) var pairing: SegmentPairing
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

  /// The same, where of segments that are alike those are paired which the clocks allow.
  func timed(_ context: ComparisonContext, _ elsewhere: PerPoint<SiblingSegments>) -> Self {
    guard basis != nil, let clientPoint = clientPoint(context.geometry) else { return self }
    func isPossible(_ first: LoggedSegment, _ second: LoggedSegment) -> Bool {
      context.clock.allows(
        first: first.moment, second: second.moment,
        from: first.side == .client ? clientPoint : clientPoint.other)
    }
    // What only one segment is like stays paired, as most of all connections do.
    let isSettled = pairing.passages.allSatisfy {
      $0.isCertain && (!$0.first.isReset || isPossible($0.first, $0.second))
    }
    guard !isSettled else { return self }
    var timed = self
    timed.pairing = SegmentPairing(
      segments.first, segments.second, elsewhere: elsewhere, isPossible: isPossible)
    return timed
  }

  /// Which capture is nearer to the client.
  func clientPoint(_ geometry: Geometry) -> CapturePoint? {
    geometry.clientPoint(pairing.passages, traces.first, isRedrawn: translation.isRedrawn)
  }

  /// What became of both sides' segments.
  func sides(_ context: ComparisonContext) -> PerSide<SideComparison> {
    var sides = PerSide(comparison(of: .client, context), comparison(of: .server, context))
    for side in Side.allCases {
      for place in sides[side].absences.indices {
        let absence = sides[side].absences[place]
        // Whoever never got what is answered has not answered it.
        if absence.fate == .neverSent, absence.doubt == .stopped, absence.segment.isReset,
          let asked = provocation(of: absence.segment, at: absence.seenAt),
          isSurelyLost(asked, sides, absence.seenAt, context)
        {
          sides[side].absences[place].doubt = .none
        }
      }
    }
    return sides
  }

  private func isSurelyLost(
    _ asked: LoggedSegment, _ sides: PerSide<SideComparison>, _ point: CapturePoint,
    _ context: ComparisonContext
  ) -> Bool {
    if asked.sequenceLength == 0 {
      return pairing.singles[point].contains { $0.segment.frame == asked.frame && !$0.hasTwin }
        && context.ran(point.other, asked, isBefore: false)
    }
    return sides[asked.side].absences.contains {
      $0.segment.frame == asked.frame && $0.fate == .lost && $0.doubt == .none
    }
  }

  /// What became of a side's segments; nothing where it is not known which capture is nearer.
  private func comparison(of side: Side, _ context: ComparisonContext) -> SideComparison {
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
      isRenumbered: translation.offsets[side] != 0,
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
