import RSTWire

/// A connection that was left alone for a while, and what was found then.
public struct HoldObservation: Hashable, Sendable {
  /// The attempt in the transcript.
  public var attempt: Int
  /// Whether it is the control beside other experiments, no rung of the idle ladder.
  public var isControl: Bool
  /// How long it was to be left alone.
  public var planned: Duration
  /// How long it was quiet before it was asked, or until it ended by itself.
  public var held: Duration
  /// What came unasked, in order.
  public var events: [Event]
  /// Whether it stood when it was asked.
  public var liveness: Liveness
  /// What the question drew: index.
  public var answer: Int?
  /// How often it was asked.
  public var questions: Int
  /// Our packets: indexes.
  public var packets: [Int]
  /// Whether an interrupt or the end of the run cut it short.
  public var isCutShort = false

  /// Something that came unasked.
  public struct Event: Hashable, Sendable {
    /// What it was.
    public var kind: Kind
    /// From the last segment of ours that was answered to this.
    public var after: Duration
    /// The packet.
    public var packet: Int

    /// The kinds of what comes unasked.
    public enum Kind: String, Hashable, Sendable {
      /// A FIN.
      case fin
      /// A reset.
      case reset
      /// A keep-alive.
      case keepAlive = "keep-alive"
      /// Data.
      case data
    }
  }

  /// The first FIN or reset that came unasked.
  public var end: Event? { events.first { $0.kind == .fin || $0.kind == .reset } }
}

/// A connection left alone: what comes unasked, and does it still stand afterwards?
///
/// The question is one old octet, which a live peer must acknowledge. RFC 9293, section 3.8.4;
/// RFC 5382, section 5 for address translators.
struct HoldExperiment: Experiment {
  /// `idle` or `control-hold`.
  let name: String
  let summary: String
  /// How long.
  let duration: Duration

  private var phase = Phase.holding
  private var begun: Moment?
  private var quietSince: Moment?
  private var events: [HoldObservation.Event] = []
  private var held = Duration.zero
  private var asks = 0

  private enum Phase {
    case holding
    case checking
    case over
  }

  /// A short hold beside the other experiments: does the service end connections by itself?
  static func control(_ duration: Duration) -> HoldExperiment {
    HoldExperiment(
      name: "control-hold", summary: "a connection left alone, as a control", duration: duration)
  }

  /// One rung of the ladder of idle times.
  static func idle(_ duration: Duration) -> HoldExperiment {
    HoldExperiment(name: "idle", summary: "a connection left alone", duration: duration)
  }

  private init(name: String, summary: String, duration: Duration) {
    self.name = name
    self.summary = summary
    self.duration = duration
  }

  private var isControl: Bool { name == "control-hold" }

  var options: ClientConnection.Options {
    var options = ClientConnection.Options()
    options.acknowledgesFIN = true
    return options
  }

  func remainder(of bench: Bench) -> (any Experiment)? {
    bench.observed.holds.isEmpty
      ? HoldExperiment(name: name, summary: summary, duration: duration) : nil
  }

  mutating func step(_ bench: inout Bench, at now: Moment) -> Wait {
    switch phase {
    case .holding:
      let since = begun ?? now
      (begun, quietSince) = (since, quietSince ?? now)
      take(bench.takeAnswers(), bench.connection)
      if let end = events.first(where: { $0.kind == .fin || $0.kind == .reset }) {
        held = end.after
        return finish(&bench, .gone, by: nil)
      }
      guard now < since + duration else { return ask(&bench, at: now) }
      return .answer(until: since + duration)
    case .checking:
      let answers = bench.takeAnswers()
      if let reset = answers.first(where: \.isReset) { return finish(&bench, .gone, by: reset) }
      if let alive = answers.first(where: { $0.header.flags.contains(.acknowledgement) }) {
        return finish(&bench, .alive, by: alive)
      }
      return asks < bench.patience.proof + 2
        ? ask(&bench, at: now) : finish(&bench, .unknown, by: nil)
    case .over:
      return .nothing
    }
  }

  /// What is known at an interrupt: it stood so far, as nothing said otherwise.
  func cutShort(_ bench: Bench, at now: Moment) -> HoldObservation? {
    guard phase == .holding, let begun else { return nil }
    return HoldObservation(
      attempt: bench.attempt, isControl: isControl, planned: duration, held: now - begun,
      events: events,
      liveness: .unknown, questions: 0, packets: bench.sent, isCutShort: true)
  }

  private mutating func ask(_ bench: inout Bench, at now: Moment) -> Wait {
    if asks == 0, let quietSince { held = now - quietSince }
    phase = .checking
    asks += 1
    bench.askWhetherAlive()
    return .answer(until: now + bench.patience.timeout * min(asks * 2, 8))
  }

  private mutating func take(_ answers: [Answer], _ connection: ClientConnection) {
    for answer in answers {
      let kind: HoldObservation.Event.Kind
      if answer.isReset {
        kind = .reset
      } else if answer.header.flags.contains(.fin) {
        kind = .fin
      } else if answer.length > 1 {
        kind = .data
      } else if answer.header.sequence == connection.expected - 1 {
        kind = .keepAlive
      } else if answer.length > 0 {
        kind = .data
      } else {
        continue
      }
      events.append(
        HoldObservation.Event(
          kind: kind, after: quietSince.map { answer.moment - $0 } ?? .zero, packet: answer.index))
      // What the peer sends is acknowledged, so that the connection is not idle any more.
      if kind == .data || kind == .keepAlive { quietSince = answer.moment }
    }
  }

  private mutating func finish(
    _ bench: inout Bench, _ liveness: Liveness, by answer: Answer?
  ) -> Wait {
    phase = .over
    bench.observed.holds.append(
      HoldObservation(
        attempt: bench.attempt, isControl: isControl, planned: duration, held: held,
        events: events, liveness: liveness, answer: answer?.index, questions: asks,
        packets: bench.takeSent()))
    return .nothing
  }
}
