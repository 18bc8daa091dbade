public import RSTWire

/// A TCP client of our own: sans-I/O, and with every header field in the hands of who drives it.
///
/// It opens, acknowledges, sends, retransmits, reassembles and closes as RFC 9293 asks, so that any
/// server holds a conversation with it; what a kernel would never send is crafted with
/// `segment(_:)`. It offers timestamps and no window scale, so that a window field means what it
/// says. Packets to send collect in `outgoing`; drain them after every call.
public struct ClientConnection: Sendable {
  /// How far it is.
  ///
  /// RFC 9293, section 3.3.2, as seen from here.
  public enum State: Hashable, Sendable {
    /// Nothing was sent yet.
    case idle
    /// Our SYN is out.
    case synSent
    /// A SYN ACK came, and is left without an answer: SYN-RECEIVED over there.
    case halfOpen
    /// The handshake is complete.
    case established
    /// Our FIN is out.
    case closing
    /// Both sides are done.
    case closed
    /// A reset that RFC 9293 allows came.
    case reset
    /// The SYN was refused by a reset.
    case refused
    /// Nobody answered in spite of repetitions.
    case unanswered
    /// We reset it.
    case aborted
  }

  /// What a connection is opened with.
  public struct Options: Hashable, Sendable {
    /// The window that we advertise: octets, not scaled.
    public var window: UInt16 = 2048
    /// Whether what arrives is read, which opens the window again.
    public var isReading = false
    /// Whether a SYN ACK is acknowledged at once.
    public var completesHandshake = true
    /// Whether a FIN of the peer is acknowledged; a socket whose FIN is not keeps its whole state.
    public var acknowledgesFIN = false
    /// Whether data is acknowledged; where it is not, FINs are not either, and the peer repeats both.
    public var acknowledgesData = true
    /// Whether keep-alives are answered.
    public var answersKeepAlives = true
    /// How often a segment is repeated before the peer counts as gone.
    public var repetitions = 6
    /// Whether resets change nothing, as for a stack that missed them: a forged one does not end the
    /// conversation, and what the host says behind it arrives.
    public var ignoresResets = false
    /// The hop limit of everything behind the SYN; nil for that of the SYN.
    public var hopLimit: UInt8?

    /// The defaults: a small window that nobody reads from.
    public init() {}
  }

  /// How it behaves.
  public var options: Options
  /// How far it is.
  public internal(set) var state = State.idle
  /// Packets to send, in order.
  public internal(set) var outgoing: [PacketDraft] = []
  /// How long to wait before a segment is repeated; the owner keeps it up to date.
  public var timeout = Duration.milliseconds(300)

  /// Our first sequence number, that of the SYN.
  public let initialSequence: SequenceNumber
  /// SND.UNA: the oldest of our octets that is not acknowledged.
  public internal(set) var oldestUnacknowledged: SequenceNumber
  /// SND.NXT: the next octet that we will send; what is crafted does not move it.
  public internal(set) var nextSequence: SequenceNumber
  /// RCV.NXT: the next octet that we expect.
  public internal(set) var expected = SequenceNumber(0)
  /// The peer's first sequence number.
  public internal(set) var peerInitialSequence = SequenceNumber(0)
  /// What the peer acknowledged last, crafted octets included; nil before any acknowledgement.
  public internal(set) var peerExpects: SequenceNumber?
  /// The window that the peer advertised last, in octets.
  public internal(set) var peerWindow = 0
  /// What arrived in order, as far as it is kept: the first 64 KiB.
  public internal(set) var received: [UInt8] = []
  /// How many octets arrived in order.
  public internal(set) var receivedCount = 0
  /// When the SYN ACK arrived, and when again: the first 32 times.
  public internal(set) var synAcks: [Moment] = []
  /// When the peer's FIN arrived in order.
  public internal(set) var peerFinished: Moment?
  /// Whether our FIN was acknowledged.
  public internal(set) var isFINAcknowledged = false

  /// When our SYN was sent again last; nil where once was enough.
  public internal(set) var repeatedSYN: Moment?
  /// Whether our SYN was sent more than once.
  public var hasRepeatedSYN: Bool { repeatedSYN != nil }

  /// Behind the last crafted octet that the peer may take.
  var craftedEnd: SequenceNumber?

  let template: PacketDraft
  var opened: Moment
  var unsent: [UInt8] = []
  var unacknowledged: [UInt8] = []
  var wantsFIN = false
  var hasSentFIN = false
  var peerTimestamp: UInt32?
  var offersTimestamps: Bool
  var outOfOrder: [(sequence: SequenceNumber, octets: [UInt8], isFinal: Bool)] = []
  var acknowledgementDue: Moment?
  /// When something was acknowledged again that had been acknowledged before.
  var repeatedAcknowledgement: Moment?
  /// When the last SYN ACK came, or the last copy of one.
  var heardSYNACK: Moment?
  var retransmissionDue: Moment?
  var repetition = 0
  var maximumSegmentSize = 536

