import RSTTestSupport
import RSTWire

@testable import RSTCore

/// A small TCP server in simulated time, with timers: what experiments need that take minutes.
struct TimedService {
  /// How the service behaves.
  struct Habits {
    /// What it says first.
    var banner: [UInt8] = []
    /// What it answers a request with.
    var response = Array("hello".utf8)
    /// Whether it closes after the response.
    var closesFirst = true
    /// What TIME-WAIT does with a SYN that has a higher number or a newer timestamp.
    var timeWait = TimeWaitObservation.Reaction.accepts
    /// Whether resets are ignored in TIME-WAIT: RFC 1337, fix F1.
    var ignoresResetsInTimeWait = false
    /// How often a SYN ACK is repeated.
    var synAckRepetitions = 5
    /// How often anything else is repeated.
    var repetitions = 5
    /// Whether it gives up with a reset.
    var endsWithReset = false
    /// When the application aborts, from the handshake on.
    var aborts: Duration?
    /// When keep-alives are sent and how many.
    var keepAlive: (idle: Duration, gap: Duration, count: Int)?
    /// How many connections it takes; nil for any number.
    var backlog: Int?
    /// Whether it resets the last ACK of what it does not take.
    var abortsOnOverflow = false
  }

  var habits: Habits
  /// What it keeps, by our port.
  private(set) var flows: [UInt16: Flow] = [:]
  private var accepted = 0
  private var numbers: UInt32 = 900_000_000

  init(_ habits: Habits) { self.habits = habits }

  /// The states of RFC 9293, section 3.3.2.
  enum State: Equatable {
    case synReceived, established, finWait1, finWait2, lastAck, timeWait
  }

  /// One connection.
  struct Flow {
    var state = State.synReceived
    var template: Packet
    var sendNext: SequenceNumber
    var receiveNext: SequenceNumber
    var timestamp: UInt32
    /// What was sent and not acknowledged.
    var pending: [(sequence: SequenceNumber, flags: TCPFlags, payload: [UInt8])] = []
    var repetitions = 0
    var timer: Moment?
    var abort: Moment?
    var keepAlive: Moment?
    var keepAlives = 0
  }

  var nextTimer: Moment? {
    flows.values.flatMap { [$0.timer, $0.abort, $0.keepAlive] }.compactMap(\.self).min()
  }
}

// MARK: - Segments

extension TimedService {
  mutating func received(_ packet: Packet, at now: Moment) -> [Packet] {
    guard let header = packet.tcp else { return [] }
    guard var flow = flows[header.sourcePort] else { return listen(header, packet, at: now) }
    flow.template = packet
    if let idle = habits.keepAlive?.idle, flow.state == .established {
      (flow.keepAlive, flow.keepAlives) = (now + idle, 0)
    }
    var out: [Packet] = []
    let isKept = take(header, packet.payload, &flow, &out, at: now)
    flows[header.sourcePort] = isKept ? flow : nil
    if !isKept, flow.state == .timeWait, header.flags == .syn {
      // A new connection in place of the old one. net/ipv4/tcp_minisocks.c.
      return open(header, packet, number: flow.sendNext + 65_537, at: now)
    }
    return out
  }

  private mutating func listen(_ header: TCPHeader, _ packet: Packet, at now: Moment) -> [Packet] {
    if header.flags.contains(.reset) { return [] }
    guard header.flags == .syn else { return reset(packet) }
    numbers &+= 1_000_000
    return open(header, packet, number: SequenceNumber(numbers), at: now)
  }

  private mutating func open(
    _ header: TCPHeader, _ packet: Packet, number: SequenceNumber, at now: Moment
  ) -> [Packet] {
    var flow = Flow(
      template: packet, sendNext: number + 1, receiveNext: header.sequence + 1,
      timestamp: header.timestamps?.value ?? 0)
    flow.timer = now + .seconds(1)
    flow.pending = [(number, [.syn, .acknowledgement], [])]
    flows[header.sourcePort] = flow
    return [segment([.syn, .acknowledgement], flow, sequence: number)]
  }

  /// Takes a segment of a connection; false where the connection is gone then.
  private mutating func take(
    _ header: TCPHeader, _ payload: [UInt8], _ flow: inout Flow, _ out: inout [Packet],
    at now: Moment
  ) -> Bool {
    let isExact = header.sequence == flow.receiveNext
    if header.flags.contains(.reset) {
      return !isExact || flow.state == .timeWait && habits.ignoresResetsInTimeWait
    }
    if header.flags == .syn { return takeSYN(header, &flow, &out) }
    if flow.state == .synReceived {
      guard isExact, header.acknowledgement == flow.sendNext else {
        out.append(segment(.acknowledgement, flow))
        return true
      }
      if let backlog = habits.backlog, accepted >= backlog {
        if habits.abortsOnOverflow { out += reset(flow.template) }
        return !habits.abortsOnOverflow
      }
      accepted += 1
      establish(&flow, &out, at: now)
    }
    flow.pending.removeAll { item in
      let end = item.sequence + item.payload.count + (item.flags.contains(.fin) ? 1 : 0)
      return header.acknowledgement.distance(from: end) >= 0
    }
    if flow.pending.isEmpty {
      (flow.timer, flow.repetitions) = (nil, 0)
      if flow.state == .finWait1 { flow.state = .finWait2 }
      if flow.state == .lastAck { return false }
    }
    guard !payload.isEmpty || header.flags.contains(.fin) else { return true }
    guard isExact, flow.state != .timeWait else {
      out.append(segment(.acknowledgement, flow))
      return true
    }
    flow.receiveNext =
      flow.receiveNext + payload.count + (header.flags.contains(.fin) ? 1 : 0)
    out.append(segment(.acknowledgement, flow))
    if header.flags.contains(.fin) {
      if flow.state == .finWait2 {
        flow.state = .timeWait
      } else if flow.state == .established {
        flow.state = .lastAck
        send([.fin, .acknowledgement], [], &flow, &out, at: now)
      }
    } else if flow.state == .established {
      serve(&flow, &out, at: now)
    }
    return true
  }

