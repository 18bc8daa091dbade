import RSTWire

/// How one half-open connection was left: when its SYN ACK was repeated, and how it ended.
public struct SYNACKScheduleObservation: Hashable, Sendable {
  /// The attempt in the transcript.
  public var attempt: Int
  /// From the first SYN ACK to each repetition.
  public var repetitions: [Duration]
  /// From the first SYN ACK to the reset that ended it; nil where none came.
  public var resetAfter: Duration?
  /// The reset: index.
  public var reset: Int?
  /// How long it was watched.
  public var watched: Duration
  /// Whether the first SYN was answered at once, so that the times begin where the target's do.
  public var isExact: Bool
  /// The packets that show it: indexes.
  public var packets: [Int]
}

/// A half-open connection left alone: when its SYN ACK is repeated, and whether a reset ends it.
///
/// RFC 6298, section 5; net/ipv4/inet_connection_sock.c, reqsk_timer_handler: Linux repeats it five
/// times, waits twice as long each time, and forgets the connection without a word.
struct SYNACKScheduleExperiment: Experiment {
  let name = "synack-schedule"
  let summary = "a half-open connection left alone"

  /// How long: four repetitions of a timer that begins with a second, and then some.
  static let duration = Duration.seconds(35)

  private var isOver = false
  private var found: [Int] = []

  var options: ClientConnection.Options {
    var options = ClientConnection.Options()
    options.completesHandshake = false
    return options
  }

  func remainder(of bench: Bench) -> [any Experiment] {
    bench.observed.synAckSchedules.isEmpty ? [SYNACKScheduleExperiment()] : []
  }

  mutating func step(_ bench: inout Bench, at now: Moment) -> Wait {
    guard !isOver, let first = bench.connection.synAcks.first else { return .nothing }
    let answers = bench.takeAnswers()
    found += answers.map(\.index)
    let end = first + Self.duration
    let reset = answers.first(where: \.isReset)
    guard reset != nil || now >= end else { return .answer(until: end) }
    isOver = true
    bench.observed.synAckSchedules.append(observation(bench, since: first, reset, at: now))
    return .nothing
  }

  /// What is known at an interrupt: the repetitions so far.
  func cutShort(_ bench: Bench, at now: Moment) -> SessionResults? {
    guard !isOver, let first = bench.connection.synAcks.first else { return nil }
    var results = SessionResults()
    results.synAckSchedules = [observation(bench, since: first, nil, at: now)]
    return results
  }

  private func observation(
    _ bench: Bench, since first: Moment, _ reset: Answer?, at now: Moment
  ) -> SYNACKScheduleObservation {
    SYNACKScheduleObservation(
      attempt: bench.attempt,
      repetitions: Repetitions.times(bench.connection.synAcks.dropFirst(), since: first),
      resetAfter: reset.map { $0.moment - first }, reset: reset?.index, watched: now - first,
      isExact: bench.sent.count == 1, packets: bench.sent + found)
  }
}

/// When a half-open connection's SYN ACK is repeated: read from several connections, since each may
/// miss some.
public struct SYNACKSchedule: Hashable, Sendable {
  /// From the first SYN ACK to the first repetition, and from each to the next.
  public var gaps: [Duration]
  /// How long it was watched without an end; nil where it ended.
  public var watched: Duration?
  /// From the first SYN ACK to the reset that ended it; nil where none came.
  public var resetAfter: Duration?
  /// What it is read from.
  public var observations: [SYNACKScheduleObservation]

  /// Reads what was observed; nil where nothing was.
  init?(_ all: [SYNACKScheduleObservation]) {
    guard !all.isEmpty else { return nil }
    observations = all
    // Where our SYN was repeated the first SYN ACK is the answer to that, out of turn: what follows
    // fills in what the others have missed.
    let exact = all.filter(\.isExact).map(\.repetitions)
    let others = all.filter { !$0.isExact }.map(\.repetitions)
    let filling = others.map { times in times.dropFirst().map { $0 - times[0] } }
    let times = Repetitions.merged(exact.isEmpty ? others : [Repetitions.merged(exact)] + filling)
    gaps = zip(times, [.zero] + times).map { $0 - $1 }
    resetAfter = observations.compactMap(\.resetAfter).min()
    watched = resetAfter == nil ? observations.map(\.watched).max() : nil
  }
}
