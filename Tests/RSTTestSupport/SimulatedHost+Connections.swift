public import RSTCore
public import RSTWire

extension SimulatedHost {
  /// Who talks to which port.
  public struct Flow: Hashable, Sendable {
    var address: IPAddress
    var port: UInt16
    var own: UInt16

    init?(_ packet: Packet) {
      guard let header = packet.tcp else { return nil }
      address = packet.network.source
      port = header.sourcePort
      own = header.destinationPort
    }
  }

  /// One connection, from the SYN to its end.
  public struct Connection: Hashable, Sendable {
    /// The states of RFC 9293, section 3.3.2, that a server without data goes through.
    public enum State: Hashable, Sendable {
      case synReceived
      case established
      case closeWait
      case lastAck
      case finWait
    }

    /// Where it is.
    public internal(set) var state: State
    var isn: SequenceNumber
    var sendNext: SequenceNumber
    var receiveNext: SequenceNumber
    var window = 64240
    var echo: UInt32?
    var synAck: Packet?
    var timer: Moment?
    var retries = 0
    /// The SYN, which knows the addresses.
    var asked: Packet?
    /// SND.UNA.
    var oldest = SequenceNumber(0)
    /// The window that the client advertises.
    var peerWindow = 0
    /// How many octets it keeps behind a hole of one.
    var held = 0
    /// Whether it took any data.
    var hasTaken = false
    /// How many octets the application still has to say.
    var toSay = 0
    /// When it sent challenge ACKs.
    var challenges: [Moment] = []
    /// What the application said that is not acknowledged.
    var said: [UInt8] = []
    /// When the application closes by itself.
    var idleEnds: Moment?

    /// Whether its FIN was sent.
    var hasFIN: Bool { state == .lastAck || state == .finWait }
  }

  /// When it wants to send something again; nil when there is nothing.
  public var nextTimer: Moment? {
    connections.values.reduce(nil) {
      Moment.earliest($0, Moment.earliest($1.timer, $1.idleEnds))
    }
  }

  /// Sends SYN ACKs again whose time has come: after 1, 3, 7 and 15 seconds.
  public mutating func timerFired(at now: Moment) -> [Packet] {
    var packets: [Packet] = []
    for (flow, var connection) in connections {
      guard let timer = Moment.earliest(connection.timer, connection.idleEnds), timer <= now
      else { continue }
      guard connection.state == .synReceived else {
        packets +=
          model == nil
          ? applicationTimer(of: flow, at: now) : repeatUnacknowledged(of: flow, at: now)
        continue
      }
      connection.retries += 1
      guard connection.retries <= 4, let synAck = connection.synAck else {
        connections[flow] = nil
        continue
      }
      packets.append(synAck)
      connection.timer = now + .seconds(1 << connection.retries)
      connections[flow] = connection
    }
    return packets
  }

  /// LISTEN: RFC 9293, section 3.10.7.2, and what Linux makes of it.
  mutating func listenerReceived(
    _ header: TCPHeader, _ payload: [UInt8], in packet: Packet, of flow: Flow, at now: Moment
  ) -> [Packet] {
    let flags = header.flags
    if flags.contains(.reset) { return [] }
    if flags.contains(.acknowledgement) {
      if usesCookies, header.acknowledgement - 1 == cookie(for: flow, header.sequence - 1, header) {
        var connection = Connection(
          state: .established, isn: header.acknowledgement - 1, sendNext: header.acknowledgement,
          receiveNext: header.sequence)
        connection.echo = header.timestamps?.value
        connection.asked = packet
        connection.oldest = connection.sendNext
        connections[flow] = connection
        return []
      }
      return reset(header, payload, in: packet)
    }
    guard flags.contains(.syn), traits.acceptsSYNFIN || !flags.contains(.fin), queue != .full else {
      return []
    }
    accepted += 1
    if let model, connections.count >= model.room || accepted > model.patience { return [] }
    let isn =
      usesCookies
      ? cookie(for: flow, header.sequence, header)
      : SequenceNumber(UInt32(truncatingIfNeeded: generator.next()))
    var connection = Connection(
      state: .synReceived, isn: isn, sendNext: isn + 1, receiveNext: header.sequence + 1)
    connection.echo = header.timestamps?.value
    connection.asked = packet
    connection.peerWindow = Int(header.window)
    let synAck = accept(header, isn: isn, in: packet, at: now)
    if !usesCookies {
      connection.synAck = synAck
      connection.timer = now + .seconds(1)
      connections[flow] = connection
    }
    return [synAck]
  }

  private mutating func accept(
    _ header: TCPHeader, isn: SequenceNumber, in packet: Packet, at now: Moment
  ) -> Packet {
    var options: [TCPOption] = [.maximumSegmentSize(1460)]
    for option in header.options {
      switch option {
      case .selectiveAcknowledgementPermitted: options.append(option)
      case .timestamps(let value, _): options.append(.timestamps(value: ticks(now), echo: value))
      case .windowScale: options += [.noOperation, .windowScale(7)]
      default: break
      }
    }
    let synAck = TCPHeader(
      sourcePort: header.destinationPort, destinationPort: header.sourcePort, sequence: isn,
      acknowledgement: header.sequence + 1, flags: [.syn, .acknowledgement],
      window: model?.window ?? 65_160,
      options: options)
    return Packet(network: answer(to: packet).answering(packet), tcp: synAck)
  }

