public import RSTCore
public import RSTWire

/// A host at the end of a simulated path: echo, closed ports, listeners, connections.
///
/// It answers for every address, so that it can stand behind address translation as it is. What
/// its stack does with a connection is in `SimulatedHost+Connections.swift`.
public struct SimulatedHost: Sendable {
  /// How its stack makes packets.
  public var traits: StackTraits
  /// The ports that somebody listens on.
  public var listening: Set<UInt16>
  /// What the listeners' accept queues do.
  public var queue = AcceptQueue.free
  /// Whether listeners keep no state before the handshake is complete (`tcp_syncookies=2`).
  public var usesCookies = false
  /// Whether it answers echo requests.
  public var answersEcho = true
  /// Whether the application closes when the client has.
  public var closesAfterClient = true
  /// What the application says first.
  public var banner: [UInt8] = []
  /// What the service does with what clients send; nil for one that reads on.
  public var application: Application?
  /// What its stack does with the segments of the matrix; nil for what Linux does, roughly.
  public var model: StackModel?
  /// What it knows of connections.
  public internal(set) var connections: [Flow: Connection] = [:]

  var generator = SeededGenerator(seed: 1)
  /// When it sent challenge ACKs that all connections share.
  var challenges: [Moment] = []
  /// How many SYNs it has answered.
  var accepted = 0
  private var identification: UInt16 = 1

  /// What an accept queue does to connections.
  public enum AcceptQueue: Hashable, Sendable {
    /// It has room.
    case free
    /// It is full: SYNs are dropped.
    case full
    /// It fills up during the handshake, and the last acknowledgement is ignored or reset
    /// (`tcp_abort_on_overflow`).
    case overflows(aborts: Bool)
  }

  /// Makes a host.
  public init(traits: StackTraits, listening: Set<UInt16>) {
    self.traits = traits
    self.listening = listening
  }

  /// How many handshakes it waits for to be completed.
  public var halfOpen: Int { connections.values.count { $0.state == .synReceived } }

  /// Takes a packet; returns its answers.
  public mutating func received(_ packet: Packet, at now: Moment) -> [Packet] {
    guard packet.anomalies.isEmpty || packet.anomalies == [.reservedBits] else { return [] }
    switch packet.transport {
    case .tcp(let header, let payload): return segment(header, payload, in: packet, at: now)
    case .icmp(let message): return echo(message, in: packet)
    case .other: return []
    }
  }

  private mutating func segment(
    _ header: TCPHeader, _ payload: [UInt8], in packet: Packet, at now: Moment
  ) -> [Packet] {
    // net/ipv4/tcp_ipv4.c: without a key for the address neither a listener nor a reset answers.
    if header.isSigned, traits.ignoresSigned { return [] }
    let flow = Flow(packet)
    if let flow, connections[flow] != nil {
      return connectionReceived(header, payload, in: packet, of: flow, at: now)
    }
    if listening.contains(header.destinationPort), let flow {
      return listenerReceived(header, payload, in: packet, of: flow, at: now)
    }
    return reset(header, payload, in: packet)
  }

  /// What a port without listener answers: RFC 9293, section 3.10.7.1.
  mutating func reset(_ header: TCPHeader, _ payload: [UInt8], in packet: Packet) -> [Packet] {
    guard var reset = header.reset(payload: payload.count, window: traits.resetWindow) else {
      return []
    }
    if traits.resetsAlwaysAcknowledge {
      reset.flags = [.reset, .acknowledgement]
      reset.sequence = header.acknowledgement
      reset.acknowledgement = header.sequence + header.length(payload: payload.count)
    }
    var fields = answer(to: packet)
    if traits.resetsCopyTrafficClass {
      fields.trafficClass = packet.network.trafficClass & 0xfc
    }
    return [Packet(network: fields.answering(packet), tcp: reset)]
  }

  private mutating func echo(_ message: ICMPMessage, in packet: Packet) -> [Packet] {
    let isIPv4 = packet.network.source.family == .ipv4
    guard answersEcho, message.type == (isIPv4 ? 8 : 128), case .echo = message.body else {
      return []
    }
    var fields = answer(to: packet)
    fields.trafficClass = packet.network.trafficClass
    fields.identification = nextIdentification()
    fields.dontFragment = false
    let reply = ICMPMessage(type: isIPv4 ? 0 : 129, code: 0, body: message.body)
    return [Packet(network: fields.answering(packet), icmp: reply)]
  }

  /// The header fields that all its answers share.
  mutating func answer(to packet: Packet) -> AnswerHeader {
    var fields = AnswerHeader(hopLimit: traits.hopLimit)
    fields.dontFragment = traits.dontFragment
    if traits.countsIdentification { fields.identification = nextIdentification() }
    if traits.hasFlowLabels { fields.flowLabel = UInt32.random(in: 1...0xfffff, using: &generator) }
    if traits.echoesRecordRoute, packet.recordsRoute, case .ipv4(let asked) = packet.network {
      fields.options = asked.options
      fields.options.recordRoute(asked.destination)
    }
    return fields
  }

  mutating func nextIdentification() -> UInt16 {
    identification = identification == .max ? 1 : identification + 1
    return identification
  }
}
