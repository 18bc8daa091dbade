public import RSTWire

/// What one trigger did, as reports want to see it.
public struct TriggerReport: Hashable, Sendable {
  /// What was tried.
  public var trigger: Trigger
  /// What became of it, in a word in kebab-case.
  public var outcome: String
  /// How whoever minds it deals with it: `on-path` or `in-line`; nil where nobody does, or that is not
  /// known.
  public var manner: String?
  /// Who got resets: `client`, `server` or `both`; nil where that is not known.
  public var direction: String?
  /// Between which hops it is reset or kept back; nil where that is not known.
  public var hops: ClosedRange<Int>?
  /// Whether the trigger in two segments fared as the whole one; nil where that was not tried.
  public var isSplitBlocked: Bool?
  /// Its connections and their controls, in the order in which they were opened.
  public var connections: [Connection]

  /// One connection.
  public struct Connection: Hashable, Sendable {
    /// What it was for.
    public var role: TriggerRole
    /// The attempt in the transcript.
    public var attempt: Int
    /// When it was opened.
    public var opened: Moment
    /// What became of it, in a word in kebab-case.
    public var result: Result
    /// How many resets came for what was sent on it.
    public var resets: Int
    /// From the content to the first reset.
    public var delay: Duration?
    /// The router that saw its hop limit end.
    public var router: IPAddress?
    /// The packets that show it: indexes.
    public var packets: [Int]

    /// What became of a connection.
    public enum Result: String, Hashable, Sendable {
      /// It was not opened.
      case notOpened = "not-opened"
      /// It was reset, and the host has forgotten it.
      case reset
      /// Resets came, and the host still has it.
      case resetBeside = "reset-beside-the-host"
      /// No reset came, and the host has forgotten it.
      case forgotten
      /// What was sent was never acknowledged, and nothing said why.
      case unanswered
      /// The host closed it in order.
      case closed
      /// It stands.
      case stands
    }
  }

  init(_ reading: TriggerReading, _ trigger: Trigger) {
    self.trigger = trigger
    outcome = reading.outcome.rawValue
    manner = reading.manner?.rawValue
    direction = reading.direction
    hops =
      switch reading.outcome {
      case .blackholed: reading.dropPlace?.hops
      case .reset, .forged: reading.resetPlace?.hops
      case .nothing, .independent, .control, .inconclusive: nil
      }
    isSplitBlocked = reading.isSplitBlocked
    let stories =
      reading.controls + reading.beside + reading.controlRungs + reading.triggered + reading.rungs
      + reading.bystanders + reading.witnesses
    connections = stories.sorted {
      ($0.seen.opened, $0.seen.attempt) < ($1.seen.opened, $1.seen.attempt)
    }
    .map(Connection.init)
  }
}

extension TriggerReport.Connection {
  init(_ story: TriggerStory) {
    role = story.seen.role
    attempt = story.seen.attempt
    opened = story.seen.opened
    resets = story.resets.count
    delay = story.reset.flatMap(story.delay)
    router = story.expired.first?.packet.network.source
    result = Self.result(story)
    packets =
      story.content.prefix(2).map(\.index) + story.resets.prefix(3).map(\.index)
      + story.expired.prefix(1).map(\.index) + [story.seen.livenessPacket].compactMap(\.self)
  }

  private static func result(_ story: TriggerStory) -> Result {
    if !story.seen.isOpened { return .notOpened }
    if !story.resets.isEmpty { return story.outlivesResets ? .resetBeside : .reset }
    if story.seen.isClosedByPeer { return .closed }
    if story.seen.liveness == .gone { return .forgotten }
    // What ends on the way is not taken, as it should be.
    let isUnanswered = story.seen.role.hopLimit == nil && story.seen.length > 0
    if isUnanswered, !story.seen.isTaken { return .unanswered }
    return story.seen.liveness == .alive ? .stands : .unanswered
  }
}
