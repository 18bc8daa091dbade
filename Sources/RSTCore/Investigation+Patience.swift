import RSTWire

/// How long questions are asked, and how long answers are listened for.
extension Investigation {
  /// The questions to ask once more, because their silence is not proven and would matter, and how
  /// long to wait with each.
  func unansweredQuestions(
    _ seen: Observations, at now: Moment
  ) -> [(question: Int, delay: Duration)] {
    guard now < started + longestRun(seen) else { return [] }
    let facts = Facts(seen)
    let again = questions.indices.flatMap { number -> [(question: Int, delay: Duration)] in
      let question = questions[number]
      let attempts = question.attempts.map { seen.exchanges[$0] }
      guard let first = attempts.first?.attempt.started,
        !isAnswered(question, by: attempts, seen)
      else { return [] }
      let patience = patience(for: question, facts, seen)
      let left = patience.attempts - attempts.count
      guard left > 0 else { return [] }
      let late = first + patience.spread - now
      // The last attempts go out late, so that one outage or a ration does not decide; the others
      // twice at once from the third round on: a lossy path costs attempts, not time.
      if left <= 2, late > .zero {
        return (0..<left).map { (number, late + roundTrip.timeout * $0) }
      }
      let count = attempts.count >= 2 ? min(2, late > .zero ? max(left - 2, 1) : left) : 1
      return Array(repeating: (number, .zero), count: count)
    }
    return again.isEmpty ? [] : again + witnesses(seen).map { ($0, .zero) }
  }

  /// Questions that were answered, asked again beside those that were not: was anything answered at
  /// the time? Silence of rationed answers and of an outage shows as loss of the witness too.
  private func witnesses(_ seen: Observations) -> [Int] {
    let wanted: [(String, Subject)] = [
      ("syn-control", .control(port: controls[0])), ("stray-ack", .control(port: controls[0])),
      ("echo", .host),
    ]
    return wanted.lazy.compactMap { name, subject in
      questions.indices.first { index in
        questions[index].probe.name == name && questions[index].subject == subject
          && questions[index].attempts.contains { seen.exchanges[$0].directReply != nil }
      }
    }.prefix(1).map { $0 }
  }

  /// What decides which silences matter.
  struct Facts {
    let targetAnswersSYN: Bool
    let targetIsReset: Bool
    let targetIsOpen: Bool
    let isRefusedByICMP: Bool
    let targetAnswersACK: Bool
    let controlIsReset: Bool
    let hostAnswers: Bool
    let marksAreClear: Bool
    let answersRationed: Bool

    init(_ seen: Observations) {
      let syns = seen.allSYNs
      targetIsOpen = syns.contains { $0.synAck != nil }
      targetIsReset = syns.contains { $0.reset != nil }
      targetAnswersSYN = targetIsOpen || targetIsReset
      isRefusedByICMP = seen.isRefusedByICMP
      targetAnswersACK = seen.target("stray-ack").contains { $0.directReply != nil }
      controlIsReset = seen.controls("syn-control").contains { $0.reset != nil }
      hostAnswers = seen.exchanges.contains { $0.directReply != nil }
      marksAreClear = ResetTraits(seen).targetShowsStack
      answersRationed = isRefusedByICMP || RateLimitedReset.isSuspected(seen)
    }
  }

  /// A question is answered by any reply, but for those that only certain replies answer.
  private func isAnswered(
    _ question: Question, by attempts: [Exchange], _ seen: Observations
  ) -> Bool {
    if attempts.contains(where: \.isChangedOrRefused) {
      // What this machine does once it does again; two times are proof enough.
      return attempts.count >= 2
    }
    return attempts.contains { !$0.replies.isEmpty }
  }

