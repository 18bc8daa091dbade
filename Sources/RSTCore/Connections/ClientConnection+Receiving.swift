public import RSTWire

/// What arrives. RFC 9293, section 3.10.7.
extension ClientConnection {
  /// Takes a segment of the peer.
  public mutating func received(_ header: TCPHeader, payload: [UInt8], at now: Moment) {
    switch state {
    case .idle, .refused, .aborted: return
    case .synSent: answerSYN(header, at: now)
    case .halfOpen, .established, .closing, .closed, .reset, .unanswered:
      process(header, payload: payload, at: now)
    }
  }

  private mutating func answerSYN(_ header: TCPHeader, at now: Moment) {
    guard header.flags.contains(.acknowledgement), header.acknowledgement == initialSequence + 1
    else { return }
    if header.flags.contains(.reset) {
      guard !options.ignoresResets else { return }
      state = .refused
      retransmissionDue = nil
      return
    }
    guard header.flags.contains(.syn) else { return }
    peerInitialSequence = header.sequence
    synAcks.append(now)
    heardSYNACK = now
    expected = header.sequence + 1
    oldestUnacknowledged = initialSequence + 1
    peerWindow = Int(header.window)
    peerTimestamp = header.timestamps?.value
    for case .maximumSegmentSize(let size) in header.options {
      maximumSegmentSize = max(64, Int(size) - (offersTimestamps ? 12 : 0))
    }
    retransmissionDue = nil
    repetition = 0
    state = .halfOpen
    if options.completesHandshake { completeHandshake(at: now) }
  }

  private mutating func process(_ header: TCPHeader, payload: [UInt8], at now: Moment) {
    if header.flags.contains(.reset) {
      guard !options.ignoresResets else { return }
      // Ours is the strict receiver: anything but the exact number may be anybody's.
      // RFC 5961, section 3.2.
      if header.sequence == expected, state != .closed {
        state = .reset
        retransmissionDue = nil
        acknowledgementDue = nil
      }
      return
    }
    if header.flags.contains(.syn) {
      guard header.sequence == peerInitialSequence else { return }
      let isCopy = heardSYNACK.map { now - $0 < Self.copyInterval } ?? false
      heardSYNACK = now
      guard !isCopy else { return }
      if synAcks.count < 32 { synAcks.append(now) }
      // Our acknowledgement was lost, or is not wanted yet.
      if state != .halfOpen { acknowledge() }
      return
    }
    if let timestamps = header.timestamps, header.sequence.distance(from: expected) <= 0 {
      peerTimestamp = timestamps.value
    }
    if header.flags.contains(.acknowledgement) { takeAcknowledgement(header, at: now) }
    guard state != .halfOpen, state != .reset else { return }
    takeText(header, payload: payload, at: now)
    if state == .closing, isFINAcknowledged, peerFinished != nil { state = .closed }
  }

  private mutating func takeAcknowledgement(_ header: TCPHeader, at now: Moment) {
    if header.sequence.distance(from: expected) >= 0 { peerWindow = Int(header.window) }
    let ahead = header.acknowledgement.distance(from: nextSequence)
    // Only what crafted segments may have carried, never an arbitrary number; and RCV.NXT never goes
    // back, so that a smaller one was overtaken on its way.
    if abs(ahead) <= 1 << 16,
      peerExpects.map({ header.acknowledgement.distance(from: $0) > 0 }) ?? true
    {
      peerExpects = header.acknowledgement
    }
    guard state == .established || state == .closing else { return }
    let fresh = header.acknowledgement.distance(from: oldestUnacknowledged)
    if fresh == 0, peerWindow == 0 {
      // Whoever answers that its window is closed is not gone. RFC 9293, section 3.8.6.1.
      repetition = min(repetition, max(options.repetitions - 1, 0))
    }
    guard fresh > 0, fresh <= nextSequence.distance(from: oldestUnacknowledged) else {
      if peerWindow > 0, !unsent.isEmpty, unacknowledged.isEmpty { transmit(at: now) }
      return
    }
    let octets = min(fresh, unacknowledged.count)
    unacknowledged.removeFirst(octets)
    oldestUnacknowledged = header.acknowledgement
    if hasSentFIN, header.acknowledgement == nextSequence { isFINAcknowledged = true }
    retransmissionDue = nil
    repetition = 0
    if oldestUnacknowledged != nextSequence { startTimer(at: now) }
    transmit(at: now)
  }

