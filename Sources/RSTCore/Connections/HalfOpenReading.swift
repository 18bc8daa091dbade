/// What half-open connections do: each question read from all the times that it was asked.
public struct HalfOpenReading: Hashable, Sendable {
  /// One question with what it is read from.
  public struct Entry: Hashable, Sendable {
    /// The question.
    public var question: HalfOpenQuestion
    /// How the half-open connection reacts; nil where that is not clear.
    public var reaction: HalfOpenObservation.Reaction?
    /// Whether it stands afterwards.
    public var liveness: Liveness
    /// What it is read from.
    public var observations: [HalfOpenObservation]
  }

  /// The questions that were asked, in the order of the catalogue.
  public var entries: [Entry]

  /// Reads everything that was observed; so many silences are no chance.
  init(_ observations: [HalfOpenObservation], proof: Int) {
    let byQuestion = Dictionary(grouping: observations, by: \.question)
    entries = HalfOpenQuestion.allCases.compactMap { question in
      byQuestion[question].map { Self.entry(question, $0, proof: proof) }
    }
  }

  /// The reading of one question; nil where it was not asked.
  public subscript(question: HalfOpenQuestion) -> Entry? {
    entries.first { $0.question == question }
  }

  private static func entry(
    _ question: HalfOpenQuestion, _ all: [HalfOpenObservation], proof: Int
  ) -> Entry {
    let clear = all.filter { $0.liveness != .unknown }
    // The first SYN ACK comes again by itself, too: only where most draw it is it an answer.
    let repeated = clear.filter { $0.reaction == .repeated }
    let isRepeating = repeated.count >= 2 && repeated.count * 2 > clear.count
    let answered = clear.filter {
      $0.reaction != .ignored && ($0.reaction != .repeated || isRepeating)
    }
    let votes = Dictionary(grouping: answered, by: \.reaction)
    let best = votes.max { ($0.value.count, $0.key.rawValue) < ($1.value.count, $1.key.rawValue) }
    func entry(_ observations: [HalfOpenObservation], _ reaction: HalfOpenObservation.Reaction?)
      -> Entry
    {
      let liveness = Set(observations.map(\.liveness))
      return Entry(
        question: question, reaction: reaction,
        liveness: liveness.count == 1 ? liveness.first ?? .unknown : .unknown,
        observations: observations)
    }
    if let best, best.value.count >= 3 * (answered.count - best.value.count) {
      return entry(best.value, best.key)
    }
    if answered.isEmpty {
      // A half-open connection does not go by itself: twice is no chance. Where the segment was
      // lost it stands.
      let gone = clear.filter { $0.liveness == .gone }
      if gone.count >= 2, gone.count >= 3 * (clear.count - gone.count) {
        return entry(gone, .ignored)
      }
      if gone.isEmpty, clear.count >= proof { return entry(clear, .ignored) }
    }
    return entry(all, nil)
  }
}
