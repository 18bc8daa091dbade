import RSTWire

/// Where resets were made.
extension ComparedConnection {
  /// Where the resets of the first capture were made, by frame, as far as the second one tells.
  func origins(_ sides: PerSide<SideComparison>, _ geometry: Geometry) -> [Int: ResetOrigin] {
    var origins: [Int: ResetOrigin] = [:]
    guard let clientPoint = clientPoint(geometry) else { return [:] }
    let resets = traces.first.segments.filter(\.isReset)
    for reset in resets {
      let near = reset.side == .client ? clientPoint : clientPoint.other
      if near == .second, isOneTooMany(reset) {
        origins[reset.frame] = .oneOfMore
      } else if let passage = passage(of: reset) {
        if isOnLink(passage[near], near, geometry) { origins[reset.frame] = .sent }
      } else if near == .second {
        origins[reset.frame] = between(reset, sides)
      }
    }
    // Where somebody between resets in a side's name, one that nothing is known of may be theirs too.
    for reset in resets where origins[reset.frame] == .unseen {
      let isOneOfSeveral = resets.contains {
        guard case .between(doubt: .none, _, _)? = origins[$0.frame] else { return false }
        return $0.side == reset.side
      }
      if isOneOfSeveral {
        origins[reset.frame] = .between(doubt: .elsewhere, hasProvocationPassed: nil)
      }
    }
    return origins
  }

  private func between(_ reset: LoggedSegment, _ sides: PerSide<SideComparison>) -> ResetOrigin {
    let absence = sides[reset.side].absences.first {
      $0.segment.frame == reset.frame && $0.seenAt == .first && $0.fate == .neverSent
    }
    guard let absence, absence.doubt != .stopped else {
      return .unseen
    }
    return isProxied(sides)
      ? .proxy
      : .between(
        doubt: absence.doubt, hasProvocationPassed: hasProvocationPassed(reset, at: .first))
  }

  /// Whether a device between has accepted the connection in the server's name.
  private func isProxied(_ sides: PerSide<SideComparison>) -> Bool {
    sides.server.absences.contains { $0.fate == .neverSent && $0.segment.isSYNACK }
      && !pairing.passages.contains { $0.first.isSYNACK }
  }

  /// Whether more such resets came from the same distance than were sent: which of them is the sender's
  /// nobody can know.
  private func isOneTooMany(_ reset: LoggedSegment) -> Bool {
    pairing.singles.first.contains {
      $0.hasTwin && $0.segment.hopLimit == reset.hopLimit
        && SegmentKey($0.segment) == SegmentKey(reset)
    }
  }

  /// The passage of a reset.
  private func passage(of reset: LoggedSegment) -> Passage? {
    pairing.passages.first { $0.first.frame == reset.frame }
  }

  private func isOnLink(_ segment: LoggedSegment, _ near: CapturePoint, _ geometry: Geometry)
    -> Bool
  {
    Geometry.isUntouched(segment)
      || geometry.isNeighbour(traces.first.endpoint(of: segment.side).address, of: near)
  }
}

/// What resets answer.
extension ComparedConnection {
  /// What was sent longer before is not what a reset answers.
  private static let longestAnswer = Duration.seconds(3)
  /// Stacks begin with more, and paths are shorter.
  static let leastHopLimit = 32

  /// The segment that a reset answers, by its numbers: the latest.
  ///
  /// RFC 9293, section 3.10.7.1.
  func provocation(of reset: LoggedSegment, at point: CapturePoint) -> LoggedSegment? {
    before(reset, at: point).last { asked in
      guard asked.flags.contains(.acknowledgement) else {
        return reset.flags.contains(.acknowledgement) && reset.acknowledgement == asked.end
      }
      return reset.sequence == asked.acknowledgement
    }
  }

  private func before(_ reset: LoggedSegment, at point: CapturePoint) -> [LoggedSegment] {
    segments[point].filter {
      $0.frame < reset.frame && $0.side != reset.side && !$0.isReset
        && reset.moment - $0.moment < Self.longestAnswer
    }
  }

  /// Whether the segment that a reset answers, as far as can be told, is in both captures; nil where
  /// that is not known.
  func hasProvocationPassed(_ reset: LoggedSegment, at point: CapturePoint) -> Bool? {
    guard
      let asked = provocation(of: reset, at: point)
        ?? before(reset, at: point).last(where: { $0.sequenceLength > 0 })
    else { return nil }
    if pairing.passedFrames[point].contains(asked.frame) { return true }
    // What ends on the way by itself is kept by nobody; another like it shows what would become of it.
    guard asked.hopLimit >= Self.leastHopLimit else {
      return hasLikePassed(asked, at: point) ? true : nil
    }
    if asked.sequenceLength == 0 {
      // One of several acknowledgements that are alike is not told from the others.
      return pairing.singles[point].contains { $0.segment.frame == asked.frame && !$0.hasTwin }
        ? false : nil
    }
    // Cut into other pieces, its octets may have arrived all the same; if they were sent before, nobody
    // knows which time.
    let own = segments[point].filter { $0.side == asked.side && $0.frame < asked.frame }
    if Extents(own).covers(asked) { return nil }
    return Extents(segments[point.other].filter { $0.side == asked.side }).covers(asked)
  }

  private func hasLikePassed(_ asked: LoggedSegment, at point: CapturePoint) -> Bool {
    segments[point].contains {
      $0.side == asked.side && $0.flags == asked.flags && $0.length == asked.length
        && pairing.passedFrames[point].contains($0.frame)
    }
  }
}
