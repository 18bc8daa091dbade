/// Control probes in the stream of a round: ports that answered before are asked again now and then,
/// and what was asked between two of them counts as silent only if both were answered.
///
/// An outage, ours or the path's, thus turns into work to be done again and not into a verdict.
struct SweepCheckpoints: Sendable {
  /// A point in the stream.
  private struct Point: Sendable {
    /// The part of the work that was asked since the point before it.
    let work: Range<UInt64>
    /// Its control probes: attempts and places.
    var probes: [(attempt: Int, place: UInt64)]
    let sent: Moment
    var isAnswered = false
    var isDistrusted = false
  }

  /// Attempts from here to 256 are those of control probes.
  static let firstAttempt = 64
  /// How many probes one point has: they go to different parts of the space.
  static let probesPerPoint = 2
  /// How many points may wait for their answers.
  static let limit = (ProbeCookie.attempts - firstAttempt) / probesPerPoint

  /// What has to be asked again.
  private(set) var unproven: [Range<UInt64>] = []
  /// Control probes that were sent, and answered, in all.
  private(set) var (sent, answered) = (0, 0)

  private var points: [Point] = []
  private var wasAnswered = false
  private var counter = 0

  /// Whether no more points can be made until some are answered or given up.
  var isFull: Bool { points.count >= Self.limit }
  /// Whether nothing waits any more.
  var isSettled: Bool { points.isEmpty }
  /// When the oldest point is given up.
  func deadline(patience: Duration) -> Moment? { points.first.map { $0.sent + patience } }

  /// How likely one probe and its answer are lost: an upper estimate.
  var loss: Double { Double(sent - answered + 1) / Double(sent + 2) }

  /// Begins a round.
  mutating func begin() {
    points = []
    unproven = []
    wasAnswered = false
  }

  /// Makes a point after some work.
  ///
  /// - Parameters:
  ///   - work: What was asked since the last one; empty for the first.
  ///   - witnesses: Places that answered before.
  ///   - now: The present.
  /// - Returns: The attempts to ask them with.
  mutating func add(
    after work: Range<UInt64>, witnesses: [UInt64], at now: Moment
  ) -> [(attempt: Int, place: UInt64)] {
    var probes: [(attempt: Int, place: UInt64)] = []
    for place in witnesses.prefix(Self.probesPerPoint) {
      let attempt = Self.firstAttempt + counter % (ProbeCookie.attempts - Self.firstAttempt)
      counter += 1
      probes.append((attempt, place))
    }
    sent += probes.count
    points.append(Point(work: work, probes: probes, sent: now))
    return probes
  }

  /// Takes the answer of a control probe; false where no point waits for it.
  mutating func take(attempt: Int, place: UInt64) -> Bool {
    for index in points.indices {
      guard
        let found = points[index].probes.firstIndex(where: {
          $0.attempt == attempt && $0.place == place
        })
      else { continue }
      points[index].probes.remove(at: found)
      points[index].isAnswered = true
      answered += 1
      return true
    }
    return false
  }

  /// Trusts no point that waits: packets were lost on this machine.
  mutating func distrust() {
    for index in points.indices { points[index].isDistrusted = true }
    wasAnswered = false
  }

  /// Settles the points that are answered or too old, in their order.
  ///
  /// - Returns: Places whose control probes stayed unanswered.
  mutating func settle(at now: Moment, patience: Duration) -> [UInt64] {
    var silent: [UInt64] = []
    while let first = points.first, first.probes.isEmpty || first.sent + patience <= now {
      silent += first.probes.map(\.place)
      let isSound = first.isAnswered && !first.isDistrusted
      if !first.work.isEmpty, !(wasAnswered && isSound) { unproven.append(first.work) }
      wasAnswered = isSound
      points.removeFirst()
    }
    return silent
  }
}
