import RSTWire

/// What may have kept a capture from showing a segment that it does not show.
public enum Doubt: String, Hashable, Sendable, CaseIterable {
  /// Nothing: it ran, and shows what came before and behind.
  case none
  /// It misses other segments of that side too: it drops some, or some pass elsewhere.
  case elsewhere
  /// It may not have run then.
  case stopped

  /// How sure what only one capture shows is then, 0...1.
  var confidence: Double {
    switch self {
    case .none: 0.97
    case .elsewhere: 0.7
    case .stopped: 0.6
    }
  }
}

/// A segment that one capture shows and the other does not.
public struct Absence: Hashable, Sendable {
  /// What that means.
  public enum Fate: String, Hashable, Sendable, CaseIterable {
    /// It was sent, and did not arrive.
    case lost
    /// It arrived, and the side in whose name it came did not send it.
    case neverSent = "never-sent"
  }

  /// The segment, with the first capture's sequence numbers.
  public var segment: LoggedSegment
  /// The capture that shows it.
  public var seenAt: CapturePoint
  /// What that means.
  public var fate: Fate
  /// What speaks against that.
  public var doubt: Doubt
}

/// What became of one side's segments between the two points.
public struct SideComparison: Hashable, Sendable {
  /// How many segments both captures show.
  public internal(set) var passed = 0
  /// How many were sent and did not arrive.
  public internal(set) var lost = 0
  /// How many arrived that were never sent.
  public internal(set) var neverSent = 0
  /// How many arrived more often than they were sent.
  public internal(set) var doubled = 0
  /// How many were cut into other pieces on the way, or before they left.
  public internal(set) var recut = 0
  /// How many passed a capture that does not show them.
  public internal(set) var missed = 0
  /// How many one capture alone shows, and nothing tells why.
  public internal(set) var undecided = 0
  /// Those that were lost or never sent: no more than `mostAbsences`.
  public internal(set) var absences: [Absence] = []

  /// How many absences are listed of a side.
  public static let mostAbsences = 64

  init() {}
}

/// Judges the segments of one side that only one of two captures shows.
struct SideJudgement {
  let side: Side
  let pairing: SegmentPairing
  /// What each capture shows of the connection, with the first one's numbers.
  let segments: PerPoint<[LoggedSegment]>
  /// The capture that is nearer to the side.
  let near: CapturePoint
  /// Whether a device between gives the side's segments other numbers.
  let isRenumbered: Bool
  /// Whether a capture would show a segment, had it come by.
  let wouldShow: (CapturePoint, LoggedSegment) -> Bool
  /// Whether a capture ran when a segment must have come by, before or after the other one shows it.
  let ran: (CapturePoint, LoggedSegment, _ isBefore: Bool) -> Bool
  /// Whether a capture shows segments of this host on any connection.
  let hears: (CapturePoint) -> Bool

  private var far: CapturePoint { near.other }

  /// What became of them.
  func comparison() -> SideComparison {
    var result = SideComparison()
    result.passed = pairing.passages.count { $0.first.side == side }
    let extents = PerPoint(Extents(own(.first)), Extents(own(.second)))
    let acknowledged = acknowledgedAtFar()
    var absences: [Absence] = []
    for single in pairing.singles[near] where single.segment.side == side {
      guard single.segment.sequenceLength > 0 || single.segment.isReset else { continue }
      guard wouldShow(far, single.segment), hears(far) else {
        result.undecided += 1
        continue
      }
      if !single.hasTwin, extents[far].covers(single.segment) {
        // Of octets that were sent before it is not known which time they arrived.
        if isOld(single.segment) { result.undecided += 1 } else { result.recut += 1 }
      } else if !single.hasTwin, !single.segment.isReset,
        let acknowledged, acknowledged.distance(from: single.segment.end) >= 0
      {
        result.missed += 1
      } else {
        absences.append(absence(single.segment, at: near, .lost))
      }
    }
    for single in pairing.singles[far] where single.segment.side == side {
      guard single.segment.sequenceLength > 0 || single.segment.isReset else { continue }
      guard wouldShow(near, single.segment), hears(near), !mayBeRenumbered(single.segment) else {
        result.undecided += 1
        continue
      }
      switch arrival(single, extents) {
      case .doubled: result.doubled += 1
      case .recut: result.recut += 1
      case .missed: result.missed += 1
      case .neverSent: absences.append(absence(single.segment, at: far, .neverSent))
      }
    }
    return settle(absences, result)
  }

