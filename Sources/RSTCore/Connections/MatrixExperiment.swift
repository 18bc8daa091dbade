import RSTWire

/// One or more segments of the matrix on one connection, and then whether it stands.
///
/// Some stacks ration their answers for each connection, so a silence is never asked again here but
/// on a fresh connection, and what follows an answer goes there too. Segments that are mostly left
/// unanswered share a connection: where it still stands behind them, none of them has ended it.
struct MatrixExperiment: Experiment {
  /// The segments that were not asked yet, in order.
  private(set) var cells: [Cell]

  private var phase = Phase.asking
  private var asked: [(cell: Cell, packets: [Int])] = []
  private var checks = 0
  private var found: [Answer] = []

  /// Whether a living connection also has to take an octet in order, which the service gets.
  private let exchangesData: Bool
  private var lastCheck: Answer?
  /// Acknowledgements since the first check: one for each check is no answer to a segment.
  private var acknowledgements: [Answer] = []
  private var listeningEnds = Moment(nanoseconds: 0)
  /// Whether it is not known which of several segments was answered: this machine sends them too late.
  private var isMixedUp = false
  /// Whether the only segment was not seen leaving: then nothing shows how it is answered.
  private var isUnseen = false
  /// Whether a SYN opened another connection: the first was gone before it.
  private var hasOpenedAnother = false

  private enum Phase {
    case asking
    case waiting
    case checking
    case exchanging
    case listening
    case over
  }

  init(_ cells: [Cell], exchangesData: Bool = false) {
    self.cells = cells
    self.exchangesData = exchangesData
  }

  var name: String { cells.count == 1 ? cells[0].rawValue : "silent-segments" }
  var summary: String {
    cells.count == 1 ? "a connection for: \(cells[0].summary)" : "a connection for several segments"
  }
  var questions: [String] { (asked.map(\.cell) + cells).map(\.rawValue) }

  func remainder(of bench: Bench) -> [any Experiment] {
    let known = Set(bench.observed.cells.map(\.cell))
    let left = asked.map(\.cell).filter { !known.contains($0) } + cells
    // Where one of several has ended the connection, each is asked alone.
    let isUnclear = known.isEmpty && (asked.count > 1 || isMixedUp)
    let groups = isUnclear ? left.map { [$0] } : left.isEmpty ? [] : [left]
    return groups.map { MatrixExperiment($0, exchangesData: exchangesData) }
  }

  mutating func step(_ bench: inout Bench, at now: Moment) -> Wait {
    switch phase {
    case .asking:
      bench.answers = []
      return ask(&bench, at: now)
    case .waiting:
      let answers = take(&bench)
      // What comes before the segment has left answers something else: of several the one before it.
      let isEarly = !bench.isAllSent && !answers.isEmpty
      if isEarly || bench.hasMissedDeparture, asked.count > 1 || !cells.isEmpty {
        isMixedUp = true
        return giveUp()
      }
      guard !isEarly else { return .reply(until: now + bench.patience.timeout) }
      isUnseen = bench.hasMissedDeparture
      found += answers
      asked[asked.count - 1].packets += bench.takeSent()
      return found.isEmpty && !cells.isEmpty ? ask(&bench, at: now) : check(&bench, at: now)
    case .checking:
      return judge(&bench, at: now)
    case .exchanging:
      return judgeExchange(&bench, at: now)
    case .listening:
      acknowledgements += bench.takeAnswers().filter(\.isPureAcknowledgement)
      return listen(&bench, at: now)
    case .over:
      return .nothing
    }
  }

  private mutating func take(_ bench: inout Bench) -> [Answer] {
    let answers = bench.takeAnswers()
    if bench.takeBackNewConnections(answers) { hasOpenedAnother = true }
    return answers
  }

  private mutating func ask(_ bench: inout Bench, at now: Moment) -> Wait {
    let cell = cells.removeFirst()
    asked.append((cell, []))
    bench.send(cell.segment(on: bench.connection), cell.summary)
    phase = .waiting
    return .reply(until: now + bench.patience.timeout)
  }

  private mutating func check(_ bench: inout Bench, at now: Moment) -> Wait {
    bench.askWhetherAlive()
    checks += 1
    phase = .checking
    return .reply(until: now + bench.patience.timeout * min(checks, 4))
  }

