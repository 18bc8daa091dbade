import RSTWire

/// What became of one of many handshakes at once.
public struct OverflowObservation: Hashable, Sendable {
  /// The attempt in the transcript.
  public var attempt: Int
  /// What became of it.
  public var outcome: Outcome
  /// What shows it: index.
  public var answer: Int?
  /// The packets that belong to it: indexes.
  public var packets: [Int]

  /// What may become of a handshake.
  public enum Outcome: String, Hashable, Sendable {
    /// It was taken, and stood.
    case taken
    /// The last ACK was reset, as for a connection that the host does not know.
    case acknowledgementReset = "ack-reset"
    /// The last ACK was ignored: the SYN ACK came again although it was acknowledged three times.
    case acknowledgementIgnored = "ack-ignored"
    /// The SYN was ignored.
    case synIgnored = "syn-ignored"
    /// The SYN was reset.
    case synReset = "syn-reset"
    /// It was taken and ended by the service.
    case ended
    /// The host did not know it when it was asked, and had not said so before: the last ACK of a SYN
    /// cookie found a full queue.
    case forgotten
    /// None of these is clear.
    case unknown
  }
}

/// One of as many handshakes at once as may be open: all are kept until they are settled, and then
/// each is asked whether it stands.
///
/// net/ipv4/tcp_minisocks.c, tcp_check_req: with a full accept queue the last ACK is ignored, and the
/// SYN ACK repeated after a second; with tcp_abort_on_overflow the ACK is reset.
/// net/ipv4/tcp_input.c, tcp_conn_request: SYNs that come later are ignored.
struct OverflowExperiment: Experiment {
  let name = "overflow"
  let summary = "one of many connections at once"
  let comesLast = true

  /// How long a connection is kept: Linux repeats its SYN ACK after a second.
  static let patience = Duration.milliseconds(2_200)

  private var phase = Phase.acknowledging
  private var end = Moment(nanoseconds: 0)
  private var acknowledged = 0
  private var asks = 0
  private var found: [Int] = []

  private enum Phase {
    case acknowledging
    case keeping
    case asking
    case over
  }

  mutating func step(_ bench: inout Bench, at now: Moment) -> Wait {
    let answers = bench.takeAnswers()
    found += answers.map(\.index)
    switch phase {
    case .acknowledging: return acknowledge(&bench, answers, at: now)
    case .keeping: return keep(&bench, answers, at: now)
    case .asking: return judge(&bench, answers, at: now)
    case .over: return .nothing
    }
  }

  func unopened(_ bench: inout Bench) {
    let isRefused = bench.connection.state == .refused
    bench.observed.overflows.append(
      OverflowObservation(
        attempt: bench.attempt, outcome: isRefused ? .synReset : .synIgnored,
        packets: bench.takeSent()))
  }

  /// The last ACK three times in all, so that a SYN ACK that comes again is no matter of loss.
  private mutating func acknowledge(
    _ bench: inout Bench, _ answers: [Answer], at now: Moment
  ) -> Wait {
    if let ending = ending(answers, bench) { return finish(&bench, ending.0, ending.1) }
    end = (bench.connection.synAcks.first ?? now) + Self.patience
    guard acknowledged < 3 else {
      phase = .keeping
      return .answer(until: end)
    }
    acknowledged += 1
    if acknowledged > 1 { bench.connection.acknowledge() }
    return .time(now + Self.spacing(bench))
  }

  private mutating func keep(
    _ bench: inout Bench, _ answers: [Answer], at now: Moment
  ) -> Wait {
    if let ending = ending(answers, bench) { return finish(&bench, ending.0, ending.1) }
    guard now >= end else { return .answer(until: end) }
    phase = .asking
    return ask(&bench, at: now)
  }

  private mutating func ask(_ bench: inout Bench, at now: Moment) -> Wait {
    asks += 1
    bench.askWhetherAlive()
    return .answer(until: now + bench.patience.timeout * min(asks, 4))
  }

  private mutating func judge(
    _ bench: inout Bench, _ answers: [Answer], at now: Moment
  ) -> Wait {
    if let ending = ending(answers, bench) { return finish(&bench, ending.0, ending.1) }
    if let alive = answers.first(where: \.isPureAcknowledgement) {
      return finish(&bench, isHalfOpen(bench) ? .acknowledgementIgnored : .taken, alive.index)
    }
    return asks < bench.patience.proof ? ask(&bench, at: now) : finish(&bench, .unknown, nil)
  }

  /// Whether the SYN ACK came again long after the last of our three ACKs.
  private func isHalfOpen(_ bench: Bench) -> Bool {
    guard let first = bench.connection.synAcks.first, let last = bench.connection.synAcks.last
    else { return false }
    return last - first > Self.spacing(bench) * 2 + bench.patience.timeout
  }

  /// How far the three ACKs lie apart: one short outage shall not swallow them all, and they shall
  /// arrive before the SYN ACK is due again.
  private static func spacing(_ bench: Bench) -> Duration {
    max(bench.patience.timeout, .milliseconds(250))
  }

  /// How the peer ended it; nil where it has not.
  private func ending(
    _ answers: [Answer], _ bench: Bench
  ) -> (OverflowObservation.Outcome, Int)? {
    guard
      let end = answers.first(where: { $0.isReset || $0.header.flags.contains(.fin) })
    else { return nil }
    // A socket's own reset carries ACK and its window: the application ended it.
    let isBare =
      end.header.flags == .reset && end.header.window == 0
      && end.header.sequence == bench.connection.peerInitialSequence + 1
      && end.hopLimit == bench.hopLimit
    return (isBare ? phase == .asking ? .forgotten : .acknowledgementReset : .ended, end.index)
  }

  private mutating func finish(
    _ bench: inout Bench, _ outcome: OverflowObservation.Outcome, _ answer: Int?
  ) -> Wait {
    phase = .over
    bench.observed.overflows.append(
      OverflowObservation(
        attempt: bench.attempt, outcome: outcome, answer: answer,
        packets: bench.takeSent() + found))
    return .nothing
  }
}
