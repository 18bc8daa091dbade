internal import RSTCore
internal import RSTWire

/// A host whose stack follows a `StackModel`: RFC 9293 for what everybody agrees on, the model for
/// each segment of the matrix.
extension SimulatedHost {
  /// A segment for a connection that it knows.
  mutating func modelReceived(
    _ model: StackModel, _ header: TCPHeader, _ payload: [UInt8], in packet: Packet, of flow: Flow,
    at now: Moment
  ) -> [Packet] {
    guard let connection = connections[flow] else { return [] }
    if connection.state == .synReceived {
      return halfOpenReceived(model, header, payload, in: packet, of: flow, at: now)
    }
    if let cell = Cell(header, payload: payload.count, at: connection, window: Int(model.window)),
      let reaction = model.established[cell]
    {
      return react(reaction, to: cell, header, payload, in: packet, of: flow, at: now)
    }
    return ordinaryReceived(model, header, payload, in: packet, of: flow, at: now)
  }

  /// What the application says as soon as the handshake is complete.
  private mutating func greet(_ model: StackModel, of flow: Flow, at now: Moment) -> [Packet] {
    guard var connection = connections[flow], let asked = connection.asked else { return [] }
    switch model.service {
    case .listens, .resetsBehindFIN:
      return []
    case .closesAtOnce:
      let fin = say([.fin, .acknowledgement], connection, in: asked, at: now)
      connection.sendNext = connection.sendNext + 1
      connection.state = .finWait
      connection.timer = now + .milliseconds(250)
      connections[flow] = connection
      return [fin]
    case .resetsAtOnce:
      connections[flow] = nil
      return [say([.reset, .acknowledgement], connection, in: asked, at: now)]
    case .streams(let octets):
      connections[flow]?.toSay = octets
      return stream(of: flow, at: now)
    }
  }

  /// As much as the client's window takes.
  private mutating func stream(of flow: Flow, at now: Moment) -> [Packet] {
    guard var connection = connections[flow], let asked = connection.asked else { return [] }
    var packets: [Packet] = []
    // RFC 6928: ten segments at once.
    var room =
      min(connection.peerWindow, 10_000) - connection.sendNext.distance(from: connection.oldest)
    while room > 0, connection.toSay > 0 {
      let count = min(room, connection.toSay, 1_000)
      packets.append(
        say(
          [.acknowledgement, .push], connection, [UInt8](repeating: 0x61, count: count),
          in: asked, at: now))
      connection.sendNext = connection.sendNext + count
      connection.toSay -= count
      room -= count
    }
    if !packets.isEmpty, connection.timer == nil { connection.timer = now + .milliseconds(250) }
    connections[flow] = connection
    return packets
  }

  /// Sends again what is not acknowledged; after some tries the connection is given up.
  mutating func repeatUnacknowledged(of flow: Flow, at now: Moment) -> [Packet] {
    guard var connection = connections[flow], let asked = connection.asked else { return [] }
    connection.retries += 1
    guard connection.retries <= 8 else {
      connections[flow] = nil
      return []
    }
    connection.timer = now + .milliseconds(250 << min(connection.retries, 4))
    connections[flow] = connection
    let end = connection.sendNext
    let missing = end.distance(from: connection.oldest)
    connection.sendNext = connection.oldest
    guard connection.hasFIN, missing == 1 else {
      let octets = [UInt8](repeating: 0x61, count: min(missing, 1_000))
      return [say([.acknowledgement, .push], connection, octets, in: asked, at: now)]
    }
    return [say([.fin, .acknowledgement], connection, in: asked, at: now)]
  }
}

// MARK: - ESTABLISHED

extension SimulatedHost {
  private mutating func react(
    _ reaction: StackModel.Reaction, to cell: Cell, _ header: TCPHeader, _ payload: [UInt8],
    in packet: Packet, of flow: Flow, at now: Moment
  ) -> [Packet] {
    guard var connection = connections[flow] else { return [] }
    switch reaction {
    case .challenge:
      guard mayChallenge(&connection, at: now) else { return [] }
      connections[flow] = connection
      return [say(.acknowledgement, connection, in: packet, at: now)]
    case .ignore:
      return []
    case .close:
      connections[flow] = nil
      return []
    case .reset:
      connections[flow] = nil
      return reset(header, payload, in: packet)
    case .accept:
      if header.sequence == connection.receiveNext {
        connection.receiveNext = connection.receiveNext + header.length(payload: payload.count)
        connection.hasTaken = true
        if header.flags.contains(.fin) { connection.state = .closeWait }
      } else {
        connection.held = payload.count
      }
      connections[flow] = connection
      return [say(.acknowledgement, connection, in: packet, at: now)]
    }
  }

  private mutating func mayChallenge(_ connection: inout Connection, at now: Moment) -> Bool {
    guard let limit = model?.limit else { return true }
    let log = limit.isShared ? challenges : connection.challenges
    let recent = log.filter { $0 + limit.period > now }
    guard recent.count < limit.count else { return false }
    if limit.isShared {
      challenges = recent + [now]
    } else {
      connection.challenges = recent + [now]
    }
    return true
  }

