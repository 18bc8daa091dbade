import RSTWire

/// Something that is tried on one connection of our own: what is sent when, and what came of it.
///
/// It is stepped whenever what it waits for has come or is overdue. It sends through the bench and
/// leaves there what it observed.
protocol Experiment: Sendable {
  /// The name in `probes[].probe`.
  var name: String { get }
  /// What the SYN is for, in a few words.
  var summary: String { get }
  /// What it still has to ask, by name.
  var questions: [String] { get }
  /// How the connection is opened.
  var options: ClientConnection.Options { get }
  /// Whether it waits until every experiment is over that does not.
  var comesLast: Bool { get }
  /// The round in which it goes on: rounds follow each other, since what one provokes may disturb
  /// another. 0 for all that provokes nothing.
  var round: Int { get }
  /// Whether its connection is opened a round earlier, and waits: what the round before provokes may
  /// keep new ones from being opened.
  var opensEarly: Bool { get }
  /// How long after its turn has come it is opened.
  var delay: Duration { get }
  /// Goes on; the first time when the connection stands as its options say.
  mutating func step(_ bench: inout Bench, at now: Moment) -> Wait
  /// Takes note that its SYN was refused, or left without an answer.
  func unopened(_ bench: inout Bench)
  /// The experiments to try on fresh connections where this one could not be finished.
  func remainder(of bench: Bench) -> [any Experiment]
  /// Whether it takes a connection for as long as the user asked for.
  var isPatient: Bool { get }
  /// What is known of it when the run is interrupted; nil where that is nothing.
  func cutShort(_ bench: Bench, at now: Moment) -> SessionResults?
}

extension Experiment {
  var questions: [String] { [name] }
  var options: ClientConnection.Options { ClientConnection.Options() }
  var comesLast: Bool { false }
  var round: Int { 0 }
  var opensEarly: Bool { false }
  var delay: Duration { .zero }
  func unopened(_ bench: inout Bench) {}
  func remainder(of bench: Bench) -> [any Experiment] { [] }
  var isPatient: Bool { false }
  func cutShort(_ bench: Bench, at now: Moment) -> SessionResults? { nil }
}

/// What an experiment waits for.
enum Wait: Hashable, Sendable {
  /// Anything of the peer, at most until a moment.
  case answer(until: Moment)
  /// What answers a segment, and not what the service says by itself, at most until a moment.
  case reply(until: Moment)
  /// A moment, whatever comes.
  case time(Moment)
  /// Nothing more: the connection can be taken back.
  case nothing
}

/// The connection of one experiment, what came for it, and what was observed so far.
struct Bench: Sendable {
  /// The connection.
  var connection: ClientConnection
  /// The attempt in the transcript.
  let attempt: Int
  /// What came since the last step, but for what the connection itself lives on.
  var answers: [Answer] = []
  /// Our packets seen leaving since the last observation: indexes.
  var sent: [Int] = []
  /// What was sent for the experiment and has not been seen leaving yet.
  var leaving: [SegmentShape] = []
  /// Whether the last wait ended before all that had been seen leaving.
  var hasMissedDeparture = false
  /// What was observed.
  var observed = SessionResults()
  /// Whether enough was seen for the next round to begin.
  var startsNextRound = false
  /// What is to be tried meanwhile, on other connections.
  var companions: [any Experiment] = []
  /// Measured round trips, for how long to wait.
  var patience: Patience
  /// What our packets are for, by how they look.
  var notes: [SegmentShape: String] = [:]

  /// How long to wait, and how often to ask.
  struct Patience: Hashable, Sendable {
    /// For what is answered: repeated after it.
    var timeout: Duration
    /// For what is left unanswered by a sound host.
    var brief: Duration
    /// How many unanswered questions prove a silence.
    var proof: Int
    /// The shortest round trip.
    var roundTrip: Duration
  }

  /// Sends a crafted segment.
  mutating func send(_ draft: PacketDraft, _ text: String) {
    note(draft, text)
    connection.outgoing.append(draft)
  }

  /// Says what a segment is for that the connection sends by itself.
  mutating func note(_ draft: PacketDraft, _ text: String) {
    if let segment = draft.segment { notes[SegmentShape(segment)] = text }
  }

  /// Whether something came that answers a segment: no text and no FIN.
  var hasReply: Bool { answers.contains { !$0.isData } }

  /// Whether all that was sent has been seen leaving: what comes before answers something else.
  var isAllSent: Bool { leaving.isEmpty }

  /// Takes the answers that came.
  mutating func takeAnswers() -> [Answer] {
    defer { answers = [] }
    return answers
  }

