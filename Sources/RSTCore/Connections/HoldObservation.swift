/// A connection that was left alone for a while, and what was found then.
public struct HoldObservation: Hashable, Sendable {
  /// The attempt in the transcript.
  public var attempt: Int
  /// Whether it is the control beside other experiments, no rung of the idle ladder.
  public var isControl: Bool
  /// The round of the idle ladder, from 1.
  public var round: Int
  /// How long it was to be left alone.
  public var planned: Duration
  /// How long it was quiet before it was asked, or until it ended by itself.
  public var held: Duration
  /// The longest that it was quiet and stood afterwards; zero where it did not.
  public var survived: Duration
  /// What came unasked, in order.
  public var events: [Event]
  /// Whether it stood when it was asked.
  public var liveness: Liveness
  /// What the question drew: index.
  public var answer: Int?
  /// How often it was asked.
  public var questions: Int
  /// Our packets: indexes.
  public var packets: [Int]
  /// Whether an interrupt or the end of the run cut it short.
  public var isCutShort = false

  /// Something that came unasked.
  public struct Event: Hashable, Sendable {
    /// What it was.
    public var kind: Kind
    /// From the last segment before it to this; last words of the peer count as part of its end.
    public var after: Duration
    /// The packet.
    public var packet: Int

    /// The kinds of what comes unasked.
    public enum Kind: String, Hashable, Sendable {
      /// A FIN.
      case fin
      /// A reset.
      case reset
      /// A keep-alive.
      case keepAlive = "keep-alive"
      /// Data, or a question whether there is room for some.
      case data
    }
  }

  /// The FIN or reset that ended it unasked.
  public var end: Event? {
    liveness == .gone && answer == nil
      ? events.first { $0.kind == .fin || $0.kind == .reset } : nil
  }
}
