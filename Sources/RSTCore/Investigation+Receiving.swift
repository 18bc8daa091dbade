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
      switch Departure(of: record, transcript.attempts[number]) {
      case .translated:
        transcript.attempts[number].departure = .translated(packet: index)
        transcript.attempts[number].isSettled = true
        record.note = PacketNote.translated
      case let departure?:
        transcript.attempts[number].departure = departure
        transcript.attempts[number].started = moment
        record.note = ProbeCatalog.probe(named: transcript.attempts[number].probe)?.summary ?? ""
      case nil:
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