  /// Takes the indexes of what was sent.
  mutating func takeSent() -> [Int] {
    defer { sent = [] }
    return sent
  }

  /// Takes back what a SYN of an experiment has opened anew at the target.
  ///
  /// - Parameter answers: What came.
  /// - Returns: Whether anything was opened.
  mutating func takeBackNewConnections(_ answers: [Answer]) -> Bool {
    let begun = answers.filter { $0.opensAnother(than: connection) }
    for answer in begun {
      send(
        connection.segment(.reset, sequence: answer.header.acknowledgement),
        "takes the new connection back")
    }
    return !begun.isEmpty
  }

  /// The hop limit of the SYN ACK: the target's own.
  var hopLimit: UInt8?
  /// Whether a question was answered that had gone unanswered before.
  var hasSeenLoss = false
  /// The checks whether the connection stands, where one was answered at last.
  var loss = LossCount()
  /// Whether the target itself has shown that it does not know the connection any more.
  var isGone = false

  /// Takes note that the last of so many checks was answered.
  mutating func isAnswered(afterChecks checks: Int) {
    loss = LossCount(asked: checks, lost: max(checks - 1, 0))
    hasSeenLoss = loss.lost > 0
  }

  /// One old octet, which a connection that stands must acknowledge, and whoever has forgotten it
  /// resets; Linux rations other answers, never this one.
  ///
  /// RFC 9293, section 3.8.4; net/ipv4/tcp_input.c, tcp_oow_rate_limited.
  ///
  /// It lies before whatever was not acknowledged yet, and so is never new.
  mutating func askWhetherAlive() {
    send(
      connection.segment(
        .acknowledgement, sequence: connection.oldestUnacknowledged - 1, payload: [0]),
      "does the connection stand?")
  }
}

/// An answer of the peer as an experiment sees it.
struct Answer: Hashable, Sendable {
  /// The packet's index.
  var index: Int
  /// When it was captured.
  var moment: Moment
  /// The segment.
  var header: TCPHeader
  /// How many octets it carries.
  var length: Int
  /// The hop limit on arrival.
  var hopLimit: UInt8
  /// The IPv4 identification; nil for IPv6.
  var identification: UInt16?

  /// Whether it is the same packet once more, doubled on its way.
  func isCopy(of other: Answer) -> Bool {
    (identification ?? 0) != 0 && identification == other.identification && header == other.header
  }
  /// Whether nothing tells it from such a copy.
  func mayBeCopy(of other: Answer) -> Bool {
    header == other.header && identification == other.identification
      && abs((moment - other.moment).nanoseconds) <= 5_000_000
  }

  /// A reset.
  var isReset: Bool { header.flags.contains(.reset) }
  /// A SYN ACK.
  var isSYNACK: Bool { header.flags.isSuperset(of: [.syn, .acknowledgement]) && !isReset }
  /// Whether it answers another SYN than the one that opened a connection.
  func opensAnother(than connection: ClientConnection) -> Bool {
    isSYNACK && header.acknowledgement != connection.initialSequence + 1
  }
  /// Whether it may refuse a SYN that was repeated, or that is all that was sent.
  ///
  /// That says nothing of the connection, which another SYN has opened. RFC 9293, section 3.10.7.1.
  func mayRefuseSYN(of connection: ClientConnection) -> Bool {
    let first = connection.initialSequence + 1
    return isReset && header.sequence == SequenceNumber(0) && header.acknowledgement == first
      && header.flags.contains(.acknowledgement)
      && (connection.hasRepeatedSYN || connection.nextSequence == first)
  }
  /// Text or a FIN, which the service sends by itself.
  var isData: Bool { !isReset && !isSYNACK && (length > 0 || header.flags.contains(.fin)) }
  /// An acknowledgement that carries nothing else.
  var isPureAcknowledgement: Bool {
    header.flags.contains(.acknowledgement) && length == 0
      && header.flags.isDisjoint(with: [.syn, .fin, .reset])
  }
}

/// Enough of a segment to know our own again when it is seen leaving.
struct SegmentShape: Hashable, Sendable {
  private let flags: TCPFlags
  private let sequence: SequenceNumber
  private let acknowledgement: SequenceNumber

  init(_ segment: SegmentDraft) {
    flags = segment.flags
    sequence = segment.sequence
    acknowledgement = segment.acknowledgement
  }

  init(_ header: TCPHeader) {
    flags = header.flags
    sequence = header.sequence
    acknowledgement = header.acknowledgement
  }
}
