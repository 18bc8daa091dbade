/// What of a segment's headers the way from the host leaves as it is, learnt from those that both sides
/// show.
struct PathKeeping {
  private var passages = 0
  private var keepsIdentification = true
  private var keepsWindow = true
  private var distances: Set<Int> = []

  /// Fewer passages than these may be chance.
  private static let enough = 2

  /// Learns from a segment of the host that both show.
  mutating func learn(_ passage: Passage) {
    passages += 1
    if passage.first.identification != passage.second.identification { keepsIdentification = false }
    if passage.first.window != passage.second.window { keepsWindow = false }
    distances.insert(Int(passage.second.hopLimit) - Int(passage.first.hopLimit))
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
    // Of several ways of different lengths each may be its own.
    if hasEnough, distances.count == 1 {
      let distance = Int(sent.hopLimit) - Int(arrived.hopLimit)
      compare(distances.contains(distance), isKept: true)
    }
    return likeness
  }
}
