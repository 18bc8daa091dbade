/// What the experiments on connections of our own observed; rules judge it.
public struct SessionResults: Hashable, Sendable {
  /// How many unanswered questions prove a silence on this path.
  public var proof = 4
  /// Whether packets were lost on this machine before they could be read: a silence says nothing then.
  public var hasMissedPackets = false
  /// Connections that segments came for whose numbers were never theirs.
  var strayed: Set<Int> = []
  /// Whether they are so many that somebody floods: nothing of connections is judged then.
  public var isFlooded: Bool { strayed.count >= Strays.probes }
  /// The cells of the matrix, each as often as it was asked.
  public var cells: [CellObservation] = []
  /// What half-open connections did.
  public var halfOpen: [HalfOpenObservation] = []
  /// How often challenge ACKs came.
  public var challengeRate: ChallengeRateObservation?
  /// How connections ended.
  public var closes: [CloseObservation] = []
  /// What connections did that were left alone.
  public var holds: [HoldObservation] = []
  /// What 4-tuples did whose connection was closed.
  public var timeWaits: [TimeWaitObservation] = []
  /// When SYN ACKs of half-open connections were repeated.
  public var synAckSchedules: [SYNACKScheduleObservation] = []
  /// What peers did for what was left without an acknowledgement.
  public var retransmissions: [RetransmissionObservation] = []
  /// What became of many handshakes at once.
  public var overflows: [OverflowObservation] = []
  /// The idle ladder that was asked for; nil for none.
  public var idle: IdleLadder?
  /// The connections beside the idle ones that were kept busy.
  public var busy: [BusyObservation] = []
  /// The content that may provoke somebody on the way.
  public var triggers: [Trigger] = []
  /// What content, and its controls, did to connections.
  public var provocations: [TriggerObservation] = []
  /// Connections that could not be opened or did not last long enough: by experiment.
  public var failures: [String] = []

  /// Nothing yet.
  public init() {}

  /// Whether the service resets connections that nothing is done to: the control shows it, or that of
  /// many connections none ever stood.
  var isEndedByService: Bool {
    holds.contains { hold in
      // Where the reset itself was lost, the connection is gone when it is asked.
      hold.isControl && (hold.end?.kind == .reset || hold.end == nil && hold.liveness == .gone)
    } || hasNoneStanding
  }

  private var hasNoneStanding: Bool {
    cells.count { $0.liveness == .gone } >= Self.manyGone
      && !cells.contains { $0.liveness == .alive }
  }

  /// No stack ends a connection for each of so many segments: that none ever stood has another reason.
  private static let manyGone = 12

  /// Whether nothing was observed.
  var isEmpty: Bool {
    cells.isEmpty && halfOpen.isEmpty && challengeRate == nil && closes.isEmpty && holds.isEmpty
      && timeWaits.isEmpty && synAckSchedules.isEmpty && retransmissions.isEmpty
      && overflows.isEmpty && busy.isEmpty && provocations.isEmpty
  }

  /// Adds what another connection showed.
  mutating func add(_ other: SessionResults) {
    cells += other.cells
    halfOpen += other.halfOpen
    challengeRate = challengeRate ?? other.challengeRate
    closes += other.closes
    holds += other.holds
    timeWaits += other.timeWaits
    synAckSchedules += other.synAckSchedules
    retransmissions += other.retransmissions
    overflows += other.overflows
    busy += other.busy
    provocations += other.provocations
    failures += other.failures
  }
}

/// What a half-open connection did for a segment in SYN-RECEIVED.
public struct HalfOpenObservation: Hashable, Sendable {
  /// Which segment.
  public var question: HalfOpenQuestion
  /// The attempt in the transcript.
  public var attempt: Int
  /// The first answer to it: index.
  public var answer: Int?
  /// What kind of answer it was.
  public var reaction: Reaction
  /// Whether the half-open connection still stood: its last ACK was taken.
  public var liveness: Liveness
  /// The packets that show it.
  public var packets: [Int]

  /// How a half-open connection reacts.
  public enum Reaction: String, Hashable, Sendable {
    /// An acknowledgement of the first SYN.
    case challengeACK = "challenge-ack"
    /// A reset.
    case reset
    /// A SYN ACK for the second SYN.
    case restart
    /// The first SYN ACK once more.
    case repeated = "syn-ack-again"
    /// Nothing.
    case ignored
  }
}

/// How often challenge ACKs came.
public struct ChallengeRateObservation: Hashable, Sendable {
  /// The attempt in the transcript.
  public var attempt: Int
  /// When each question left.
  public var asked: [Moment]
  /// When each challenge ACK came.
  public var answered: [Moment]
  /// The packets of the answers.
  public var packets: [Int]
  /// How many of the questions went out at once at the beginning.
  public var burst: Int
}
