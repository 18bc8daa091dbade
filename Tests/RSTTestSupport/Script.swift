public import RSTCore
public import RSTWire

/// An exchange written down step by step, to be read as a rule reads it.
///
/// It says what was sent, what came back and what stayed silent. Round trips take 20 ms.
public struct Script {
  /// What was written so far.
  public private(set) var transcript = Transcript()
  /// What is diagnosed.
  public let target: Target

  private let family: AddressFamily
  private var now = Moment(nanoseconds: 1_000_000_000)
  private var flows: [String: SequenceNumber] = [:]
  private var flight = 1

  /// Begins an exchange with port 80 of the usual target.
  public init(_ family: AddressFamily = .ipv4) {
    self.family = family
    target = Target(name: "target", address: SimulatedRun.target(family), port: 80)
  }

  /// One of the two control ports.
  public static let control = Subject.control(port: 40_001)
  /// The other one.
  public static let otherControl = Subject.control(port: 40_002)

  /// A router takes our packets there: the target is not on our own link.
  public mutating func route(by nextHop: IPAddress) { transcript.nextHop = nextHop }

  /// The next flight begins: what was asked so far has been answered, or will not be.
  public mutating func beginFlight() { flight += 1 }

  /// What rules see of it.
  public var observations: Observations { Observations(transcript, of: target) }

  /// Sends a probe of the catalogue; returns its attempt.
  ///
  /// Every probe has a DSCP, an identification and a flow label of its own.
  @discardableResult
  public mutating func send(
    _ name: String, _ subject: Subject = .target, hopLimit: UInt8 = 64,
    leaves: Bool = true
  ) -> Int {
    guard let probe = ProbeCatalog.probe(named: name) else { return -1 }
    let id = transcript.attempts.count
    let port: UInt16
    switch subject {
    case .target: port = target.port
    case .control(let control): port = control
    case .host: port = 0
    }
    var sequence = SequenceNumber(UInt32(id + 1) * 1_000_000)
    if probe.sharesFlow {
      let last = flows[probe.flowName].map { $0 + probe.sequenceStep }
      sequence = last ?? sequence
      flows[probe.flowName] = sequence
    }
    let setting = ProbeSetting(
      source: SimulatedRun.prober(family), destination: target.address,
      sourcePort: UInt16(probe.sharesFlow ? 20_000 : 20_001 + id), destinationPort: port,
      sequence: sequence, acknowledgement: sequence + 77_777,
      trafficClass: UInt8(8 + id % 24) << 2, identification: UInt16(0x100 + id), window: 1_001,
      flowLabel: UInt32(0x1_0101 + id * 0x101), hopLimit: hopLimit)
    let draft = probe.draft(setting)
    var attempt = Attempt(
      id: id, probe: name, subject: subject, flight: flight, draft: draft, started: now,
      isSettled: true)
    if leaves, let packet = Packet(datagram: draft.encoded()) {
      attempt.departure = .seen(packet: record(packet, .sent, of: id))
    }
    transcript.attempts.append(attempt)
    return id
  }

  /// Sends a probe that nobody answers, several times.
  public mutating func silence(_ name: String, _ subject: Subject = .target, times: Int = 6) {
    for _ in 0..<times { send(name, subject) }
  }

  /// Sends a probe to the target's port and takes answers for it.
  public mutating func exchange(_ name: String, hopLimit: UInt8 = 64, _ answers: Answer...) {
    let attempt = send(name, hopLimit: hopLimit)
    for given in answers { answer(attempt, given) }
  }

  /// Sends a probe to something else and takes an answer for it.
  public mutating func exchange(
    _ name: String, _ subject: Subject, hopLimit: UInt8 = 64, _ given: Answer
  ) {
    answer(send(name, subject, hopLimit: hopLimit), given)
  }

  /// We send something further on the attempt's connection: the last ACK of a handshake.
  public mutating func acknowledge(_ attempt: Int) {
    let synAck = transcript.attempts[attempt].answers.lazy
      .compactMap { [packets = transcript.packets] in packets[$0].packet.tcp }.first
    guard let segment = transcript.attempts[attempt].draft.segment, let synAck else { return }
    var draft = transcript.attempts[attempt].draft
    draft.content = .segment(
      SegmentDraft(
        sourcePort: segment.sourcePort, destinationPort: segment.destinationPort,
        sequence: synAck.acknowledgement, acknowledgement: synAck.sequence + 1,
        flags: .acknowledgement))
    if let packet = Packet(datagram: draft.encoded()) { _ = record(packet, .sent, of: attempt) }
  }

  /// An answer arrives for an attempt.
  public mutating func answer(_ attempt: Int, _ answer: Answer) {
    guard let asked = Packet(datagram: transcript.attempts[attempt].draft.encoded()),
      let packet = answer.packet(asked)
    else { return }
    transcript.attempts[attempt].answers.append(record(packet, .received, of: attempt))
  }

