/// What connections of our own showed, as reports want to see it.
public struct ConnectionReading: Hashable, Sendable {
  /// The grades and the matrix.
  public var conformance: Conformance
  /// How often challenge ACKs come; nil where none came.
  public var challengeRate: ChallengeRate?
  /// What half-open connections do.
  public var halfOpen: HalfOpenReading
  /// How connections ended that we closed.
  public var closes: [CloseObservation]
  /// What was left alone.
  public var holds: [HoldObservation]
  /// Experiments that could not be made.
  public var failures: [String]
  /// What the idle holds say; nil where none were asked for.
  public var idle: IdleReading?

  init(_ sessions: Sessions, idle: IdleReading?) {
    self.idle = idle
    conformance = sessions.conformance
    challengeRate = sessions.challengeRate
    halfOpen = sessions.halfOpen
    closes = sessions.results.closes
    holds = sessions.results.holds
    failures = sessions.results.failures
  }
}