  /// Text and FIN: in order at once, beyond a hole kept until it is filled.
  private mutating func takeText(_ header: TCPHeader, payload: [UInt8], at now: Moment) {
    let isFinal = header.flags.contains(.fin)
    let offset = header.sequence.distance(from: expected)
    if !isFinal, payload.isEmpty || payload.count == 1 && offset == -1 {
      // A keep-alive asks with a number that was acknowledged before, with or without an octet.
      // RFC 9293, section 3.8.4.
      if offset == -1, options.answersKeepAlives { acknowledge() }
      return
    }
    guard options.acknowledgesData else { return }
    guard offset <= 0 else {
      if offset < Int(options.window), outOfOrder.count < 64 {
        outOfOrder.append((header.sequence, payload, isFinal))
      }
      acknowledge()
      return
    }
    let isNew = take(payload, at: header.sequence, isFinal: isFinal, now: now)
    while let next = outOfOrder.firstIndex(where: { $0.sequence.distance(from: expected) <= 0 }) {
      let segment = outOfOrder.remove(at: next)
      _ = take(segment.octets, at: segment.sequence, isFinal: segment.isFinal, now: now)
    }
    if !isNew {
      acknowledgeAgain(at: now)
    } else if peerFinished != nil && options.acknowledgesFIN {
      acknowledge()
    } else if peerFinished == nil {
      acknowledgeSoon(at: now)
    }
  }

  /// Takes what is new of a segment; false where nothing is.
  private mutating func take(
    _ payload: [UInt8], at sequence: SequenceNumber, isFinal: Bool, now: Moment
  ) -> Bool {
    let known = expected.distance(from: sequence)
    let fresh = payload.dropFirst(max(known, 0))
    if received.count < 1 << 16 { received += fresh }
    receivedCount += fresh.count
    expected = expected + fresh.count
    guard isFinal, peerFinished == nil, known <= payload.count else { return !fresh.isEmpty }
    peerFinished = now
    if options.acknowledgesFIN { expected = expected + 1 }
    return true
  }

  /// What comes twice within so short a time was doubled on its way: nobody sends it again so soon.
  ///
  /// RFC 6298, section 2.4: a second, and Linux's least is 200 ms.
  static let copyInterval = Duration.milliseconds(5)

  /// Acknowledges what came once more, but not each of many copies that come together.
  private mutating func acknowledgeAgain(at now: Moment) {
    if let last = repeatedAcknowledgement, now - last < Self.copyInterval { return }
    repeatedAcknowledgement = now
    acknowledge()
  }

  /// Whether a segment has numbers that were never those of this connection: neither in what the peer
  /// sends nor in what we sent, nor in the far segments that are crafted on purpose.
  ///
  /// Resets are not asked about: injectors and devices make them with any number.
  func isStray(_ header: TCPHeader) -> Bool {
    guard state != .idle, state != .synSent, !header.flags.contains(.reset),
      header.flags.contains(.acknowledgement)
    else { return false }
    let limit = 1 << 24
    return abs(header.sequence.distance(from: expected)) > limit
      && abs(header.acknowledgement.distance(from: nextSequence)) > limit
  }

  /// Every second segment at once, a single one a little later.
  ///
  /// RFC 1122, section 4.2.3.2.
  private mutating func acknowledgeSoon(at now: Moment) {
    if acknowledgementDue == nil {
      acknowledgementDue = now + .milliseconds(20)
    } else {
      acknowledge()
    }
  }
}
