import RSTWire

/// Whether an octet is taken whose acknowledgement no peer in step would send.
///
/// It is sent behind a hole, then the hole is filled by an octet that is right in every way. What
/// the acknowledgement of that covers is the verdict, so that a rationed or lost challenge ACK
/// misleads nobody. The two octets are an empty line.
///
/// RFC 5961, section 5; Luckie et al., IMC 2015, blind data test.
struct HoleExperiment: Experiment {
  /// Which octet.
  let cell: Cell

  private var phase = Phase.asking
  private var found: [Answer] = []
  private var end: Moment?

  private enum Phase {
    case asking
    case waiting
    case filling
    case over
  }

  init(_ cell: Cell) { self.cell = cell }

  var name: String { cell.rawValue }
  var summary: String { "a connection for: \(cell.summary)" }

  func remainder(of bench: Bench) -> [any Experiment] {
    bench.observed.cells.isEmpty ? [HoleExperiment(cell)] : []
  }

  mutating func step(_ bench: inout Bench, at now: Moment) -> Wait {
    switch phase {
    case .asking:
      bench.answers = []
      bench.send(cell.segment(on: bench.connection), cell.summary)
      phase = .waiting
      return .reply(until: now + bench.patience.timeout)
    case .waiting:
      found += bench.takeAnswers()
      let fill = bench.connection.segment(
        [.acknowledgement, .push], sequence: bench.connection.nextSequence)
      bench.note(fill, "fills the hole")
      // It is repeated until it is acknowledged.
      bench.connection.send([0x0d], at: now)
      let end = now + bench.patience.timeout * 12
      (phase, self.end) = (.filling, end)
      return wait(&bench, until: end, at: now)
    case .filling:
      return judge(&bench, at: now)
    case .over:
      return .nothing
    }
  }

  private mutating func judge(_ bench: inout Bench, at now: Moment) -> Wait {
    let answers = bench.takeAnswers()
    let start = bench.connection.nextSequence - 1
    if let reset = answers.first(where: \.isReset) {
      return finish(&bench, .gone, by: reset, isAccepted: false)
    }
    // An acknowledgement of the hole's octet alone, or of both.
    let covered = answers.filter { $0.header.flags.contains(.acknowledgement) }.map {
      (answer: $0, octets: $0.header.acknowledgement.distance(from: start))
    }
    if let best = covered.max(by: { $0.octets < $1.octets }), best.octets >= 1 {
      return finish(&bench, .alive, by: best.answer, isAccepted: best.octets >= 2)
    }
    // A late answer to the octet behind the hole.
    found += answers.filter(\.isPureAcknowledgement)
    guard let end, now < end else {
      return finish(&bench, .unknown, by: nil, isAccepted: false)
    }
    return wait(&bench, until: end, at: now)
  }

  /// A connection that was reset fills no hole: an old octet asks whether the host did that.
  private func wait(_ bench: inout Bench, until end: Moment, at now: Moment) -> Wait {
    guard bench.connection.state == .reset else { return .answer(until: end) }
    bench.askWhetherAlive()
    return .answer(until: min(now + bench.patience.timeout * 2, end))
  }

  private mutating func finish(
    _ bench: inout Bench, _ liveness: Liveness, by answer: Answer?, isAccepted: Bool
  ) -> Wait {
    bench.isGone = liveness == .gone && answer?.hopLimit == bench.hopLimit
    bench.observed.cells.append(
      CellObservation(
        cell: cell, bench: bench, packets: bench.takeSent(), found: found, liveness: liveness,
        by: answer, isAccepted: isAccepted))
    phase = .over
    return .nothing
  }
}
