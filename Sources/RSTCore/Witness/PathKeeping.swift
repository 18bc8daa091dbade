/// What of a segment's headers the way from the host leaves as it is, learnt from those that both sides
/// show.
struct PathKeeping {
  private var passages = 0
  private var keepsIdentification = true
  private var keepsWindow = true
  /// How often each number of hops was seen.
  private var distances: [Int: Int] = [:]

  /// Fewer passages than these may be chance.
  private static let enough = 2

  /// Learns from a segment of the host that both show.
  mutating func learn(_ passage: Passage) {
    passages += 1
    if passage.first.identification != passage.second.identification { keepsIdentification = false }
    if passage.first.window != passage.second.window { keepsWindow = false }
    distances[Int(passage.second.hopLimit) - Int(passage.first.hopLimit), default: 0] += 1
  }

  /// How what arrived looks beside what was sent.
  enum Likeness {
    case same
    /// It differs in what the way may have changed.
    case unclear
    /// It differs in what the way does not change.
    case different
  }

  /// Whether a segment that arrived may be one that was sent, with the same numbers.
  func likeness(_ arrived: LoggedSegment, _ sent: LoggedSegment) -> Likeness {
    let hasEnough = passages >= Self.enough
    var likeness = Likeness.same
    func compare(_ isEqual: Bool, isKept: Bool) {
      guard !isEqual, likeness != .different else { return }
      likeness = hasEnough && isKept ? .different : .unclear
    }
    compare(arrived.identification == sent.identification, isKept: keepsIdentification)
    compare(arrived.window == sent.window, isKept: keepsWindow)
    if hasEnough {
      // What passes once only may be the forgery itself beside the host's own that was lost. Of several
      // ways of different lengths each may be its own.
      let distance = Int(sent.hopLimit) - Int(arrived.hopLimit)
      let ways = distances.values.count { $0 >= Self.enough }
      compare(distances[distance, default: 0] >= Self.enough, isKept: ways == 1)
    }
    return likeness
  }
}
