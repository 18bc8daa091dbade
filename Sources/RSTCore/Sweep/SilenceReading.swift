/// Whether silence can be believed by now: what the passes over silent targets showed.
struct SilenceReading: Hashable, Sendable {
  /// Why silence cannot be believed.
  enum Doubt: Hashable, Sendable {
    /// Nothing answered anywhere, so nothing shows that the path was open.
    case noWitness
    /// Answers came late and slowly: somebody rations them.
    case rationed(resets: Bool)
    /// The path failed again and again, or loses too much.
    case unsteady
  }

  /// What follows from the passes so far.
  enum Outcome: Hashable, Sendable {
    case askAgain
    case believed
    case doubted(Doubt)
  }

  /// Passes all of which lie between answered control probes.
  private(set) var proven = 0
  /// How many passes in a row brought nothing new, at the end.
  private(set) var quiet = 0
  /// Answers in passes after the first, and what they say of those that may still come.
  private(set) var (segments, refusals) = (LateAnswers(), LateAnswers())
  /// When the first pass was over.
  var began: Moment?

  /// How likely it may be that chance makes even one of all silent targets silent.
  static let risk = 1e-4
  /// The fewest and the most proven passes that may be asked for.
  static let (least, most) = (3, 30)
  /// How many passes a path is given to become steady.
  static let passesOfPatience = 6

  /// Takes note of a pass that is over.
  mutating func passed(_ round: SweepRound, hadWitness: Bool) {
    quiet = round.yield == 0 ? quiet + 1 : 0
    let isProven = round.isProven && hadWitness
    segments.passed(round.segments, isProven: isProven)
    refusals.passed(round.refusals, isProven: isProven)
    if isProven { proven += 1 }
  }

  /// Takes note of a proven scan among the silent targets, in which nobody refused.
  mutating func scanned(newSegments: Int) { segments.passed(newSegments, isProven: true) }

  /// How many proven passes exclude chance for so many silent targets.
  static func needed(loss: Double, silent: UInt64) -> Int {
    guard loss < 0.9 else { return .max }
    var passes = 0
    var risk = Double(silent)
    while risk > Self.risk, passes <= most {
      risk *= loss
      passes += 1
    }
    return max(passes, least)
  }

  /// What follows.
  ///
  /// - Parameters:
  ///   - number: The number of the pass that is over.
  ///   - loss: How likely a probe and its answer are lost.
  ///   - silent: How many targets are silent.
  ///   - elapsed: The time since the first pass.
  ///   - rationPatience: For how long rationed answers are asked for.
  ///   - hasWitness: Whether anybody answers.
  /// - Returns: What to do.
  func outcome(
    after number: Int, loss: Double, silent: UInt64, elapsed: Duration, rationPatience: Duration,
    hasWitness: Bool
  ) -> Outcome {
    guard hasWitness else { return number < 4 ? .askAgain : .doubted(.noWitness) }
    let needed = Self.needed(loss: loss, silent: silent)
    if proven >= needed, quiet >= 2, segments.areOver, refusals.areOver { return .believed }
    if quiet < 2, number >= 4, elapsed > rationPatience {
      return .doubted(.rationed(resets: segments.later > refusals.later))
    }
    // An outage in one of the first passes is no loss for ever.
    let isUnsteady = needed > Self.most && number >= Self.passesOfPatience
    if isUnsteady || number >= Self.most + 4 { return .doubted(.unsteady) }
    return .askAgain
  }
}
