import RSTWire

/// What a captured packet changes.
extension Investigation {
  mutating func record(
    _ packet: Packet, at moment: Moment, attempt number: Int, direction: Direction
  ) {
    let index = transcript.packets.count
    var record = RecordedPacket(
      index: index, moment: moment, direction: direction, packet: packet, attempt: number)
    switch direction {
    case .sent:
      if isFirstPacket(packet, of: transcript.attempts[number]) {
        transcript.attempts[number].departure = .seen(packet: index)
        transcript.attempts[number].started = moment
        record.note = ProbeCatalog.probe(named: transcript.attempts[number].probe)?.summary ?? ""
      } else {
        record.note = PacketNote.ofOurs(packet)
      }
      transcript.packets.append(record)
    case .received:
      let attempt = transcript.attempts[number]
      let reply = Reply(record, to: attempt, asked: attempt.started)
      record.note = PacketNote.of(reply, conversation: conversations[number])
      transcript.packets.append(record)
      transcript.attempts[number].answers.append(index)
      // What answers nothing is no reason not to wait for the answer.
      if reply.map({ !$0.isStray(of: attempt.draft) }) ?? true {
        transcript.attempts[number].isSettled = true
      }
      if let reply { answer(reply, to: attempt, at: moment) }
    }
  }

  private func isFirstPacket(_ packet: Packet, of attempt: Attempt) -> Bool {
    guard attempt.departure == .notSeen else { return false }
    guard let segment = attempt.draft.segment else { return packet.icmp != nil }
    return packet.tcp?.sequence == segment.sequence && packet.tcp?.flags == segment.flags
  }

  /// Measures the round trip and keeps the conversation going.
  private mutating func answer(_ reply: Reply, to attempt: Attempt, at now: Moment) {
    // What was sent twice has no known round trip. RFC 6298, section 3.
    let isRepeated = hasRepeatedSYN && attempt.id == 0
    if !attempt.isSettled, !isRepeated, !reply.kind.isUnrelated,
      !reply.isStray(of: attempt.draft)
    {
      roundTrip.learn(reply, of: target)
    }
    guard let header = reply.record.packet.tcp else { return }
    if reply.kind == .synAck {
      if conversations[attempt.id] == nil {
        conversations[attempt.id] = Conversation(
          header, to: attempt,
          reply: handshakeReply(to: attempt), at: now)
      }
      if let draft = conversations[attempt.id]?.replyToSYNACK(header) {
        send(draft, for: attempt.id)
      }
    } else if let draft = conversations[attempt.id]?.received(
      header, payloadLength: reply.record.packet.payload.count, at: now)
    {
      send(draft, for: attempt.id)
    }
  }

  /// What a SYN ACK gets; one that comes when nobody is left to close the connection is taken back.
  private func handshakeReply(to attempt: Attempt) -> HandshakeReply {
    isFinished ? .reset : ProbeCatalog.probe(named: attempt.probe)?.handshakeReply ?? .reset
  }
}
