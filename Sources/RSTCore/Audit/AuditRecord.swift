/// A finished audit: everything that its reports show.
public struct AuditRecord: Hashable, Sendable {
  /// What was asked.
  public var policy: AuditPolicy
  /// What became of it, in the order of the plan.
  public var results: [AuditResult]
  /// The runs that were made; a port that was asked again counts twice.
  public var runs: Int
  /// When it began.
  public var started: Moment
  /// How long it took.
  public var elapsed: Duration
  /// Packets that were sent.
  public var packetsSent: Int
  /// Whether it was interrupted; then some expectations were not looked at.
  public var isInterrupted: Bool
  /// How it compares with an earlier one; nil where there is none.
  public var comparison: AuditComparison?

  /// Makes a record.
  public init(
    policy: AuditPolicy, results: [AuditResult], runs: Int, started: Moment, elapsed: Duration,
    packetsSent: Int, isInterrupted: Bool = false, comparison: AuditComparison? = nil
  ) {
    self.policy = policy
    self.results = results
    self.runs = runs
    self.started = started
    self.elapsed = elapsed
    self.packetsSent = packetsSent
    self.isInterrupted = isInterrupted
    self.comparison = comparison
  }

  /// How many expectations ended in a way.
  public func count(_ outcome: AuditResult.Outcome) -> Int {
    results.count { $0.outcome == outcome }
  }

  /// How the whole ended: a violation outweighs what is not clear.
  public var outcome: AuditResult.Outcome {
    if count(.violated) > 0 { return .violated }
    return count(.inconclusive) > 0 || isInterrupted ? .inconclusive : .held
  }
}

/// What became of each expectation since an earlier audit.
public struct AuditComparison: Hashable, Sendable {
  /// What changed for an expectation.
  public enum Change: String, CaseIterable, Hashable, Sendable {
    /// It is violated now, and was not.
    case new
    /// It was violated, and holds now.
    case fixed
    /// It was violated, and is.
    case still
  }

  /// Which file the earlier one was read from.
  public var file: String
  /// How each expectation ended in the earlier one.
  public var before: [AuditResult.Identity: AuditResult.Outcome]

  /// Makes a comparison with an earlier audit.
  public init(file: String, before: [AuditResult.Identity: AuditResult.Outcome]) {
    self.file = file
    self.before = before
  }

  /// What changed; nil where nothing did, or where one of the two audits does not know.
  public func change(of result: AuditResult) -> Change? {
    let wasViolated = before[result.identity] == .violated
    switch result.outcome {
    case .violated: return wasViolated ? .still : .new
    case .held: return wasViolated ? .fixed : nil
    case .inconclusive: return nil
    }
  }
}