  private mutating func record(_ packet: Packet, _ way: Direction, of attempt: Int) -> Int {
    now = now + (way == .sent ? .microseconds(150) : .milliseconds(20))
    transcript.packets.append(
      RecordedPacket(
        index: transcript.packets.count, moment: now, direction: way, packet: packet,
        attempt: attempt))
    return transcript.packets.count - 1
  }
}

/// One way to answer a packet.
public struct Answer: Sendable {
  /// Makes the answer; nil where the packet draws none.
  public var packet: @Sendable (Packet) -> Packet?

  /// Makes an answer.
  public init(_ packet: @escaping @Sendable (Packet) -> Packet?) { self.packet = packet }

  /// The reset of a Linux stack, two routers away: DSCP copied, a flow label of its own.
  public static let reset = reset(hopLimit: 62)

  /// The same from elsewhere.
  public static func reset(hopLimit: UInt8) -> Self {
    Self { asked in
      var fields = AnswerHeader(hopLimit: hopLimit)
      fields.trafficClass = asked.network.trafficClass & 0xfc
      fields.flowLabel = 0x54321
      return asked.tcp?.reset(payload: asked.payload.count).map {
        Packet(network: fields.answering(asked), tcp: $0)
      }
    }
  }

  /// netfilter's reset: nothing copied, nothing of its own.
  public static func filterReset(hopLimit: UInt8) -> Self {
    Self { asked in
      asked.tcp?.reset(payload: asked.payload.count).map {
        Packet(network: AnswerHeader(hopLimit: hopLimit).answering(asked), tcp: $0)
      }
    }
  }

  /// A SYN ACK.
  public static func synAck(
    hopLimit: UInt8 = 62, window: UInt16 = 65_160, number: UInt32 = 900_000_000
  ) -> Self {
    Self { asked in
      guard let syn = asked.tcp else { return nil }
      return Packet(
        network: AnswerHeader(hopLimit: hopLimit).answering(asked),
        tcp: TCPHeader(
          sourcePort: syn.destinationPort, destinationPort: syn.sourcePort,
          sequence: SequenceNumber(number), acknowledgement: syn.sequence + 1,
          flags: [.syn, .acknowledgement], window: window))
    }
  }

  /// A bare reset for the last ACK of a handshake whose SYN ACK had `number`.
  public static func handshakeReset(
    hopLimit: UInt8 = 62, number: UInt32 = 900_000_000, window: UInt16 = 0,
    flags: TCPFlags = .reset
  ) -> Self {
    Self { asked in
      guard let syn = asked.tcp else { return nil }
      var header = AnswerHeader(hopLimit: hopLimit)
      // The kernel copies DSCP from the segment that it resets.
      header.trafficClass = asked.network.trafficClass & 0xfc
      return Packet(
        network: header.answering(asked),
        tcp: TCPHeader(
          sourcePort: syn.destinationPort, destinationPort: syn.sourcePort,
          sequence: SequenceNumber(number) + 1, flags: flags, window: window))
    }
  }

  /// An ICMP error of a router, or of the target itself.
  public static func error(
    type: UInt8, code: UInt8, from router: Int? = nil, hopLimit: UInt8 = 63
  ) -> Self {
    Self { asked in
      let addresses = router.map(SimulatedNetwork.addresses(ofRouter:)) ?? [:]
      var site = Site(addresses, hopLimit: hopLimit)
      return site.error(type: type, code: code, about: asked, now: Moment(nanoseconds: 0))
    }
  }

  /// "Administratively prohibited" of either family.
  public static func prohibited(from router: Int?) -> Self {
    Self { asked in
      let isIPv4 = asked.network.source.family == .ipv4
      return error(type: isIPv4 ? 3 : 1, code: isIPv4 ? 13 : 1, from: router).packet(asked)
    }
  }

  /// "Time exceeded" of the router at a hop.
  public static func timeExceeded(from router: Int) -> Self {
    Self { asked in
      let isIPv4 = asked.network.source.family == .ipv4
      return error(type: isIPv4 ? 11 : 3, code: 0, from: router).packet(asked)
    }
  }

  /// The reply to an echo request.
  public static let echoReply = Self { asked in
    guard let message = asked.icmp, case .echo = message.body else { return nil }
    let isIPv4 = asked.network.source.family == .ipv4
    var fields = AnswerHeader(hopLimit: 62)
    fields.trafficClass = asked.network.trafficClass
    return Packet(
      network: fields.answering(asked),
      icmp: ICMPMessage(type: isIPv4 ? 0 : 129, code: 0, body: message.body))
  }
}
