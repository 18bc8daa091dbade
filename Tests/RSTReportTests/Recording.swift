import RSTCore
import RSTWire

/// A transcript that is written down packet by packet, with the numbers a stranger can follow.
struct Recording {
  private(set) var transcript = Transcript()
  let us: IPAddress
  let target: IPAddress
  let port: UInt16

  /// Our first sequence number in every probe.
  static let sequence = SequenceNumber(1000)

  /// Writes a probe down; it is seen leaving unless it is said otherwise.
  @discardableResult
  mutating func probe(
    _ name: String, at microseconds: Int64, subject: Subject = .target, flight: Int = 1,
    flags: TCPFlags = .syn, acknowledgement: UInt32 = 0, hopLimit: UInt8 = 64,
    departure: Departure? = nil, isSettled: Bool = true, note: String = ""
  ) -> Int {
    let id = transcript.attempts.count
    let segment = SegmentDraft(
      sourcePort: UInt16(40_000 + id), destinationPort: destinationPort(of: subject),
      sequence: Self.sequence, acknowledgement: SequenceNumber(acknowledgement), flags: flags)
    let draft = PacketDraft(
      source: us, destination: target, hopLimit: hopLimit, trafficClass: 0x28,
      identification: UInt16(0x1000 + id), flowLabel: 0x12345, content: .segment(segment))
    let index = transcript.packets.count
    transcript.attempts.append(
      Attempt(
        id: id, probe: name, subject: subject, flight: flight, draft: draft,
        started: Moment(nanoseconds: microseconds * 1000),
        departure: departure ?? .seen(packet: index), isSettled: isSettled))
    guard departure == nil else { return id }
    let header = TCPHeader(
      sourcePort: segment.sourcePort, destinationPort: segment.destinationPort,
      sequence: segment.sequence, acknowledgement: segment.acknowledgement, flags: flags,
      window: segment.window, options: [.maximumSegmentSize(1460)])
    record(
      .sent, at: microseconds, attempt: id,
      Packet(
        network: network(
          from: us, to: target, hopLimit: hopLimit, trafficClass: 0x28,
          identification: draft.identification, flowLabel: draft.flowLabel),
        transport: .tcp(header, payload: [])), note: note)
    return id
  }

  /// Writes a segment down that came back for a probe.
  mutating func answer(
    _ attempt: Int, at microseconds: Int64, flags: TCPFlags, sequence: UInt32 = 0,
    acknowledgement: UInt32 = 1001, window: UInt16 = 0, hopLimit: UInt8 = 62,
    trafficClass: UInt8 = 0x28, flowLabel: UInt32 = 0, options: [TCPOption] = [],
    payload: [UInt8] = [], anomalies: [Anomaly] = [], note: String
  ) {
    let probe = transcript.attempts[attempt]
    let header = TCPHeader(
      sourcePort: destinationPort(of: probe.subject), destinationPort: UInt16(40_000 + attempt),
      sequence: SequenceNumber(sequence), acknowledgement: SequenceNumber(acknowledgement),
      flags: flags, window: window, options: options)
    record(
      .received, at: microseconds, attempt: attempt,
      Packet(
        network: network(
          from: target, to: us, hopLimit: hopLimit, trafficClass: trafficClass,
          identification: 0, flowLabel: flowLabel),
        transport: .tcp(header, payload: payload), anomalies: anomalies), note: note)
  }

  /// Writes an ICMP error down that quotes a probe.
  mutating func error(
    _ attempt: Int, at microseconds: Int64, type: UInt8, code: UInt8, from source: IPAddress,
    hopLimit: UInt8 = 64, note: String
  ) {
    let draft = transcript.attempts[attempt].draft
    let start = draft.segment.map { segment in
      QuotedPacket.SegmentStart(
        sourcePort: segment.sourcePort, destinationPort: segment.destinationPort,
        sequence: segment.sequence)
    }
    let quote = QuotedPacket(
      network: network(
        from: us, to: target, hopLimit: 1, trafficClass: 0x28,
        identification: draft.identification, flowLabel: draft.flowLabel),
      segmentStart: start, octets: Array(repeating: 0, count: 28))
    record(
      .received, at: microseconds, attempt: attempt,
      Packet(
        network: network(
          from: source, to: us, hopLimit: hopLimit, trafficClass: 0xc0, identification: 7,
          flowLabel: 0),
        transport: .icmp(ICMPMessage(type: type, code: code, body: .error(quote)))), note: note)
  }

  /// Writes any packet down.
  mutating func record(
    _ direction: Direction, at microseconds: Int64, attempt: Int, _ packet: Packet, note: String
  ) {
    let index = transcript.packets.count
    transcript.packets.append(
      RecordedPacket(
        index: index, moment: Moment(nanoseconds: microseconds * 1000), direction: direction,
        packet: packet, attempt: attempt, note: note))
    if direction == .received, transcript.attempts.indices.contains(attempt) {
      transcript.attempts[attempt].answers.append(index)
    }
  }

  private func destinationPort(of subject: Subject) -> UInt16 {
    switch subject {
    case .target, .host: port
    case .control(let port): port
    }
  }

  private func network(
    from source: IPAddress, to destination: IPAddress, hopLimit: UInt8, trafficClass: UInt8,
    identification: UInt16, flowLabel: UInt32
  ) -> NetworkHeader {
    switch (source, destination) {
    case (.v4(let source), .v4(let destination)):
      .ipv4(
        IPv4Header(
          trafficClass: trafficClass, identification: identification, hopLimit: hopLimit,
          source: source, destination: destination))
    case (.v6(let source), .v6(let destination)):
      .ipv6(
        IPv6Header(
          trafficClass: trafficClass, flowLabel: flowLabel, hopLimit: hopLimit, source: source,
          destination: destination))
    case (.v4, .v6), (.v6, .v4):
      preconditionFailure("both addresses of a packet are of one family")
    }
  }
}
