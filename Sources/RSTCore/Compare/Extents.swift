import RSTWire

/// Which octets of one side were seen, as intervals of sequence numbers.
///
/// Numbers count from the first that is added, so that they may pass 2^32.
struct Extents: Sendable {
  private var base: SequenceNumber?
  /// In order, and apart from each other.
  private var parts: [Range<Int>] = []

  /// The intervals of some segments, which are sorted once.
  init(_ segments: [LoggedSegment]) {
    guard let first = segments.first(where: { $0.sequenceLength > 0 && !$0.isReset }) else {
      return
    }
    base = first.sequence
    let sorted =
      segments.filter { $0.sequenceLength > 0 && !$0.isReset }
      .map { segment -> Range<Int> in
        let start = segment.sequence.distance(from: first.sequence)
        return start..<(start + segment.sequenceLength)
      }
      .sorted { $0.lowerBound < $1.lowerBound }
    for part in sorted {
      if let last = parts.last, part.lowerBound <= last.upperBound {
        parts[parts.count - 1] = last.lowerBound..<max(last.upperBound, part.upperBound)
      } else {
        parts.append(part)
      }
    }
  }

  /// Whether all octets of a segment were seen, in whatever pieces.
  func covers(_ segment: LoggedSegment) -> Bool {
    guard let base, segment.sequenceLength > 0 else { return false }
    let start = segment.sequence.distance(from: base)
    return parts.contains {
      $0.lowerBound <= start && start + segment.sequenceLength <= $0.upperBound
    }
  }

  /// Whether octets from this number on were seen, not too far from it.
  func reaches(beyond number: SequenceNumber) -> Bool {
    guard let base, let last = parts.last else { return false }
    let excess = last.upperBound - number.distance(from: base)
    return excess > 0 && excess < 1 << 30
  }
}
