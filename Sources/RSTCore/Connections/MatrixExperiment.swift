import RSTWire

/// One or more segments of the matrix on one connection: each is asked once, and then whether the
/// connection stands.
///
/// Some stacks ration their answers for each connection, so a silence is never asked again here but
/// on a fresh connection, and what follows an answer goes there too. Segments that are mostly left
/// unanswered share a connection as long as nothing happens to it.
struct MatrixExperiment: Experiment {
  /// The segments, in the order in which they are asked.
  private(set) var cells: [Cell]

  private var phase = Phase.asking
  private var checks = 0
  private var found: [Answer] = []

  private enum Phase {
    case asking
    case waiting
    case checking
    case over
  }

  init(_ cells: [Cell]) { self.cells = cells }

  var name: String { cells.count == 1 ? cells[0].rawValue : "silent-segments" }
  var summary: String {
    cells.count == 1 ? "a connection for: \(cells[0].summary)" : "a connection for several segments"
  }

  var questions: [String] { cells.map(\.rawValue) }

  func remainder(of bench: Bench) -> (any Experiment)? {
    cells.isEmpty ? nil : MatrixExperiment(cells)
  }

  mutating func step(_ bench: inout Bench, at now: Moment) -> Wait {
    switch phase {
    case .asking:
      return ask(&bench, at: now)
    case .waiting:
      found += bench.takeAnswers()
      return check(&bench, at: now)
    case .checking:
      return judge(&bench, at: now)
    case .over:
      return .nothing
    }
  }

  private mutating func ask(_ bench: inout Bench, at now: Moment) -> Wait {
    guard let cell = cells.first else {
      phase = .over
      return .nothing
    }
    bench.answers = []
    bench.send(cell.segment(on: bench.connection), cell.summary)
    phase = .waiting
    return .answer(
      until: now + (cell.isLikelySilent ? bench.patience.brief : bench.patience.timeout))
  }

  private mutating func check(_ bench: inout Bench, at now: Moment) -> Wait {
    bench.askWhetherAlive()
    checks += 1
    phase = .checking
    return .answer(until: now + bench.patience.timeout * min(checks, 4))
  }

  /// What the old octet drew.
  private mutating func judge(_ bench: inout Bench, at now: Moment) -> Wait {
    let answers = bench.takeAnswers()
    if let reset = answers.first(where: \.isReset) { return finish(&bench, .gone, by: reset, at: now) }
    if let alive = answers.last(where: \.isPureAcknowledgement) {
      return finish(&bench, .alive, by: alive, at: now)
    }
    found += answers
    guard checks < 5 else { return finish(&bench, .unknown, by: nil, at: now) }
    return check(&bench, at: now)
  }

  private mutating func finish(
    _ bench: inout Bench, _ liveness: Liveness, by answer: Answer?, at now: Moment
  ) -> Wait {
    let cell = cells.removeFirst()
    // What was never sent in order and is acknowledged all the same was taken from the segment.
    let isAccepted =
      !(answer?.isReset ?? true)
      && (answer?.header.acknowledgement.distance(from: bench.connection.nextSequence) ?? 0) > 0
    let observation = CellObservation(
      cell: cell, bench: &bench, found: found, liveness: liveness, by: answer,
      isAccepted: isAccepted)
    bench.observed.cells.append(observation)
    let isUntouched = observation.isSilent && liveness == .alive && !isAccepted
    (checks, found) = (0, [])
    guard isUntouched, !cells.isEmpty else {
      phase = .over
      return .nothing
    }
    return ask(&bench, at: now)
  }
}