  private func takeSYN(_ header: TCPHeader, _ flow: inout Flow, _ out: inout [Packet]) -> Bool {
    if flow.state == .synReceived, header.sequence + 1 == flow.receiveNext {
      out.append(segment([.syn, .acknowledgement], flow, sequence: flow.sendNext - 1))
      return true
    }
    let isNewer = (header.timestamps?.value ?? 0) > flow.timestamp
    guard flow.state == .timeWait,
      isNewer || header.sequence.distance(from: flow.receiveNext) > 0
    else {
      out.append(segment(.acknowledgement, flow))
      return true
    }
    switch habits.timeWait {
    case .accepts: return false
    case .resets: out += reset(flow.template)
    case .acknowledges: out.append(segment(.acknowledgement, flow))
    case .ignores, .unknown: break
    }
    return true
  }

  private func establish(_ flow: inout Flow, _ out: inout [Packet], at now: Moment) {
    flow.state = .established
    (flow.pending, flow.timer, flow.repetitions) = ([], nil, 0)
    flow.abort = habits.aborts.map { now + $0 }
    flow.keepAlive = habits.keepAlive.map { now + $0.idle }
    if !habits.banner.isEmpty {
      send([.acknowledgement, .push], habits.banner, &flow, &out, at: now)
    }
  }

  private func serve(_ flow: inout Flow, _ out: inout [Packet], at now: Moment) {
    send([.acknowledgement, .push], habits.response, &flow, &out, at: now)
    guard habits.closesFirst else { return }
    flow.state = .finWait1
    send([.fin, .acknowledgement], [], &flow, &out, at: now)
  }

  private func send(
    _ flags: TCPFlags, _ payload: [UInt8], _ flow: inout Flow, _ out: inout [Packet],
    at now: Moment
  ) {
    guard !payload.isEmpty || flags.contains(.fin) else { return }
    out.append(segment(flags, flow, payload: payload))
    flow.pending.append((flow.sendNext, flags, payload))
    flow.sendNext = flow.sendNext + payload.count + (flags.contains(.fin) ? 1 : 0)
    flow.timer = flow.timer ?? now + .milliseconds(200)
  }

  private func segment(
    _ flags: TCPFlags, _ flow: Flow, sequence: SequenceNumber? = nil, payload: [UInt8] = []
  ) -> Packet {
    let asked = flow.template.tcp
    return Packet(
      network: AnswerHeader(hopLimit: 62).answering(flow.template),
      tcp: TCPHeader(
        sourcePort: asked?.destinationPort ?? 0, destinationPort: asked?.sourcePort ?? 0,
        sequence: sequence ?? flow.sendNext, acknowledgement: flow.receiveNext, flags: flags,
        window: flags.contains(.reset) ? 0 : 60_000), payload: payload)
  }

  /// RFC 9293, section 3.10.7.1, with the DSCP of what is reset, as Linux has it.
  private func reset(_ packet: Packet) -> [Packet] {
    var fields = AnswerHeader(hopLimit: 62)
    fields.trafficClass = packet.network.trafficClass & 0xfc
    return [packet.tcp?.reset(payload: packet.payload.count)].compactMap(\.self).map {
      Packet(network: fields.answering(packet), tcp: $0)
    }
  }
}

// MARK: - Timers

extension TimedService {
  mutating func timersFired(at now: Moment) -> [Packet] {
    var out: [Packet] = []
    for (port, var flow) in flows {
      flows[port] = expire(&flow, &out, at: now) ? flow : nil
    }
    return out
  }

  /// Does what is due; false where the connection is gone then.
  private func expire(_ flow: inout Flow, _ out: inout [Packet], at now: Moment) -> Bool {
    if let abort = flow.abort, abort <= now {
      out.append(segment([.reset, .acknowledgement], flow))
      return false
    }
    if let due = flow.keepAlive, due <= now, let keepAlive = habits.keepAlive {
      flow.keepAlives += 1
      guard flow.keepAlives <= keepAlive.count else {
        out.append(segment([.reset, .acknowledgement], flow))
        return false
      }
      out.append(segment(.acknowledgement, flow, sequence: flow.sendNext - 1))
      flow.keepAlive = now + keepAlive.gap
    }
    guard let timer = flow.timer, timer <= now, let first = flow.pending.first else { return true }
    let isHalfOpen = flow.state == .synReceived
    flow.repetitions += 1
    guard flow.repetitions <= (isHalfOpen ? habits.synAckRepetitions : habits.repetitions) else {
      if habits.endsWithReset { out.append(segment([.reset, .acknowledgement], flow)) }
      return false
    }
    out.append(segment(first.flags, flow, sequence: first.sequence, payload: first.payload))
    let base = isHalfOpen ? Duration.seconds(1) : .milliseconds(200)
    flow.timer = now + min(base * (1 << flow.repetitions), .seconds(120))
    return true
  }
}
