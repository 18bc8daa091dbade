import RSTWire

/// One connection that content was tried on, with its packets read.
struct TriggerStory: Sendable {
  /// What became of it.
  private(set) var seen: TriggerObservation
  /// When the SYN that was answered was sent.
  private var asked: Moment?
  /// How many SYNs were sent, and the number of the first octet behind them.
  private var syns = 0
  private var first: SequenceNumber?
  /// The SYN ACK.
  private(set) var synAck: RecordedPacket?
  /// Our segments with content, and our FIN, as they left; of a bystander its questions with limited
  /// hop limits.
  private(set) var content: [RecordedPacket] = []
  /// Resets that came before it was asked whether it stands.
  private(set) var resets: [RecordedPacket] = []
  /// Resets that answer whether it stands.
  fileprivate var refusals: [RecordedPacket] = []
  /// The peer's other segments, its answer to that question included.
  private(set) var segments: [RecordedPacket] = []
  /// When old octets left with the hop limit of the content.
  private var questions: [Moment] = []
  /// ICMP errors that say that the hop limit of content ended.
  private(set) var expired: [RecordedPacket] = []
  /// ICMP errors that refuse content.
  private(set) var refused: [RecordedPacket] = []
  /// The acknowledgement numbers that we had sent.
  private var acknowledged: Set<SequenceNumber> = []
  /// Whether the host does not know it any more, and has not closed it.
  ///
  /// It is the host that must have said so, and of this connection: where a bystander is reset as
  /// well somebody blocks the endpoints, and the host may know all of them.
  fileprivate(set) var isForgotten = false
  /// The shortest handshake of the run: a busy machine measures this one longer than the way is.
  fileprivate var shortest: Duration?
  /// How long connections of the run that say nothing are known to be left alone; nil where there is none.
  fileprivate var silence: Duration?

  /// How much earlier or later timers of two connections may end than they should.
  static let timerSlack = Duration.milliseconds(100)

  init(_ seen: TriggerObservation, _ packets: [RecordedPacket]) {
    self.seen = seen
    for record in packets {
      if let header = record.packet.tcp {
        if record.direction == .sent { takeOurs(header, record) } else { take(header, record) }
      } else if let message = record.packet.icmp {
        take(message, record)
      }
    }
  }

  private var begun: Moment { seen.begun ?? Moment(nanoseconds: .max) }
  private var checked: Moment { seen.checked ?? Moment(nanoseconds: .max) }

  private mutating func takeOurs(_ header: TCPHeader, _ record: RecordedPacket) {
    if header.flags.contains(.acknowledgement) { acknowledged.insert(header.acknowledgement) }
    if header.flags.contains(.syn) {
      syns += 1
      first = header.sequence + 1
      if synAck == nil { asked = record.moment }
    }
    guard !record.packet.payload.isEmpty || header.flags.contains(.fin), record.moment < checked
    else { return }
    if let first, header.sequence.distance(from: first) < 0 {
      // An old octet asks whether it gets there; it may leave late, when content has its turn.
      if record.packet.network.hopLimit == seen.role.hopLimit.map(UInt8.init(clamping:)) {
        questions.append(record.moment)
      }
      if seen.role == .bystander { content.append(record) }
    } else if record.moment >= begun {
      content.append(record)
    }
  }

  private mutating func take(_ header: TCPHeader, _ record: RecordedPacket) {
    if header.flags.contains(.reset) {
      // RFC 9293, section 3.10.7.1: number 0 answers a SYN, where that was all or was repeated.
      let isOfSYN =
        header.acknowledgement == first && header.flags.contains(.acknowledgement)
        && (content.isEmpty || syns > 1)
      if header.sequence == SequenceNumber(0), isOfSYN || record.moment < begun { return }
      if record.moment < checked { resets.append(record) } else { refusals.append(record) }
    } else if header.flags.contains(.syn) {
      synAck = synAck ?? record
    } else {
      segments.append(record)
    }
  }

  /// Errors are about what they quote: those that quote an old octet say nothing of content, nor do
  /// those that quote a bare acknowledgement, whose number is the same.
  private mutating func take(_ message: ICMPMessage, _ record: RecordedPacket) {
    guard case .error(let quote) = message.body, let start = quote.segmentStart,
      content.contains(where: {
        $0.packet.tcp?.sequence == start.sequence
          && $0.packet.network.length == quote.network.length
      })
    else { return }
    let family = record.packet.network.destination.family
    if ICMPRefusal.isTimeExceeded(message, family: family) { expired.append(record) }
    if ICMPRefusal(message, family: family) != nil { refused.append(record) }
  }

  /// From a SYN to the SYN ACK: from the last where it was repeated.
  var roundTrip: Duration? {
    synAck.flatMap { synAck in asked.map { synAck.moment - $0 } }
  }

  /// How long it had stood then; nil where no SYN ACK is on record.
  private func age(at moment: Moment) -> Duration? { synAck.map { moment - $0.moment } }

  /// How long it is known to have stood without a reset; nil where nothing is known.
  ///
  /// One that turns out to be gone may have been reset at any time since it was last heard.
  fileprivate var quietAge: Duration? {
    let end = resets.map(\.moment).min() ?? segments.map(\.moment).max()
    return end.flatMap(age)
  }

  /// Whether a reset came when the connection was older than any is known to be left alone that says
  /// nothing: the service may have ended what it found idle.
  func isIdleEnd(_ reset: RecordedPacket) -> Bool {
    guard let silence, let age = age(at: reset.moment) else { return false }
    return age + Self.timerSlack > silence
  }

