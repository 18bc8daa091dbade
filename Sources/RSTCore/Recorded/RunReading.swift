import RSTWire

/// One run of rstprobe as a capture shows it: its probes and what came back for each, in the form that
/// the run itself wrote down.
struct RunReading: Sendable {
  let target: Target
  let prober: IPAddress
  /// The frame of each packet of the transcript.
  private(set) var frames: [Int] = []

  private(set) var transcript = Transcript()
  /// What the marks of its SYNs say.
  private let run: UInt16
  private var table: FlowTable
  /// The name of the flow whose probes leave from a source port.
  private var flows: [UInt16: String] = [:]
  /// Source ports of what asks nothing about the port: connections of later parts, traffic of others.
  private var foreign: Set<UInt16> = []
  private var roundTrip = RoundTrip()
  /// As a run itself keeps it.
  private var room = AnswerRoom()
  private var lastProbe: Moment?

  /// Attempts of one run that are kept.
  private static let mostAttempts = 1_000
  /// Probes of one flight leave close after one another.
  private static let pause = Duration.milliseconds(5)

  /// Begins with the first SYN of a run; nil where the packet is none.
  init?(_ packet: Packet) {
    guard let header = packet.tcp, header.flags == .syn, let timestamps = header.timestamps else {
      return nil
    }
    let mark = ProbeMark(timestamp: timestamps.value, beside: header.sequence)
    guard let first = RecognisedProbe(packet, of: mark.run), first.probe.name == SYNProbe().name
    else { return nil }
    run = mark.run
    prober = packet.network.source
    let address = packet.network.destination
    target = Target(name: "\(address)", address: address, port: header.destinationPort)
    table = FlowTable(source: prober, destination: address)
  }

  /// Whether both began with a SYN of the same run.
  func isSame(as other: RunReading) -> Bool {
    run == other.run && prober == other.prober && target == other.target
  }

  /// Takes a packet between prober and target, or an ICMP message to the prober.
  ///
  /// - Returns: Whether it belongs to this run.
  mutating func take(_ packet: Packet, frame: Int, at moment: Moment) -> Bool {
    if let probe = newProbe(packet) {
      add(probe, of: packet, frame: frame, at: moment)
      return true
    }
    guard let match = table.match(packet, among: transcript.attempts),
      match.direction == .sent
        ? room.admitsSent(of: match.attempt)
        : room.admits(packet, of: match.attempt, at: moment, in: transcript)
    else { return false }
    append(packet, frame: frame, at: moment, attempt: match.attempt, direction: match.direction)
    return true
  }

  /// What the run means as far as the capture shows it.
  ///
  /// - Parameter ended: When the capture ended; who could still have answered then was not silent.
  /// - Returns: The conclusion, as the run itself would draw it.
  func conclusion(ended: Moment) -> Conclusion {
    var transcript = transcript
    for index in transcript.attempts.indices {
      let attempt = transcript.attempts[index]
      transcript.attempts[index].isSettled =
        !attempt.answers.isEmpty || ended - attempt.started >= roundTrip.briefTimeout
    }
    return Conclusion(Observations(transcript, of: target))
  }
}

// MARK: - Our own packets

extension RunReading {
  /// The probe that a packet begins; nil for what goes on with one, and for what is none of this run.
  private mutating func newProbe(_ packet: Packet) -> RecognisedProbe? {
    guard packet.network.source == prober, packet.network.destination == target.address,
      transcript.attempts.count < Self.mostAttempts
    else { return nil }
    guard let header = packet.tcp else {
      return RecognisedProbe(packet, of: run).flatMap { isNew($0) ? $0 : nil }
    }
    let port = header.sourcePort
    guard !foreign.contains(port) else { return nil }
    guard let probe = RecognisedProbe(packet, of: run), isOurs(probe, header) else {
      if flows[port] == nil, header.destinationPort == target.port { foreign.insert(port) }
      return nil
    }
    guard let flow = flows[port] else { return probe }
    return probe.probe.sharesFlow && probe.probe.flowName == flow && isNew(probe) ? probe : nil
  }

  /// Whether a probe without a mark of its own has a canary, and goes where those with a mark went.
  private func isOurs(_ probe: RecognisedProbe, _ header: TCPHeader) -> Bool {
    guard header.timestamps == nil else { return true }
    return Canary.codePoints.contains(probe.draft.trafficClass >> 2)
      && (header.destinationPort == target.port
        || transcript.attempts.contains { $0.subject == .control(port: header.destinationPort) })
  }

  /// Whether no attempt is this very packet.
  private func isNew(_ probe: RecognisedProbe) -> Bool {
    !transcript.attempts.contains { $0.draft.content == probe.draft.content }
  }

  private mutating func add(
    _ recognised: RecognisedProbe, of packet: Packet, frame: Int, at moment: Moment
  ) {
    let subject: Subject =
      switch recognised.draft.segment?.destinationPort {
      case nil: .host
      case target.port: .target
      case let port?: .control(port: port)
      }
    let flight = transcript.attempts.last?.flight ?? 1
    let pause = lastProbe.map { moment - $0 } ?? .zero
    let attempt = Attempt(
      id: transcript.attempts.count, probe: recognised.probe.name, subject: subject,
      flight: pause > Self.pause ? flight + 1 : flight, draft: recognised.draft, started: moment,
      departure: .seen(packet: transcript.packets.count))
    lastProbe = moment
    transcript.attempts.append(attempt)
    table.add(attempt)
    if let port = recognised.draft.segment?.sourcePort {
      flows[port] = recognised.probe.flowName
    }
    append(packet, frame: frame, at: moment, attempt: attempt.id, direction: .sent)
  }

  private mutating func append(
    _ packet: Packet, frame: Int, at moment: Moment, attempt number: Int, direction: Direction
  ) {
    let record = RecordedPacket(
      index: transcript.packets.count, moment: moment, direction: direction, packet: packet,
      attempt: number)
    transcript.packets.append(record)
    frames.append(frame)
    guard direction == .received else { return }
    let attempt = transcript.attempts[number]
    if attempt.answers.isEmpty, let reply = Reply(record, to: attempt, asked: attempt.started) {
      learn(reply, of: attempt)
    }
    transcript.attempts[number].answers.append(record.index)
  }

  private mutating func learn(_ reply: Reply, of attempt: Attempt) {
    roundTrip.learn(reply, of: target)
    // Who answers for the first rung is the router that takes our packets there.
    if reply.kind == .timeExceeded, attempt.draft.hopLimit == 1 {
      transcript.nextHop = reply.source
    }
  }
}
