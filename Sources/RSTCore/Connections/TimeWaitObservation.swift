/// What a 4-tuple did whose connection was closed by both sides.
public struct TimeWaitObservation: Hashable, Sendable {
  /// What was sent.
  public var question: TimeWaitQuestion
  /// Whether our FIN came first; the target is in CLOSED then and else in TIME-WAIT.
  public var isOursFirst: Bool
  /// The attempt in the transcript.
  public var attempt: Int
  /// What it drew.
  public var reaction: Reaction
  /// The answer: index.
  public var answer: Int?
  /// Whether the answer came with another hop limit than the SYN ACK.
  public var isForeign: Bool
  /// From the old connection's SND.NXT of the target to the new one's first number; nil where no
  /// SYN was accepted.
  public var isnStep: Int?
  /// Whether a reset in answer to its acknowledgement ended TIME-WAIT; nil where that was not tried
  /// or is not clear.
  public var isEndedByReset: Bool?
  /// The packets that show it: indexes.
  public var packets: [Int]

  /// How a closed 4-tuple reacts.
  public enum Reaction: String, Hashable, Sendable {
    /// A SYN ACK for the new connection.
    case accepts
    /// A reset.
    case resets
    /// An acknowledgement of the old connection.
    case acknowledges = "acks"
    /// Nothing, while an old segment is answered.
    case ignores
    /// Nothing to anything.
    case unknown
  }
}