  private func patience(
    for question: Question, _ facts: Facts, _ seen: Observations
  ) -> Patience {
    let proof = seen.attemptsForProof
    if question.rung != nil { return patience(forRung: question, facts, seen) }
    switch (question.subject, question.probe.name) {
    case (.target, "syn"):
      // Without any answer of the host a neighbour failure may still come: Linux gives up after
      // three seconds (net/core/neighbour.c, three probes of one second).
      if facts.isRefusedByICMP { return .once }
      // An open port is one whose handshake was completed.
      if facts.targetIsOpen { return Patience(attempts: proof) }
      if facts.targetIsReset { return Patience(attempts: 2) }
      return Patience(
        attempts: proof + 3, spread: facts.hostAnswers ? .milliseconds(1200) : .milliseconds(2400))
    case (.target, "plain-syn"):
      return facts.targetAnswersSYN || facts.isRefusedByICMP ? .once : Patience(attempts: proof)
    case (.target, "stray-ack"):
      if facts.answersRationed { return .once }
      return Patience(attempts: proof, spread: .milliseconds(250))
    case (.target, "stray-fin"), (.target, "null"):
      // Without an answer to SYN, they tell a listener from an empty port.
      let matters = !facts.targetAnswersSYN && !facts.isRefusedByICMP && facts.targetAnswersACK
      return matters ? Patience(attempts: proof) : .once
    case (.target, "signed-syn"), (.target, "unknown-option-syn"), (.target, "record-route-syn"),
      (.control(controls[0]), "signed-syn"), (.control(controls[0]), "record-route-syn"),
      (.host, "record-route-echo"):
      let matters = facts.targetIsReset && !facts.marksAreClear && !facts.answersRationed
      return matters ? Patience(attempts: proof) : .once
    case (.target, "cookie-first"), (.target, "cookie-second"):
      return .once
    case (.control, "syn-control"):
      return patience(forControl: question.subject, facts, proof)
    case (.control, "stray-ack"), (.control, "stray-fin"):
      let matters = facts.controlIsReset && isOwnControl(question.subject) && !facts.isRefusedByICMP
      return matters ? Patience(attempts: proof) : Patience(attempts: 2)
    case (.control, "null"), (.control, "xmas"), (.control, "syn-fin"),
      (.control, "stray-fin-ack"):
      return facts.controlIsReset ? Patience(attempts: proof) : .once
    case (.host, "echo"):
      if facts.isRefusedByICMP { return Patience(attempts: 2) }
      return Patience(attempts: facts.hostAnswers ? 4 : proof)
    default:
      return .once
    }
  }

  private func isOwnControl(_ subject: Subject) -> Bool {
    controls.contains { subject == .control(port: $0) }
  }

  private func patience(forControl subject: Subject, _ facts: Facts, _ proof: Int) -> Patience {
    guard isOwnControl(subject), !facts.isRefusedByICMP else { return Patience(attempts: 2) }
    return Patience(attempts: facts.hostAnswers ? proof : 4)
  }

  /// Rungs below the answer are asked again; behind it there is nothing to learn.
  ///
  /// The lowest silent one says where a drop begins, so it is asked until chance is improbable, but
  /// not so often that the router's ration of ICMP errors looks like a drop.
  private func patience(
    forRung question: Question, _ facts: Facts, _ seen: Observations
  ) -> Patience {
    guard let rung = question.rung, !facts.isRefusedByICMP else { return .once }
    let ladder =
      switch question.subject {
      case .target: seen.targetLadder
      case .control: seen.controlLadder
      case .host: seen.echoLadder
      }
    if let first = [ladder.firstAnswer, ladder.refusals.keys.min()].compactMap({ $0 }).min(),
      rung > first
    {
      return .once
    }
    if let last = ladder.lastRouter, rung <= last { return Patience(attempts: 2) }
    let isLowestSilent = ladder.silences.keys.filter { $0 > (ladder.lastRouter ?? 0) }.min() == rung
    guard isLowestSilent else { return .once }
    return Patience(attempts: seen.lossRate > 0.1 ? 5 : 4)
  }

  /// The longest a run may ask: silence of a whole host is waited for, a lossy path bounded.
  private func longestRun(_ seen: Observations) -> Duration {
    let rounds = roundTrip.timeout * 16
    return min(max(.seconds(2), rounds), .seconds(8))
  }

  /// Until when answers that would change everything are listened for.
  ///
  /// After a reset at least two round trips of the slowest credible answer where it carries the marks
  /// of the host's own stack, else a second: the host's own SYN ACK may still be on its way.
  func listeningEnds(_ seen: Observations) -> Moment {
    let resets = seen.ordinarySYNs.filter { $0.synAck == nil }.compactMap {
      $0.reset?.record.moment
    }
    let anybody = seen.exchanges.contains { $0.directReply != nil || $0.refusal != nil }
    var end = started
    if let first = resets.min() {
      let isOfStack = Conclusion(seen).verdict.port == .closed
      let credible = isOfStack ? roundTrip.slowestCredible.map { $0 * 2 } : nil
      end = first + (credible ?? .seconds(1))
    }
    // Whether one has left at all may not be known.
    if seen.allSYNs.filter(\.hasLeft).allSatisfy(\.isSilent), !seen.isRefusedByICMP {
      // A slow service, or one behind a guard that wants to see a SYN twice, still answers.
      end = max(end, started + .milliseconds(2_900))
    }
    if !anybody, seen.exchanges.contains(where: \.hasLeft) {
      // Nobody answered: a router may still be asking for the host's link address.
      end = max(end, started + .milliseconds(3_300))
    }
    return end
  }
}
