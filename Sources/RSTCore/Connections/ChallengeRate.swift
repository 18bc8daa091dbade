/// How many challenge ACKs there are, as measured.
public struct ChallengeRate: Hashable, Sendable {
  /// Challenge ACKs in a second, as many as were drawn from the questions of about a second.
  public var perSecond: Double
  /// Whether that is a limit, or all that was asked for.
  public var isLimited: Bool
  /// What the limit holds for: `connection` or `host`; nil where there is none or it is not known.
  public var scope: String?
  /// The packets.
  public var packets: [Int]
  /// How many questions there were.
  public var asked: Int
  /// Whether the first were answered and none of the later ones: a ration that lasts for longer.
  var isUsedUp: Bool

  /// Reads a measurement; nil where there is none or nothing at all was answered.
  init?(_ results: SessionResults, lossRate: Double, moment: (Int) -> Moment?) {
    guard let rate = results.challengeRate, !rate.answered.isEmpty, let first = rate.asked.first,
      let last = rate.asked.last
    else { return nil }
    perSecond = Double(rate.answered.count) / max((last - first).seconds, 0.5)
    asked = rate.asked.count
    packets = rate.packets
    let later = rate.asked.dropFirst(rate.burst).first
    isUsedUp = later.map { later in !rate.answered.contains { $0 > later } } ?? false
    let missing = rate.asked.count - rate.answered.count
    // The loss is measured on few packets, and may be more.
    isLimited = Double.tail(missing, of: asked, at: min(lossRate * 1.5 + 0.03, 0.6)) < 2e-4
    scope = nil
    guard isLimited else { return }
    if let begin = rate.answered.min(), let end = rate.answered.max(), end > begin {
      perSecond = Double(rate.answered.count - 1) / (end - begin).seconds
    }
    // While this connection's answers were used up, did others still get theirs?
    let quiet = first + .milliseconds(2)
    let end = rate.asked.dropFirst(rate.burst).first ?? last
    let others = results.cells.filter { $0.attempt != rate.attempt }
      .flatMap(\.acknowledgements).compactMap(moment)
    if others.contains(where: { $0 > quiet && $0 < end }) { scope = "connection" }
  }
}