  /// Makes a connection from the SYN that opens it: addresses, ports, canaries and options.
  public init(syn: PacketDraft, options: Options = Options(), at now: Moment) {
    template = syn
    self.options = options
    opened = now
    let segment = syn.segment
    initialSequence = segment?.sequence ?? SequenceNumber(0)
    oldestUnacknowledged = initialSequence
    nextSequence = initialSequence
    offersTimestamps =
      segment?.options.contains { if case .timestamps = $0 { true } else { false } }
      ?? false
  }

  /// Whether timestamps are in use: both sides sent them.
  ///
  /// RFC 7323, section 3.2.
  public var usesTimestamps: Bool { offersTimestamps && peerTimestamp != nil }

  /// When `advance(to:)` wants to be called.
  public var deadline: Moment? {
    Moment.earliest(acknowledgementDue, retransmissionDue)
  }

  /// Sends the SYN.
  public mutating func open(at now: Moment) {
    guard state == .idle else { return }
    state = .synSent
    nextSequence = initialSequence + 1
    outgoing.append(template)
    retransmissionDue = now + max(timeout, Self.departure)
  }

  /// Takes note that the SYN has left, which may be later than it was sent here: its answer is waited for
  /// from then on.
  public mutating func noteDeparture(at now: Moment) {
    guard state == .synSent, repetition == 0 else { return }
    opened = now
    startTimer(at: now)
  }

  /// Acknowledges a SYN ACK that was left without an answer.
  public mutating func completeHandshake(at now: Moment) {
    guard state == .halfOpen else { return }
    state = .established
    acknowledge()
  }

  /// Queues octets; they go out as the peer's window allows and are repeated until acknowledged.
  public mutating func send(_ octets: [UInt8], at now: Moment) {
    guard state == .established, !wantsFIN else { return }
    unsent += octets
    transmit(at: now)
  }

  /// Sends what is queued and then a FIN.
  public mutating func close(at now: Moment) {
    guard state == .established else { return }
    state = .closing
    wantsFIN = true
    transmit(at: now)
  }

  /// Ends it at once with an exact reset, so that the peer keeps no state; also once the peer is
  /// thought to be gone, since a reset costs nothing then.
  public mutating func abort(at now: Moment) {
    guard state != .idle, state != .refused else { return }
    // One that ends on the way takes nothing back.
    options.hopLimit = nil
    outgoing.append(exactReset)
    state = .aborted
    retransmissionDue = nil
    acknowledgementDue = nil
  }

  /// Ends it in the midst of things: what is on its way may be taken before the reset arrives, or never.
  public mutating func abortWhatIsOnItsWay(at now: Moment) {
    abort(at: now)
    guard let first = outgoing.last?.segment?.sequence else { return }
    var numbers = [oldestUnacknowledged, nextSequence, nextSequence + 1]
    if let craftedEnd { numbers.append(craftedEnd) }
    for number in Set(numbers.map(\.rawValue)).sorted() where number != first.rawValue {
      outgoing.append(segment(.reset, sequence: SequenceNumber(number)))
    }
  }

  /// The reset that no receiver in step can refuse.
  ///
  /// RFC 9293, section 3.10.7.4.
  public var exactReset: PacketDraft {
    // What the peer acknowledged last says more of what it expects than what we remember: it may
    // have taken a crafted octet or FIN.
    segment(.reset, sequence: peerExpects ?? nextSequence)
  }

  /// Repeats nothing any more of what was sent so far.
  public mutating func stopRepeating() { retransmissionDue = nil }

  /// Takes note that time has passed: repeats and acknowledges what is due.
  public mutating func advance(to now: Moment) {
    if let due = acknowledgementDue, due <= now { acknowledge() }
    guard let due = retransmissionDue, due <= now else { return }
    repetition += 1
    guard repetition <= options.repetitions else {
      retransmissionDue = nil
      state = .unanswered
      return
    }
    switch state {
    case .synSent:
      repeatedSYN = now
      outgoing.append(template)
    case .established, .closing: repeatOldest()
    default: return
    }
    retransmissionDue = now + backedOff
  }

  /// How long a packet may wait behind others before it leaves, as on a machine that is busy.
  static let departure = Duration.milliseconds(250)

  /// RFC 6298, section 5.5: each repetition waits twice as long.
  private var backedOff: Duration {
    min(timeout * (1 << min(repetition, 5)), max(timeout, .seconds(1)))
  }

  mutating func startTimer(at now: Moment) {
    repetition = 0
    retransmissionDue = now + timeout
  }
}