  /// What every stack does alike.
  private mutating func ordinaryReceived(
    _ model: StackModel, _ header: TCPHeader, _ payload: [UInt8], in packet: Packet, of flow: Flow,
    at now: Moment
  ) -> [Packet] {
    guard var connection = connections[flow] else { return [] }
    if header.acknowledgement.distance(from: connection.oldest) > 0 {
      connection.oldest = header.acknowledgement
      connection.timer = connection.oldest == connection.sendNext ? nil : now + .milliseconds(250)
      connection.retries = 0
    }
    connection.peerWindow = Int(header.window)
    connections[flow] = connection
    let isFINAcknowledged = connection.hasFIN && connection.oldest == connection.sendNext
    if connection.state == .lastAck, isFINAcknowledged {
      connections[flow] = nil
      return []
    }
    let offset = header.sequence.distance(from: connection.receiveNext)
    let length = header.length(payload: payload.count)
    guard length > 0 || offset < 0 || offset >= Int(model.window) else {
      return stream(of: flow, at: now)
    }
    // Whatever lies before the window is acknowledged once more. RFC 9293, section 3.10.7.4.
    guard offset == 0 else {
      return [say(.acknowledgement, connection, in: packet, at: now)]
    }
    connection.receiveNext = header.sequence + length + connection.held
    connection.held = 0
    connection.hasTaken = true
    guard header.flags.contains(.fin) else {
      connections[flow] = connection
      return [say(.acknowledgement, connection, in: packet, at: now)]
    }
    return closed(connection, in: packet, of: flow, at: now)
  }

  /// The client's FIN.
  private mutating func closed(
    _ connection: Connection, in packet: Packet, of flow: Flow, at now: Moment
  ) -> [Packet] {
    var connection = connection
    let isTalking = connection.toSay > 0 || connection.state != .established
    guard !isTalking, closesAfterClient else {
      // Where both have said FIN nothing is left to be known: the time of TIME-WAIT is skipped.
      connections[flow] = connection.state == .finWait ? nil : connection
      connections[flow]?.state = .closeWait
      return [say(.acknowledgement, connection, in: packet, at: now)]
    }
    connection.state = .lastAck
    let fin = say([.fin, .acknowledgement], connection, in: packet, at: now)
    connection.sendNext = connection.sendNext + 1
    connection.timer = now + .milliseconds(250)
    guard model?.service == .resetsBehindFIN else {
      connections[flow] = connection
      return [fin]
    }
    connections[flow] = nil
    return [fin, say([.reset, .acknowledgement], connection, in: packet, at: now)]
  }
}

// MARK: - SYN-RECEIVED

extension SimulatedHost {
  private mutating func halfOpenReceived(
    _ model: StackModel, _ header: TCPHeader, _ payload: [UInt8], in packet: Packet, of flow: Flow,
    at now: Moment
  ) -> [Packet] {
    guard var connection = connections[flow] else { return [] }
    let offset = header.sequence.distance(from: connection.receiveNext)
    let isInWindow = (0..<Int(model.window)).contains(offset)
    if header.flags.contains(.reset) {
      guard isInWindow else { return [] }
      return react(
        to: offset == 0 ? .resetExact : .resetInWindow, model, header, payload, in: packet,
        of: flow, at: now)
    }
    if header.flags.contains(.syn) {
      if offset == -1 { return [connection.synAck].compactMap { $0 } }
      return react(
        to: isInWindow ? .secondSYNInWindow : .secondSYNBeyond, model, header, payload,
        in: packet, of: flow, at: now)
    }
    guard header.flags.contains(.acknowledgement) else { return [] }
    guard isInWindow else { return [say(.acknowledgement, connection, in: packet, at: now)] }
    guard header.acknowledgement == connection.sendNext else {
      return react(
        to: .badAcknowledgement, model, header, payload, in: packet, of: flow, at: now)
    }
    connection.state = .established
    connection.timer = nil
    connection.retries = 0
    connection.oldest = connection.sendNext
    connection.peerWindow = Int(header.window)
    connections[flow] = connection
    let greeting = greet(model, of: flow, at: now)
    return connections[flow] == nil
      ? greeting
      : greeting + modelReceived(model, header, payload, in: packet, of: flow, at: now)
  }

  private mutating func react(
    to question: HalfOpenQuestion, _ model: StackModel, _ header: TCPHeader, _ payload: [UInt8],
    in packet: Packet, of flow: Flow, at now: Moment
  ) -> [Packet] {
    guard let connection = connections[flow], let reaction = model.halfOpen[question] else {
      return []
    }
    if reaction.endsIt { connections[flow] = nil }
    switch reaction.answer {
    case .challengeACK: return [say(.acknowledgement, connection, in: packet, at: now)]
    case .reset: return reset(header, payload, in: packet)
    case .repeated: return [connection.synAck].compactMap { $0 }
    case .ignored: return []
    case .restart:
      connections[flow] = nil
      return listenerReceived(header, payload, in: packet, of: flow, at: now)
    }
  }
}
