public import RSTWire

/// What is sent.
extension ClientConnection {
  /// A segment on this connection with any numbers; it changes nothing of what the connection knows.
  ///
  /// - Parameters:
  ///   - flags: The control bits.
  ///   - sequence: The sequence number.
  ///   - acknowledgement: The acknowledgement field; RCV.NXT where the ACK bit is set and none is
  ///     given, 0 else.
  ///   - payload: The octets it carries.
  /// - Returns: The packet; nothing is sent.
  public func segment(
    _ flags: TCPFlags, sequence: SequenceNumber, acknowledgement: SequenceNumber? = nil,
    payload: [UInt8] = []
  ) -> PacketDraft {
    var packet = template
    guard var segment = template.segment else { return packet }
    segment.flags = flags
    segment.sequence = sequence
    segment.acknowledgement =
      acknowledgement ?? (flags.contains(.acknowledgement) ? expected : SequenceNumber(0))
    segment.window = window
    segment.payload = payload
    segment.options = timestampOption(for: flags)
    packet.content = .segment(segment)
    packet.hopLimit = options.hopLimit ?? template.hopLimit
    packet.identification = identification(after: payload.count &+ Int(sequence.rawValue & 0xff))
    return packet
  }

  /// The window that we advertise now: what was received and not read closes it.
  var window: UInt16 {
    options.isReading
      ? options.window : UInt16(max(Int(options.window) - receivedCount, 0))
  }

  /// Not 0, which the kernel would replace, and seldom the same twice.
  private func identification(after step: Int) -> UInt16 {
    let next = template.identification &+ UInt16(truncatingIfNeeded: step &* 7 &+ 1)
    return next == 0 ? 1 : next
  }

  /// Timestamps go on once both sides sent them; resets need none.
  ///
  /// RFC 7323, section 3.2.
  private func timestampOption(for flags: TCPFlags) -> [TCPOption] {
    guard usesTimestamps, let echo = peerTimestamp, !flags.contains(.reset),
      let segment = template.segment
    else { return [] }
    for case .timestamps(let value, _) in segment.options {
      let counted =
        value &+ UInt32(truncatingIfNeeded: nextSequence.distance(from: initialSequence))
      return [.noOperation, .noOperation, .timestamps(value: counted, echo: echo)]
    }
    return []
  }

  /// Acknowledges everything that arrived in order.
  mutating func acknowledge() {
    acknowledgementDue = nil
    outgoing.append(segment(.acknowledgement, sequence: nextSequence))
  }

  /// Sends as much as the peer's window takes, and the FIN behind it.
  mutating func transmit(at now: Moment) {
    let wasIdle = retransmissionDue == nil
    var room = min(peerWindow, 4 * maximumSegmentSize) - unacknowledged.count
    while room > 0, !unsent.isEmpty {
      let octets = Array(unsent.prefix(min(room, maximumSegmentSize)))
      unsent.removeFirst(octets.count)
      unacknowledged += octets
      outgoing.append(
        segment([.acknowledgement, .push], sequence: nextSequence, payload: octets))
      nextSequence = nextSequence + octets.count
      room -= octets.count
      acknowledgementDue = nil
    }
    if wantsFIN, unsent.isEmpty, !hasSentFIN {
      hasSentFIN = true
      outgoing.append(segment([.fin, .acknowledgement], sequence: nextSequence))
      nextSequence = nextSequence + 1
    }
    let isOutstanding = oldestUnacknowledged != nextSequence || !unsent.isEmpty
    if isOutstanding, wasIdle { startTimer(at: now) }
  }

  /// Repeats the oldest octets that are not acknowledged; into a closed window goes a single one.
  ///
  /// RFC 9293, section 3.8.6.1.
  mutating func repeatOldest() {
    if !unacknowledged.isEmpty {
      let octets = Array(unacknowledged.prefix(maximumSegmentSize))
      outgoing.append(
        segment([.acknowledgement, .push], sequence: oldestUnacknowledged, payload: octets))
    } else if hasSentFIN, !isFINAcknowledged {
      outgoing.append(segment([.fin, .acknowledgement], sequence: nextSequence - 1))
    } else if let octet = unsent.first {
      unsent.removeFirst()
      unacknowledged = [octet]
      nextSequence = nextSequence + 1
      repeatOldest()
    }
  }
}