  /// What the old octet drew.
  private mutating func judge(_ bench: inout Bench, at now: Moment) -> Wait {
    let answers = take(&bench)
    guard bench.isAllSent || answers.isEmpty || checks > 1 else {
      // No check has left yet, so that this answers the segment.
      found += answers
      return .reply(until: now + bench.patience.timeout)
    }
    if let reset = answers.first(where: \.isReset) { return finish(&bench, .gone, by: reset) }
    acknowledgements += answers.filter(\.isPureAcknowledgement)
    if let alive = acknowledgements.last {
      if found.isEmpty, !isTaken(alive, bench), !exchangesData {
        lastCheck = alive
        phase = .listening
        listeningEnds = now + bench.patience.timeout
        return listen(&bench, at: now)
      }
      guard exchangesData, !isTaken(alive, bench) else { return finish(&bench, .alive, by: alive) }
      lastCheck = alive
      phase = .exchanging
      // It is repeated until it is acknowledged.
      bench.connection.send([0x0a], at: now)
      return .answer(until: now + bench.patience.timeout * 12)
    }
    found += answers
    guard checks < 5 else { return finish(&bench, .unknown, by: nil) }
    return check(&bench, at: now)
  }

  /// Listens for one answer more than there were checks.
  ///
  /// Every check draws one. One more is the segment's own, only late; or it was doubled on its way.
  private mutating func listen(_ bench: inout Bench, at now: Moment) -> Wait {
    var distinct: [Answer] = []
    for answer in acknowledgements where !distinct.contains(where: answer.isCopy) {
      distinct.append(answer)
    }
    let late = distinct.dropLast(checks)
    if zip(distinct, distinct.dropFirst()).contains(where: { $1.mayBeCopy(of: $0) }) {
      return finish(&bench, .unknown, by: nil)
    }
    guard late.isEmpty, now < listeningEnds else {
      found += late
      return finish(&bench, .alive, by: lastCheck, isLate: !late.isEmpty)
    }
    return .reply(until: listeningEnds)
  }

  private mutating func giveUp() -> Wait {
    phase = .over
    return .nothing
  }

  /// What an octet in order drew: the connection lives when it is acknowledged.
  private mutating func judgeExchange(_ bench: inout Bench, at now: Moment) -> Wait {
    let answers = bench.takeAnswers()
    if let reset = answers.first(where: \.isReset) { return finish(&bench, .gone, by: reset) }
    if bench.connection.oldestUnacknowledged == bench.connection.nextSequence {
      return finish(&bench, .alive, by: answers.last ?? lastCheck)
    }
    guard bench.connection.deadline != nil else { return finish(&bench, .unknown, by: nil) }
    return .answer(until: now + bench.patience.timeout * 4)
  }

  /// Whether an acknowledgement covers what was never sent in order: a segment's own octet or FIN.
  private func isTaken(_ answer: Answer, _ bench: Bench) -> Bool {
    answer.header.acknowledgement.distance(from: bench.connection.nextSequence) > 0
  }

  private mutating func finish(
    _ bench: inout Bench, _ liveness: Liveness, by answer: Answer?, isLate: Bool = false
  ) -> Wait {
    phase = .over
    bench.isGone = liveness == .gone && answer?.hopLimit == bench.hopLimit && !hasOpenedAnother
    if liveness != .unknown { bench.isAnswered(afterChecks: checks) }
    // What was never sent in order and is acknowledged all the same was taken from a segment.
    let isAccepted = liveness == .alive && (answer.map { isTaken($0, bench) } ?? false)
    let isUnknown = hasOpenedAnother || isUnseen && found.isEmpty
    let liveness = isUnknown ? .unknown : liveness
    // Only the last of several can have drawn an answer; which of them ended it is not known.
    guard let last = asked.last, asked.count == 1 || liveness == .alive else { return .nothing }
    let rest = bench.takeSent()
    for (cell, packets) in asked {
      let isLast = cell == last.cell
      var observation = CellObservation(
        cell: cell, bench: bench, packets: packets + rest, found: isLast ? found : [],
        liveness: liveness, by: answer, isAccepted: isAccepted && cell.takesUpNumber)
      observation.isLate = isLate && isLast
      bench.observed.cells.append(observation)
    }
    return .nothing
  }
}
