import RSTWire

/// A connection beside the idle ones that is never left alone for long, and how it fared.
public struct BusyObservation: Hashable, Sendable {
  /// The attempt in the transcript.
  public var attempt: Int
  /// From one question to the next.
  public var interval: Duration
  /// When it was opened.
  public var begun: Moment
  /// When it last was known to stand.
  public var stood: Moment
  /// When it was gone, by a FIN, a reset, or the first of the questions without an answer.
  public var ended: Moment?
  /// What ended it: index; nil for silence.
  public var end: Int?
}

/// The control of the idle holds: an old octet now and then keeps it from being idle.
///
/// What ends it too is no idle timeout of the network: a service that waits for a first request, a
/// restart, or a device that lost its state.
struct BusyExperiment: Experiment {
  let name = "idle-control"
  let summary = "a connection that is asked now and then"
  let isPatient = true

  private let interval: Duration
  private let duration: Duration
  private var observation: BusyObservation?
  private var due: Moment?
  private var asks = 0

  /// How often it is asked, where every question is answered.
  private static let questions = 40

  init(_ ladder: IdleLadder) {
    duration = ladder.longest
    interval = max(ladder.longest / Self.questions, .milliseconds(200))
  }

  var options: ClientConnection.Options {
    var options = ClientConnection.Options()
    options.acknowledgesFIN = true
    return options
  }

  mutating func step(_ bench: inout Bench, at now: Moment) -> Wait {
    var seen =
      observation
      ?? BusyObservation(attempt: bench.attempt, interval: interval, begun: now, stood: now)
    var due = due ?? now + interval
    defer { (observation, self.due) = (seen, due) }
    for answer in bench.takeAnswers() {
      if answer.isReset || answer.header.flags.contains(.fin) {
        (seen.ended, seen.end) = (answer.moment, answer.index)
        return finish(seen, &bench)
      }
      (seen.stood, due, asks) = (answer.moment, answer.moment + interval, 0)
    }
    let end = seen.begun + duration
    guard now < end || asks > 0 else { return finish(seen, &bench) }
    guard now >= due else { return .answer(until: asks > 0 ? due : min(due, end)) }
    guard asks <= bench.patience.proof else {
      seen.ended = seen.stood + interval
      return finish(seen, &bench)
    }
    asks += 1
    bench.askWhetherAlive()
    due = now + bench.patience.timeout * min(asks * 2, 8)
    return .answer(until: due)
  }

  func cutShort(_ bench: Bench, at now: Moment) -> SessionResults? {
    guard let observation else { return nil }
    var results = SessionResults()
    results.busy = [observation]
    return results
  }

  private func finish(_ seen: BusyObservation, _ bench: inout Bench) -> Wait {
    bench.observed.busy.append(seen)
    return .nothing
  }
}
