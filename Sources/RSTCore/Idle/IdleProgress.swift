/// How far the idle holds of a run are.
public struct IdleProgress: Hashable, Sendable {
  /// The round, from 1.
  public var round: Int
  /// How many rounds there may be.
  public var rounds: Int
  /// When the round began.
  public var begun: Moment
  /// When its longest hold is over.
  public var ends: Moment
  /// How many connections are still left alone.
  public var standing: Int

  /// Makes a progress.
  public init(round: Int, rounds: Int, begun: Moment, ends: Moment, standing: Int) {
    self.round = round
    self.rounds = rounds
    self.begun = begun
    self.ends = ends
    self.standing = standing
  }
}

extension ConnectionSuite {
  /// How far the idle holds are; nil where none are going on.
  var idleProgress: IdleProgress? {
    guard let ladder = results.idle else { return nil }
    let holds = holding
    guard let begun = holds.compactMap(\.begun).min(), let ends = holds.compactMap(\.ends).max(),
      let round = holds.map(\.ladderRound).max()
    else { return nil }
    return IdleProgress(
      round: round, rounds: ladder.rounds, begun: begun, ends: ends, standing: holds.count)
  }
}