  /// Whether the host acknowledged an old octet with the hop limit of the content, before it can have
  /// answered that or what it has provoked: then that hop limit reaches it on this path.
  var isReached: Bool {
    guard let asked = questions.first, let first else { return false }
    let trip = shortest ?? roundTrip ?? .zero
    let latest = content.first.map { $0.moment + trip * 9 / 10 } ?? checked
    return segments.contains {
      $0.moment > asked && $0.moment < latest && $0.packet.payload.isEmpty
        && $0.packet.tcp?.acknowledgement == first
    }
  }

  /// How often that was asked early enough.
  var asks: Int {
    let latest = content.first.map { $0.moment + (roundTrip ?? .zero) * -2 / 10 } ?? checked
    return questions.count { $0 < latest }
  }

  /// The first reset.
  var reset: RecordedPacket? { resets.first }

  /// What the peer said in answer to content: data or a FIN, before the question whether it stands.
  var text: [RecordedPacket] {
    segments.filter { $0.moment > begun && $0.moment < checked && Self.isText($0) }
  }

  /// Whether the peer said anything at all.
  var hasText: Bool { segments.contains(where: Self.isText) }

  private static func isText(_ record: RecordedPacket) -> Bool {
    !record.packet.payload.isEmpty || record.packet.tcp?.flags.contains(.fin) ?? false
  }

  /// The packet of ours that a reset may answer: the last with content before it.
  func trigger(of reset: RecordedPacket) -> RecordedPacket? {
    content.last { $0.moment <= reset.moment }
  }

  /// Whether a client that does not ignore resets would have obeyed this one.
  ///
  /// RFC 5961, section 3.2: its number is the next octet that we expect, as we had acknowledged it.
  func isAcceptable(_ reset: RecordedPacket) -> Bool {
    reset.packet.tcp.map { acknowledged.contains($0.sequence) } ?? false
  }

  /// From the content that a reset may answer to the reset.
  func delay(of reset: RecordedPacket) -> Duration? {
    trigger(of: reset).map { reset.moment - $0.moment }
  }

  /// Whether the host answers what is sent again, without taking it: it arrives there.
  var answersRepetitions: Bool {
    guard content.count > 2 else { return false }
    return segments.count { $0.moment > content[1].moment && $0.moment < checked } >= 2
  }

  /// Whether one segment with content alone had left by then.
  func isSentOnce(before reset: RecordedPacket?) -> Bool {
    reset.map { reset in content.count { $0.moment <= reset.moment } == 1 } ?? false
  }

  /// Whether it ended by a reset: one that a client obeys, or one that the host obeyed.
  var isReset: Bool {
    resets.contains { isAcceptable($0) && !isIdleEnd($0) } || isForgotten
  }

  /// Whether it was listened to as long as it should be: what was interrupted may have got an answer.
  var isHeardOut: Bool { !seen.isCutShort }

  /// Whether it is known to have fared otherwise than a connection does that nobody minds.
  var isDisturbed: Bool { seen.isDisturbed && (isHeardOut || !resets.isEmpty) }

  /// Whether the host had it still when the resets were two seconds old.
  var outlivesResets: Bool { !resets.isEmpty && seen.liveness == .alive }

  /// Whether it was reset before anything was sent on it, so that later resets may be for that too.
  var isTainted: Bool {
    resets.contains { reset in seen.begun.map { reset.moment < $0 } ?? true }
  }

  /// An acknowledgement that did not come as the host's own do shows nothing.
  fileprivate mutating func doubt(hostHopLimits: Set<UInt8>) {
    guard seen.liveness == .alive, let index = seen.livenessPacket,
      let answer = segments.first(where: { $0.index == index }),
      !hostHopLimits.contains(answer.packet.network.hopLimit)
    else { return }
    seen.liveness = .unknown
  }

  /// What showed whether it stands.
  fileprivate var lastAnswer: RecordedPacket? {
    seen.livenessPacket.flatMap { index in refusals.first { $0.index == index } }
  }
}

extension [TriggerStory] {
  /// Finds out which connections the host has forgotten.
  mutating func tellForgotten(hostHopLimits: Set<UInt8>) {
    func isGone(_ story: TriggerStory) -> Bool {
      story.seen.liveness == .gone && !story.seen.isClosedByPeer && story.seen.isOpened
        && (story.resets + story.refusals.prefix(1)).contains { !story.isIdleEnd($0) }
        && story.lastAnswer.map { hostHopLimits.contains($0.packet.network.hopLimit) } ?? false
    }
    let silent = filter { $0.seen.role == .silent || $0.seen.role == .bystander }
    let blocked = Set(
      silent.filter { $0.seen.role == .bystander && $0.seen.liveness == .gone }.map(\.seen.trigger))
    let shortest = compactMap(\.roundTrip).min()
    for index in indices {
      self[index].shortest = shortest
      self[index].doubt(hostHopLimits: hostHopLimits)
      let (role, trigger) = (self[index].seen.role, self[index].seen.trigger)
      if !role.isControl {
        self[index].silence =
          silent.filter { $0.seen.role == .silent || $0.seen.trigger == trigger }
          .compactMap(\.quietAge).max()
      }
      let isBeside = !role.isControl && blocked.contains(trigger)
      self[index].isForgotten = isGone(self[index]) && !isBeside
    }
  }
}
