import RSTWire

/// One segment on a 4-tuple that both sides have closed: TIME-WAIT where the target closed first.
///
/// A service that does not close by itself is nudged with an HTTP request after 300 ms without
/// anything from it. Each segment gets a connection of its own, since most of them end the state;
/// Linux's limit of one answer in 500 ms is kept where one is repeated. RFC 9293, section 3.10.7.4;
/// RFC 6191; RFC 1337; net/ipv4/tcp_minisocks.c, tcp_timewait_state_process.
struct TimeWaitExperiment: Experiment {
  let question: TimeWaitQuestion
  let isOursFirst: Bool

  /// How long until a segment without answer is repeated: more than Linux's limit.
  private static let spacing = Duration.milliseconds(600)

  private var phase = Phase.waiting
  private var nudge = Nudge()
  private var due = Moment(nanoseconds: 0)
  private var asks = 0
  private var reaction = TimeWaitObservation.Reaction.unknown
  private var answer: Answer?
  private var isEndedByReset: Bool?
  private var evidence: [Int] = []
  /// Whether the service does not close as this needs it: no fresh connection helps.
  private var isInVain = false

  private enum Phase {
    case waiting
    case closing
    case asking
    case witnessing
    case assassinating
    case takingBack
    case over
  }

  init(_ question: TimeWaitQuestion, isOursFirst: Bool = false) {
    self.question = question
    self.isOursFirst = isOursFirst
  }

  var name: String { question.rawValue + (isOursFirst ? "-after-our-close" : "") }
  var summary: String {
    "a connection \(isOursFirst ? "that we close first" : "that the target closes first"), for: "
      + question.summary
  }
  var options: ClientConnection.Options {
    var options = ClientConnection.Options()
    options.acknowledgesFIN = true
    options.isReading = true
    return options
  }

  func remainder(of bench: Bench) -> [any Experiment] {
    bench.observed.timeWaits.isEmpty && !isInVain
      ? [TimeWaitExperiment(question, isOursFirst: isOursFirst)] : []
  }

  mutating func step(_ bench: inout Bench, at now: Moment) -> Wait {
    let answers = bench.takeAnswers()
    switch phase {
    case .waiting: return waitForFIN(&bench, answers, at: now)
    case .closing: return finishClose(&bench, answers, at: now)
    case .asking: return judge(&bench, answers, at: now)
    case .witnessing: return witness(&bench, answers, at: now)
    case .assassinating: return judgeAssassination(&bench, answers, at: now)
    case .takingBack: return takeBack(&bench, answers, at: now)
    case .over: return .nothing
    }
  }
}

// MARK: - Closing

extension TimeWaitExperiment {
  private mutating func waitForFIN(
    _ bench: inout Bench, _ answers: [Answer], at now: Moment
  ) -> Wait {
    if answers.contains(where: \.isReset) { return giveUp(&bench, inVain: true) }
    let isTheirs = bench.connection.peerFinished != nil
    guard isTheirs || isOursFirst else {
      guard bench.connection.state == .established else { return giveUp(&bench, inVain: false) }
      return nudge.wait(&bench, hasHeard: !answers.isEmpty, at: now)
        ?? giveUp(&bench, inVain: true)
    }
    // A target that was faster is in TIME-WAIT after all.
    guard isTheirs != isOursFirst else { return giveUp(&bench, inVain: true) }
    phase = .closing
    due = now + Nudge.limit
    bench.connection.close(at: now)
    return .answer(until: due)
  }

  private mutating func finishClose(
    _ bench: inout Bench, _ answers: [Answer], at now: Moment
  ) -> Wait {
    if answers.contains(where: \.isReset) { return giveUp(&bench, inVain: true) }
    let fin = answers.first { $0.header.flags.contains(.fin) }
    if isOursFirst, let fin, fin.header.acknowledgement != bench.connection.nextSequence {
      // Both FINs were on their way at once: that leads to TIME-WAIT on both sides.
      return giveUp(&bench, inVain: false)
    }
    guard bench.connection.state == .closed else {
      let isLost = bench.connection.state == .unanswered
      return now < due && !isLost ? .answer(until: due) : giveUp(&bench, inVain: !isLost)
    }
    // Without our last ACK the target would still be in LAST-ACK.
    if isOursFirst { for _ in 0..<2 { bench.connection.acknowledge() } }
    phase = .asking
    due = now
    return .time(now + bench.patience.timeout)
  }

  private mutating func giveUp(_ bench: inout Bench, inVain: Bool) -> Wait {
    phase = .over
    isInVain = inVain
    if inVain { bench.observed.failures.append(name) }
    return .nothing
  }
}

// MARK: - Asking

