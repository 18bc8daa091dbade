/// What the matrix says: each cell read from all the times that it was asked.
///
/// An acknowledgement from a connection that lives is certain at once. A reset or a connection that
/// is gone has to be seen twice, since our last ACK of the handshake may have been lost: the peer was
/// in SYN-RECEIVED then, where other rules hold. Silence has to be asked as often as proves that it
/// is no chance, each time on another connection.
public struct MatrixReading: Hashable, Sendable {
  /// What a segment does.
  public enum Outcome: String, Hashable, Sendable {
    /// Answered by an acknowledgement; the connection lives.
    case challengeACK = "challenge-ack"
    /// Left without an answer; the connection lives.
    case ignored
    /// Left without an answer; the connection is gone.
    case closes
    /// Answered by a reset; the connection is gone.
    case reset
    /// What it carried was taken.
    case accepted
    /// Answered by a reset, and the connection lives: somebody else's reset.
    case deviceReset = "device-reset"
    /// Not seen often enough, or now this and now that.
    case inconclusive
  }

  /// One cell with what it is read from.
  public struct Entry: Hashable, Sendable {
    /// The cell.
    public var cell: Cell
    /// What it does.
    public var outcome: Outcome
    /// The observations that agree with it; all, where none does.
    public var observations: [CellObservation]
    /// Why it is inconclusive, in plain words; empty else.
    public var doubt = ""
  }

  /// The cells that were asked, in the order of the catalogue.
  public var entries: [Entry]

  /// Reads everything that was observed.
  init(_ results: SessionResults) {
    let byCell = Dictionary(grouping: results.cells, by: \.cell)
    let isFickle = results.isEndedByService
    entries = Cell.allCases.compactMap { cell in
      byCell[cell].map { Self.entry(cell, $0, proof: results.proof, isFickle: isFickle) }
    }
    if results.proof > ConnectionSuite.proofWithoutLoss { doubtLoneSilence() }
    guard results.hasMissedPackets else { return }
    for index in entries.indices
    where entries[index].outcome == .ignored || entries[index].outcome == .closes {
      entries[index].outcome = .inconclusive
      entries[index].doubt = "this machine dropped packets before they could be read"
    }
  }

  /// Where packets get lost, all answers to one segment may have been: that one is silent, whose likes
  /// are all challenged, shows no stack.
  private mutating func doubtLoneSilence() {
    for index in entries.indices where entries[index].outcome == .ignored {
      let group = entries[index].cell.group
      let others = entries.filter { $0.cell.group == group && $0.cell != entries[index].cell }
      guard group != .other, others.count > 1,
        others.allSatisfy({ $0.outcome == .challengeACK })
      else { continue }
      entries[index].outcome = .inconclusive
      entries[index].doubt = "packets get lost here, and the likes of it are all answered"
    }
  }

  /// The reading of one cell; nil where it was not asked.
  public subscript(cell: Cell) -> Entry? { entries.first { $0.cell == cell } }

  private static func entry(
    _ cell: Cell, _ observations: [CellObservation], proof: Int, isFickle: Bool
  ) -> Entry {
    // Where the service itself resets connections, one that is gone says nothing of the segment.
    func vote(_ observation: CellObservation) -> Outcome {
      isFickle && observation.liveness == .gone ? .inconclusive : Self.vote(observation)
    }
    let votes = Dictionary(grouping: observations, by: vote)
    if let accepted = votes[.accepted] {
      return Entry(cell: cell, outcome: .accepted, observations: accepted)
    }
    var counts = votes.mapValues(\.count)
    counts[.inconclusive] = nil
    // A reset that was lost on its way looks like none.
    for (answer, silence) in [(Outcome.reset, Outcome.closes), (.deviceReset, .ignored)]
    where counts[answer] != nil {
      // A segment that ends the connection without a word, doubled on its way, draws a reset.
      if silence == .closes, counts[.closes, default: 0] >= counts[.reset, default: 0] { continue }
      counts[answer, default: 0] += counts.removeValue(forKey: silence) ?? 0
    }
    let total = counts.values.reduce(0, +)
    let best = counts.max { ($0.value, $0.key.rawValue) < ($1.value, $1.key.rawValue) }
    if let best, isClear(best.key, best.value, total, votes[best.key] ?? [], cell, proof: proof) {
      return Entry(cell: cell, outcome: best.key, observations: votes[best.key] ?? [])
    }
    return Entry(
      cell: cell, outcome: .inconclusive, observations: observations,
      doubt: isFickle
        ? "the service resets connections by itself" : doubt(votes.mapValues(\.count)))
  }

  /// Whether an outcome was seen often enough, and often enough more than everything else.
  private static func isClear(
    _ outcome: Outcome, _ count: Int, _ total: Int, _ seen: [CellObservation], _ cell: Cell,
    proof: Int
  ) -> Bool {
    let others = total - count
    switch outcome {
    case .ignored:
      // One answer may be a doubled packet.
      return count >= proof && count >= 4 * others
    case .challengeACK:
      // Some are lost, so that silences beside them are no contradiction; late ones are doubtful.
      let isDoubtful = others > 0 || seen.allSatisfy(\.isLate)
      return count >= (isDoubtful ? 2 : 1) && count > others
    case .closes:
      // Whatever is no reset itself and ends a connection without a word has to show it often.
      return count >= (cell == .resetExact ? 1 : cell.isReset ? 2 : proof) && count >= 3 * others
    case .reset, .deviceReset:
      return seen.count >= 2 && count >= 3 * others
    case .accepted, .inconclusive:
      return false
    }
  }

  private static func vote(_ observation: CellObservation) -> Outcome {
    if observation.isAccepted { return .accepted }
    switch observation.liveness {
    case .alive:
      if !observation.resets.isEmpty { return .deviceReset }
      return observation.acknowledgements.isEmpty && observation.others.isEmpty
        ? .ignored : .challengeACK
    case .gone:
      // No receiver answers a reset by a reset: one that comes all the same is for what arrived
      // later. RFC 9293, section 3.10.7.1.
      return observation.resets.isEmpty || observation.cell.isReset ? .closes : .reset
    case .unknown:
      return .inconclusive
    }
  }

  private static func doubt(_ counts: [Outcome: Int]) -> String {
    let seen = counts.sorted { $0.key.rawValue < $1.key.rawValue }.map {
      "\($0.key == .inconclusive ? "no answer to any question" : $0.key.rawValue) \($0.value) times"
    }
    return "seen: " + seen.joined(separator: ", ")
  }
}