  /// A number that follows from the 4-tuple and moves with the client's.
  ///
  /// net/ipv4/syncookies.c.
  private func cookie(
    for flow: Flow, _ sequence: SequenceNumber, _ header: TCPHeader
  ) -> SequenceNumber {
    var mixed = SeededGenerator(seed: UInt64(flow.port) << 16 | UInt64(flow.own))
    return sequence + Int(mixed.next() & 0xfff_ffff)
  }

  private func ticks(_ now: Moment) -> UInt32 {
    UInt32(truncatingIfNeeded: now.nanoseconds / 1_000_000)
  }

  /// SYN-RECEIVED and beyond: RFC 9293, section 3.10.7.4; net/ipv4/tcp_minisocks.c, tcp_check_req.
  mutating func connectionReceived(
    _ header: TCPHeader, _ payload: [UInt8], in packet: Packet, of flow: Flow, at now: Moment
  ) -> [Packet] {
    if let model {
      return modelReceived(model, header, payload, in: packet, of: flow, at: now)
    }
    guard var connection = connections[flow] else { return [] }
    defer { if connections[flow] != nil { connections[flow] = connection } }
    let flags = header.flags
    let isExact = header.sequence == connection.receiveNext
    let isInWindow = header.sequence.isWithin(
      start: connection.receiveNext, length: connection.window)
    if flags.contains(.reset) {
      if isExact {
        connections[flow] = nil
        return []
      }
      return isInWindow ? [say(.acknowledgement, connection, in: packet, at: now)] : []
    }
    if flags.contains(.syn) {
      if connection.state == .synReceived {
        if header.sequence + 1 == connection.receiveNext {
          return [connection.synAck].compactMap { $0 }
        }
        if isInWindow {
          connections[flow] = nil
          return reset(header, payload, in: packet)
        }
      }
      return [say(.acknowledgement, connection, in: packet, at: now)]
    }
    guard flags.contains(.acknowledgement) else { return [] }
    if connection.state == .synReceived {
      guard header.acknowledgement == connection.sendNext else {
        return reset(header, payload, in: packet)
      }
      switch queue {
      case .overflows(aborts: true):
        connections[flow] = nil
        return reset(header, payload, in: packet)
      case .overflows(aborts: false), .full:
        return []
      case .free:
        connection.state = .established
        connection.timer = nil
        connection.retries = 0
        connection.oldest = connection.sendNext
        connection.idleEnds = application?.idleClose.map { now + $0 }
        if !banner.isEmpty {
          let greeting = say(
            [.acknowledgement, .push], connection, banner, in: packet, at: now)
          connection.sendNext = connection.sendNext + banner.count
          connection.said = banner
          connection.timer = now + .milliseconds(250)
          return [greeting]
        }
      }
    }
    if connection.state == .lastAck, header.acknowledgement == connection.sendNext {
      connections[flow] = nil
      return []
    }
    take(header, for: &connection, at: now)
    guard isExact, !payload.isEmpty || flags.contains(.fin) else {
      return isExact || isInWindow ? [] : [say(.acknowledgement, connection, in: packet, at: now)]
    }
    connection.receiveNext = header.sequence + header.length(payload: payload.count)
    guard flags.contains(.fin) else {
      return applicationReceived(payload, on: &connection, in: packet, of: flow, at: now)
    }
    connection.idleEnds = nil
    connection.state = closesAfterClient ? .lastAck : .closeWait
    let last = say(
      closesAfterClient ? [.fin, .acknowledgement] : .acknowledgement, connection, in: packet,
      at: now)
    if closesAfterClient { connection.sendNext = connection.sendNext + 1 }
    return [last]
  }

  /// A segment of a connection.
  mutating func say(
    _ flags: TCPFlags, _ connection: Connection, _ payload: [UInt8] = [], in packet: Packet,
    at now: Moment
  ) -> Packet {
    var fields = answer(to: packet)
    // A full socket's segments count their identification, a request's carry 0.
    if connection.state != .synReceived { fields.identification = nextIdentification() }
    fields.options = []
    if connection.state != .synReceived, let application {
      fields.hopLimit = application.hopLimit ?? fields.hopLimit
      if flags.contains(.reset) { fields.hopLimit = application.resetHopLimit ?? fields.hopLimit }
    }
    let asked = packet.tcp
    var header = TCPHeader(
      sourcePort: asked?.destinationPort ?? 0, destinationPort: asked?.sourcePort ?? 0,
      sequence: connection.sendNext, acknowledgement: connection.receiveNext, flags: flags,
      window: model?.window ?? 509)
    if let echo = connection.echo {
      header.options = [.noOperation, .noOperation, .timestamps(value: ticks(now), echo: echo)]
    }
    return Packet(network: fields.answering(packet), tcp: header, payload: payload)
  }
}
