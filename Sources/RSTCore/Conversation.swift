import RSTWire

/// A connection of ours that the target has answered: kept in step, then taken back or closed.
///
/// RFC 9293, section 3.10.7. It never lasts beyond the run.
struct Conversation: Sendable {
  /// How far it is.
  enum State: Hashable, Sendable {
    /// The SYN ACK was answered by a reset; nothing is left of it.
    case takenBack
    /// The handshake is complete.
    case established
    /// We sent our FIN and wait for its acknowledgement.
    case closing
    /// Both sides are done, or one of them reset it.
    case over
  }

  /// The attempt it grew from.
  let attempt: Int
  /// How far it is.
  private(set) var state: State
  /// When the state was entered.
  private(set) var since: Moment
  private let template: PacketDraft
  private var ourNext: SequenceNumber
  private var theirNext: SequenceNumber
  private var theirTimestamp: UInt32?
  private var repetitions = 0
  private var goodbyes = 0
  private var resetsOfGoodbye = 0
  /// Whether the target acknowledged our FIN: the connection was real.
  private(set) var isAcknowledged = false

  /// Begins with the SYN ACK that answered `attempt`; `opening` is what to send for it.
  init(
    _ synAck: TCPHeader, to attempt: Attempt, reply: HandshakeReply, at now: Moment
  ) {
    self.attempt = attempt.id
    template = attempt.draft
    ourNext = synAck.acknowledgement
    theirNext = synAck.sequence + 1
    theirTimestamp = synAck.timestamps?.value
    state = reply == .complete ? .established : .takenBack
    since = now
  }

  /// What answers the SYN ACK, the first time and for each repetition of it.
  mutating func replyToSYNACK(_ synAck: TCPHeader) -> PacketDraft? {
    repetitions += 1
    guard repetitions <= 4 else { return nil }
    switch state {
    case .takenBack: return draft(.reset, sequence: synAck.acknowledgement, acknowledgement: nil)
    case .established, .closing: return acknowledgement()
    case .over: return nil
    }
  }

  /// Takes a segment of the target; returns what to send for it.
  mutating func received(_ header: TCPHeader, payloadLength: Int, at now: Moment) -> PacketDraft? {
    guard state == .established || state == .closing else { return nil }
    if header.flags.contains(.reset) {
      // A forged reset changes nothing at the target: whether the connection is gone shows when our
      // FIN is reset too, and again.
      resetsOfGoodbye += state == .closing ? 1 : 0
      if resetsOfGoodbye >= 2 { enter(.over, at: now) }
      return nil
    }
    if state == .closing, header.flags.contains(.acknowledgement),
      header.acknowledgement == ourNext
    {
      // Our FIN arrived. The other side closes when its application does; we have said goodbye.
      isAcknowledged = true
      if !header.flags.contains(.fin), payloadLength == 0 { return nil }
    }
    guard header.sequence == theirNext, payloadLength > 0 || header.flags.contains(.fin) else {
      return nil
    }
    theirNext = theirNext + payloadLength
    theirTimestamp = header.timestamps?.value ?? theirTimestamp
    guard header.flags.contains(.fin) else { return acknowledgement() }
    theirNext = theirNext + 1
    if state == .closing {
      isAcknowledged = header.acknowledgement == ourNext
      let last = acknowledgement()
      enter(.over, at: now)
      return last
    }
    return close(at: now)
  }

  /// Closes politely: a FIN that the target will acknowledge.
  mutating func close(at now: Moment) -> PacketDraft? {
    guard state == .established else { return nil }
    let fin = draft([.fin, .acknowledgement], sequence: ourNext, acknowledgement: theirNext)
    ourNext = ourNext + 1
    goodbyes = 1
    enter(.closing, at: now)
    return fin
  }

  /// Whether a packet is the acknowledgement of our FIN.
  func isAwaiting(_ packet: Packet) -> Bool {
    awaitsGoodbye && packet.tcp?.flags.contains(.acknowledgement) ?? false
      && packet.tcp?.acknowledgement == ourNext
  }

  /// Whether an answer to our FIN is still worth waiting for.
  var awaitsGoodbye: Bool { state == .closing && !isAcknowledged && goodbyes < 5 }

  /// Our FIN once more, when its acknowledgement is overdue.
  mutating func repeatGoodbye(at now: Moment, after timeout: Duration) -> PacketDraft? {
    guard awaitsGoodbye, now >= since + timeout else { return nil }
    goodbyes += 1
    since = now
    guard goodbyes < 5 else { return nil }
    return draft([.fin, .acknowledgement], sequence: ourNext - 1, acknowledgement: theirNext)
  }

  /// Ends it at once with an exact reset, so that the target keeps no state.
  mutating func abort(at now: Moment) -> PacketDraft? {
    guard state == .established || state == .closing else { return nil }
    enter(.over, at: now)
    return draft([.reset, .acknowledgement], sequence: ourNext, acknowledgement: theirNext)
  }

  private mutating func enter(_ next: State, at now: Moment) {
    state = next
    since = now
  }

  private func acknowledgement() -> PacketDraft {
    draft(.acknowledgement, sequence: ourNext, acknowledgement: theirNext)
  }

  private func draft(
    _ flags: TCPFlags, sequence: SequenceNumber, acknowledgement: SequenceNumber?
  ) -> PacketDraft {
    var packet = template
    guard var segment = template.segment else { return packet }
    segment.flags = flags
    segment.sequence = sequence
    segment.acknowledgement = acknowledgement ?? SequenceNumber(0)
    segment.reserved = 0
    segment.payload = []
    segment.urgentPointer = 0
    segment.checksum = .computed
    segment.options = options(of: segment.options, for: flags)
    packet.content = .segment(segment)
    packet.ipv4Options = []
    packet.identification = template.identification &+ 1 == 0 ? 1 : template.identification &+ 1
    return packet
  }

  /// Timestamps go on once both sides sent them.
  ///
  /// RFC 7323, section 3.2.
  private func options(of syn: [TCPOption], for flags: TCPFlags) -> [TCPOption] {
    guard !flags.contains(.reset), let echo = theirTimestamp else { return [] }
    for case .timestamps(let value, _) in syn {
      return [.noOperation, .noOperation, .timestamps(value: value &+ 1, echo: echo)]
    }
    return []
  }
}