extension TimeWaitExperiment {
  private mutating func judge(
    _ bench: inout Bench, _ answers: [Answer], at now: Moment
  ) -> Wait {
    if asks == 0 {
      // Whoever resets behind its FIN keeps no TIME-WAIT; after our close our ACKs are reset, of which
      // the first has ended the connection.
      if !isOursFirst, answers.contains(where: \.isReset) { return giveUp(&bench, inVain: true) }
    } else {
      for answer in answers {
        guard let found = question.reaction(answer, on: bench.connection) else { continue }
        return settle(&bench, found, by: answer, at: now)
      }
      guard now >= due else { return .answer(until: due) }
    }
    guard asks < bench.patience.proof else {
      guard question != .oldSegment else { return settle(&bench, .ignores, by: nil, at: now) }
      (phase, asks) = (.witnessing, 0)
      return witness(&bench, [], at: now)
    }
    asks += 1
    due = now + max(bench.patience.timeout, Self.spacing)
    bench.send(question.segment(on: bench.connection), question.summary)
    return .answer(until: due)
  }

  /// The silence is the target's where an old segment is answered.
  private mutating func witness(
    _ bench: inout Bench, _ answers: [Answer], at now: Moment
  ) -> Wait {
    if let witness = answers.first(where: { $0.isReset || $0.isPureAcknowledgement }) {
      evidence.append(witness.index)
      return settle(&bench, .ignores, by: nil, at: now)
    }
    guard asks < bench.patience.proof else { return settle(&bench, .unknown, by: nil, at: now) }
    asks += 1
    bench.send(bench.connection.oldOctet, "is anybody there?")
    return .answer(until: now + bench.patience.timeout * min(asks, 4))
  }

  private mutating func settle(
    _ bench: inout Bench, _ reaction: TimeWaitObservation.Reaction, by answer: Answer?,
    at now: Moment
  ) -> Wait {
    (self.reaction, self.answer, asks) = (reaction, answer, 0)
    if reaction == .accepts {
      phase = .takingBack
      return takeBack(&bench, [], at: now)
    }
    if question == .oldSegment, reaction == .acknowledges, !isOursFirst {
      phase = .assassinating
      return assassinate(&bench, at: now)
    }
    return finish(&bench)
  }
}

// MARK: - Ending

extension TimeWaitExperiment {
  /// Resets the acknowledgement that an old segment drew, as a host does that has forgotten the
  /// connection, and with it the other side's TIME-WAIT.
  ///
  /// RFC 1337, section 1.
  private mutating func assassinate(_ bench: inout Bench, at now: Moment) -> Wait {
    asks += 1
    bench.send(
      bench.connection.segment(.reset, sequence: bench.connection.nextSequence),
      "resets the acknowledgement of the old segment")
    bench.send(bench.connection.oldOctet, "is it still in TIME-WAIT?")
    return .answer(until: now + bench.patience.timeout * min(asks, 4))
  }

  private mutating func judgeAssassination(
    _ bench: inout Bench, _ answers: [Answer], at now: Moment
  ) -> Wait {
    evidence += answers.map(\.index)
    if answers.contains(where: \.isReset) {
      isEndedByReset = true
      return finish(&bench)
    }
    if asks >= bench.patience.proof {
      isEndedByReset = answers.contains(where: \.isPureAcknowledgement) ? false : nil
      return finish(&bench)
    }
    return assassinate(&bench, at: now)
  }

  /// Resets the connection that a SYN has opened, until an old octet of it is reset.
  private mutating func takeBack(
    _ bench: inout Bench, _ answers: [Answer], at now: Moment
  ) -> Wait {
    let isForgotten = answers.contains(where: \.isReset)
    guard !isForgotten, asks < 5, let syn = question.segment(on: bench.connection).segment,
      let answer
    else {
      return finish(&bench)
    }
    asks += 1
    bench.send(
      bench.connection.segment(.reset, sequence: syn.sequence + 1),
      "takes the new connection back")
    bench.send(
      bench.connection.segment(
        .acknowledgement, sequence: syn.sequence, acknowledgement: answer.header.sequence + 1,
        payload: [0]), "is the new connection gone?")
    return .answer(until: now + bench.patience.timeout * min(asks, 4))
  }

  private mutating func finish(_ bench: inout Bench) -> Wait {
    phase = .over
    let accepted = reaction == .accepts ? answer?.header.sequence : nil
    bench.observed.timeWaits.append(
      TimeWaitObservation(
        question: question, isOursFirst: isOursFirst, attempt: bench.attempt, reaction: reaction,
        answer: answer?.index,
        isForeign: answer.map { $0.hopLimit != bench.hopLimit } ?? false,
        isnStep: accepted.map { $0.distance(from: bench.connection.expected) },
        isEndedByReset: isEndedByReset,
        packets: bench.takeSent() + evidence + [answer?.index].compactMap(\.self)))
    // The target need not keep TIME-WAIT for us.
    bench.send(bench.connection.exactReset, "ends TIME-WAIT")
    return .nothing
  }
}