  /// Whether it may be another reset that the side has sent, with other numbers: whoever rewrites them
  /// need not do so with resets as with all else, net/netfilter/nf_conntrack_seqadj.c.
  private func mayBeRenumbered(_ segment: LoggedSegment) -> Bool {
    isRenumbered && segment.isReset
      && pairing.singles[near].contains { $0.segment.side == side && $0.segment.isReset }
  }

  /// Whether a side had sent these octets before.
  private func isOld(_ segment: LoggedSegment) -> Bool {
    own(near).contains {
      !$0.isReset && $0.frame < segment.frame && $0.sequenceLength > 0
        && $0.end.distance(from: segment.end) >= 0
        && segment.sequence.distance(from: $0.sequence) >= 0
    }
  }

  private enum Arrival {
    case doubled
    case recut
    case missed
    case neverSent
  }

  /// What a segment is that the capture near its sender does not show.
  private func arrival(_ single: SegmentPairing.Single, _ extents: PerPoint<Extents>) -> Arrival {
    let segment = single.segment
    if single.hasTwin { return .doubled }
    if segment.isReset { return .neverSent }
    if segment.flags.contains(.syn) {
      // What goes on behind a SYN shows that it was sent.
      let goesOn = segments[near].contains {
        $0.side == side && !$0.isReset && $0.sequence == segment.end
      }
      return goesOn ? .missed : .neverSent
    }
    if extents[near].covers(segment) { return contradicts(segment) ? .neverSent : .recut }
    return extents[near].reaches(beyond: segment.end) ? .missed : .neverSent
  }

  /// Whether the side has sent other octets with the same numbers.
  private func contradicts(_ segment: LoggedSegment) -> Bool {
    guard segment.payloadDigest != 0, digestsAgree else { return false }
    return segments[near].contains {
      $0.side == side && $0.sequence == segment.sequence && $0.payloadDigest != 0
        && $0.payloadDigest != segment.payloadDigest
        && ($0.length == segment.length || min($0.length, segment.length) >= 64)
    }
  }

  /// Whether both captures hold the same octets of what both show: they may cut frames off.
  private var digestsAgree: Bool {
    let both = pairing.passages.filter { $0.first.length > 0 }
    return !both.isEmpty && both.allSatisfy { $0.first.payloadDigest == $0.second.payloadDigest }
  }

  private func own(_ point: CapturePoint) -> [LoggedSegment] {
    segments[point].filter { $0.side == side }
  }

  /// The furthest that the other side has acknowledged where its acknowledgements are still its own.
  private func acknowledgedAtFar() -> SequenceNumber? {
    var furthest: SequenceNumber?
    for segment in segments[far]
    where segment.side != side && !segment.isReset && segment.flags.contains(.acknowledgement) {
      if furthest.map({ segment.acknowledgement.distance(from: $0) > 0 }) ?? true {
        furthest = segment.acknowledgement
      }
    }
    return furthest
  }

  private func absence(
    _ segment: LoggedSegment, at point: CapturePoint, _ fate: Absence.Fate
  ) -> Absence {
    Absence(
      segment: segment, seenAt: point, fate: fate,
      doubt: ran(point.other, segment, fate == .neverSent) ? .none : .stopped)
  }

  /// A capture that misses other segments proves little; of anything but resets nothing then.
  private func settle(_ absences: [Absence], _ counted: SideComparison) -> SideComparison {
    var result = counted
    for var absence in absences {
      if result.missed > 0 {
        if absence.doubt == .none { absence.doubt = .elsewhere }
        guard absence.segment.isReset || absence.fate == .lost else {
          result.undecided += 1
          continue
        }
      }
      switch absence.fate {
      case .lost: result.lost += 1
      case .neverSent: result.neverSent += 1
      }
      if result.absences.count < SideComparison.mostAbsences { result.absences.append(absence) }
    }
    return result
  }
}
