import RSTWire

/// What is asked of a connection in SYN-RECEIVED, before our last ACK of the handshake.
public enum HalfOpenQuestion: String, CaseIterable, Hashable, Sendable {
  /// A second SYN whose number lies in the window.
  case secondSYNInWindow = "second-syn-in-window"
  /// A second SYN whose number lies outside, as after a lost SYN ACK and a new start.
  case secondSYNBeyond = "second-syn-beyond"
  /// RST at the exact number.
  case resetExact = "half-open-rst-exact"
  /// RST in the window.
  case resetInWindow = "half-open-rst-in-window"
  /// An ACK of what was never sent.
  case badAcknowledgement = "half-open-bad-ack"

  /// What is sent, in a few words.
  public var summary: String {
    switch self {
    case .secondSYNInWindow: "a second SYN, in the window"
    case .secondSYNBeyond: "a second SYN, outside the window"
    case .resetExact: "RST at the exact number"
    case .resetInWindow: "RST in the window"
    case .badAcknowledgement: "ACK of what was never sent"
    }
  }

  func segment(on connection: ClientConnection) -> PacketDraft {
    let next = connection.initialSequence + 1
    switch self {
    case .secondSYNInWindow: return connection.secondSYN(sequence: next + 1_000)
    case .secondSYNBeyond: return connection.secondSYN(sequence: next + 1 << 29)
    case .resetExact: return connection.segment(.reset, sequence: next)
    case .resetInWindow: return connection.segment(.reset, sequence: next + 10)
    case .badAcknowledgement:
      return connection.segment(
        .acknowledgement, sequence: next, acknowledgement: connection.expected + 70_000)
    }
  }
}

/// A segment to a connection in SYN-RECEIVED, and whether the handshake can still be completed.
///
/// RFC 9293, section 3.10.7.4, SYN-RECEIVED; net/ipv4/tcp_minisocks.c, tcp_check_req.
struct HalfOpenExperiment: Experiment {
  let question: HalfOpenQuestion

  private var phase = Phase.asking
  private var hasSettled = false
  private var checks = 0
  private var found: [Answer] = []

  private enum Phase {
    case asking
    case waiting
    case takingBack
    case completing
    case over
  }

  init(_ question: HalfOpenQuestion) { self.question = question }

  var name: String { question.rawValue }
  var summary: String { "a half-open connection for: \(question.summary)" }
  var options: ClientConnection.Options {
    var options = ClientConnection.Options()
    options.completesHandshake = false
    return options
  }

  func remainder(of bench: Bench) -> [any Experiment] {
    bench.observed.halfOpen.isEmpty ? [HalfOpenExperiment(question)] : []
  }

  mutating func step(_ bench: inout Bench, at now: Moment) -> Wait {
    switch phase {
    case .asking:
      if bench.connection.hasRepeatedSYN, !hasSettled {
        // Each of our SYNs may draw a SYN ACK of its own; those come first.
        hasSettled = true
        return .time(now + bench.patience.timeout)
      }
      bench.answers = []
      bench.send(question.segment(on: bench.connection), question.summary)
      phase = .waiting
      return .reply(until: now + bench.patience.timeout)
    case .waiting:
      found += bench.takeAnswers()
      if question == .secondSYNBeyond, let challenge = found.first(where: \.isPureAcknowledgement) {
        // As RFC 9293, figure 8, has it: the challenge is reset, and the half-open connection goes.
        bench.send(
          bench.connection.segment(.reset, sequence: challenge.header.acknowledgement),
          "resets the challenge, as RFC 9293 asks")
        phase = .takingBack
        return .time(now + bench.patience.brief)
      }
      _ = bench.takeBackNewConnections(found)
      return complete(&bench, at: now)
    case .takingBack:
      return complete(&bench, at: now)
    case .completing:
      return judge(&bench, at: now)
    case .over:
      return .nothing
    }
  }

  /// The last ACK of the handshake with an old octet behind it: whoever knows the connection
  /// acknowledges, whoever does not resets.
  private mutating func complete(_ bench: inout Bench, at now: Moment) -> Wait {
    found += bench.takeAnswers()
    phase = .completing
    checks += 1
    if bench.connection.state == .halfOpen {
      bench.connection.completeHandshake(at: now)
    } else {
      bench.connection.acknowledge()
    }
    bench.askWhetherAlive()
    return .reply(until: now + bench.patience.timeout * min(checks, 4))
  }

  private mutating func judge(_ bench: inout Bench, at now: Moment) -> Wait {
    var answers = bench.takeAnswers()
    // A reset that takes its number from the question is the question's, only late.
    let late = answers.filter { isOfQuestion($0, bench.connection) }
    found += late
    answers.removeAll { late.contains($0) }
    if !late.isEmpty, answers.isEmpty {
      return .reply(until: now + bench.patience.timeout * min(checks, 4))
    }
    if let reset = answers.first(where: \.isReset) { return finish(&bench, .gone, by: reset) }
    if let alive = answers.first(where: { !$0.isSYNACK }) {
      return finish(&bench, .alive, by: alive)
    }
    guard checks < 5 else { return finish(&bench, .unknown, by: nil) }
    return complete(&bench, at: now)
  }

  private func isOfQuestion(_ answer: Answer, _ connection: ClientConnection) -> Bool {
    guard answer.isReset, let asked = question.segment(on: connection).segment else { return false }
    return asked.flags.contains(.acknowledgement)
      ? answer.header.sequence == asked.acknowledgement
      : answer.header.flags.contains(.acknowledgement)
        && answer.header.acknowledgement == asked.sequence + 1
  }

  private mutating func finish(
    _ bench: inout Bench, _ liveness: Liveness, by answer: Answer?
  ) -> Wait {
    let reply = found.first
    bench.observed.halfOpen.append(
      HalfOpenObservation(
        question: question, attempt: bench.attempt, answer: reply?.index,
        reaction: reply.map { reaction($0, bench.connection) } ?? .ignored, liveness: liveness,
        packets: bench.takeSent() + found.map(\.index) + [answer?.index].compactMap(\.self)))
    phase = .over
    bench.isGone = liveness == .gone && answer?.hopLimit == bench.hopLimit
    if liveness != .unknown { bench.isAnswered(afterChecks: checks) }
    return .nothing
  }

  private func reaction(
    _ answer: Answer, _ connection: ClientConnection
  ) -> HalfOpenObservation.Reaction {
    if answer.isReset { return .reset }
    guard answer.isSYNACK else { return .challengeACK }
    return answer.opensAnother(than: connection) ? .restart : .repeated
  }
}

extension ClientConnection {
  /// Another SYN on the same ports, with another number and nothing else changed.
  func secondSYN(sequence: SequenceNumber) -> PacketDraft {
    var packet = template
    guard var segment = template.segment else { return packet }
    segment.sequence = sequence
    packet.content = .segment(segment)
    packet.identification = template.identification &+ 3 == 0 ? 1 : template.identification &+ 3
    return packet
  }
}
