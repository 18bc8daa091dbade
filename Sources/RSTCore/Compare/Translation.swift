import RSTWire

/// How the sequence numbers of a connection differ between two captures.
///
/// Proxies that answer a SYN themselves, and filters that choose initial numbers anew, shift one side's
/// numbers by a constant.
struct Translation: Hashable, Sendable {
  /// What is added to the first capture's numbers of each side; nil where it is not known.
  private(set) var offsets: PerSide<Int?>

  static func == (left: Self, right: Self) -> Bool { left.offsets == right.offsets }
  func hash(into hasher: inout Hasher) {
    hasher.combine(offsets.client)
    hasher.combine(offsets.server)
  }

  /// Finds the offsets of two traces of one connection.
  init(_ first: ConnectionTrace, _ second: ConnectionTrace) {
    offsets = PerSide(
      Self.offset(first, second, .client), Self.offset(first, second, .server))
  }

  /// Whether any number was changed.
  var isRedrawn: Bool { (offsets.client ?? 0) != 0 || (offsets.server ?? 0) != 0 }

  /// A segment of the second capture with the numbers that it has, or would have, in the first.
  func inFirst(_ segment: LoggedSegment) -> LoggedSegment {
    guard isRedrawn else { return segment }
    var segment = segment
    // The reset of a SYN begins with 0, whatever numbers there are.
    if !(segment.isReset && segment.sequence.rawValue == 0) {
      segment.sequence = segment.sequence - (offsets[segment.side] ?? 0)
    }
    if segment.flags.contains(.acknowledgement) {
      segment.acknowledgement =
        segment.acknowledgement - (offsets[segment.side.opposite] ?? 0)
    }
    return segment
  }

  /// A segment of the first capture with the numbers that it has, or would have, in the second.
  func inSecond(_ segment: LoggedSegment) -> LoggedSegment {
    var segment = segment
    segment.sequence = segment.sequence + (offsets[segment.side] ?? 0)
    return segment
  }

  private static func offset(
    _ first: ConnectionTrace, _ second: ConnectionTrace, _ side: Side
  ) -> Int? {
    func numbered(_ trace: ConnectionTrace) -> [LoggedSegment] {
      trace.segments.filter { $0.side == side && !$0.isReset }
    }
    let (mine, theirs) = (numbered(first), numbered(second))
    if mine.isEmpty || theirs.isEmpty { return 0 }
    let keys = Set(theirs.map(SegmentKey.init))
    if mine.contains(where: { keys.contains(SegmentKey($0)) }) { return 0 }
    if let anchor = anchor(first, second, side: side) { return anchor }
    // Pieces of another size with the same numbers.
    let extents = Extents(theirs)
    if mine.contains(where: { extents.covers($0) }) { return 0 }
    if mine.allSatisfy({ $0.sequenceLength == 0 }) || theirs.allSatisfy({ $0.sequenceLength == 0 })
    {
      return 0
    }
    return nil
  }

  /// By how much a side's numbers differ, from segments that are the same but for that: its payload,
  /// or the SYN with its timestamps.
  static func anchor(
    _ first: ConnectionTrace, _ second: ConnectionTrace, side: Side
  ) -> Int? {
    for mine in first.segments.prefix(64) where mine.side == side && mine.payloadDigest != 0 {
      let theirs = second.segments.first {
        $0.side == side && $0.length == mine.length && $0.payloadDigest == mine.payloadDigest
      }
      if let theirs { return theirs.sequence.distance(from: mine.sequence) }
    }
    guard let mine = first.openings[side], let theirs = second.openings[side],
      mine.options == theirs.options || side == .server,
      mine.segment.timestamps != nil && mine.segment.timestamps == theirs.segment.timestamps
        || side == .server
          && first.openings.client?.segment.sequence == second.openings.client?.segment.sequence
          && first.segments.contains(where: { $0.side == .server && $0.length > 0 }) == false
    else { return nil }
    // Whoever changes numbers changes them both ways: an acknowledgement that passes as it is shows that
    // nobody does, and that one of the two segments is somebody else's.
    let isAcknowledgedAsItIs = second.segments.contains {
      $0.side != side && $0.flags.contains(.acknowledgement)
        && $0.acknowledgement == mine.segment.end
    }
    return isAcknowledgedAsItIs
      ? nil : theirs.segment.sequence.distance(from: mine.segment.sequence)
  }
}
