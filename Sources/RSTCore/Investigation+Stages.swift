import RSTWire

extension Investigation {
  /// When the stage itself wants to look again.
  var stageDeadline: Moment? {
    switch stage {
    // What was left to send may be all that a step waited for, and nothing else need come.
    case .opening, .asking: isSettled ? listening ?? flightStarted + roundTrip.timeout : nil
    case .over: nil
    case .closing: flightStarted + roundTrip.timeout
    }
  }

  mutating func step(at now: Moment) {
    guard !isFinished else { return }
    settle(at: now)
    switch stage {
    case .opening:
      guard isSettled else { return }
      stage = .asking
      beginFlight(at: now)
      secondFlight(Observations(transcript, of: target)).forEach { ask($0, at: now) }
    case .asking:
      guard isSettled else { return }
      // Whether a handshake stands shows when the target acknowledges our FIN.
      if sayGoodbye(at: now) { return }
      let observations = Observations(transcript, of: target)
      repeatFirstSYN(observations, at: now)
      let again = unansweredQuestions(observations, at: now)
      if !again.isEmpty {
        beginFlight(at: now)
        let asked = again.map { askAgain($0.question, after: $0.delay, at: now) }
        if asked.contains(true) { return }
      }
      if let next = laterFlight(observations, at: now), !next.isEmpty {
        beginFlight(at: now)
        next.forEach { ask($0, at: now) }
        return
      }
      let end = listeningEnds(observations)
      listening = end
      if now < end { return }
      stage = .closing
      flightStarted = now
      if isClosed { finish(at: now) }
    case .closing:
      // Whoever acknowledged our FIN and has more to say is reset: the application is slow to close.
      if isClosed || now >= flightStarted + roundTrip.timeout { finish(at: now) }
    case .over:
      return
    }
  }

  /// Sends a silent first SYN again, the same to the octet, after one and two seconds as a kernel
  /// does: guards against floods answer no 4-tuple the first time.
  ///
  /// RFC 6298, section 2.
  private mutating func repeatFirstSYN(_ seen: Observations, at now: Moment) {
    guard !hasRepeatedSYN, let first = seen.target("syn").first, first.isSilent,
      !seen.isRefusedByICMP, !seen.allSYNs.contains(where: { !$0.replies.isEmpty })
    else { return }
    hasRepeatedSYN = true
    for second in 1...2 {
      let due = first.attempt.started + .seconds(second)
      queue.add(
        Transmission(draft: first.attempt.draft, attempt: first.attempt.id), due: max(due, now))
    }
  }

  private mutating func beginFlight(at now: Moment) {
    listening = nil
    flight += 1
    flightStarted = now
  }

  private var isSettled: Bool {
    !queue.hasReady && waiting.isEmpty
      && !conversations.values.contains(where: \.awaitsGoodbye)
  }

  /// From when on an attempt that nobody answered counts as silent.
  func answerDue(_ attempt: Int) -> Moment {
    transcript.attempts[attempt].started
      + (expectedSilences.contains(transcript.attempts[attempt].probe)
        ? roundTrip.briefTimeout : roundTrip.timeout)
  }

  private mutating func settle(at now: Moment) {
    let timeout = roundTrip.timeout
    for number in waiting where now >= answerDue(number) {
      transcript.attempts[number].isSettled = true
    }
    waiting.removeAll { transcript.attempts[$0].isSettled }
    for number in conversations.keys.sorted() {
      if let draft = conversations[number]?.repeatGoodbye(at: now, after: timeout) {
        send(draft, for: number)
      }
    }
  }
}

// MARK: - The end

extension Investigation {
  private var isClosed: Bool {
    conversations.values.allSatisfy { $0.state == .takenBack || $0.state == .over }
  }

  /// FIN for what is established; what the target does not finish is reset in `finish(at:)`.
  private mutating func sayGoodbye(at now: Moment) -> Bool {
    var hasSent = false
    for number in conversations.keys.sorted() {
      guard let draft = conversations[number]?.close(at: now) else { continue }
      send(draft, for: number)
      hasSent = true
    }
    return hasSent
  }

  mutating func finish(at now: Moment) {
    // What has not left will not: only what ends connections still goes out.
    queue.clear(keepingAcknowledgementsOf: Set(conversations.keys))
    for number in conversations.keys.sorted() {
      if let draft = conversations[number]?.abort(at: now) { send(draft, for: number) }
    }
    if wasInterrupted { takeBackWhatIsUnanswered() }
    for index in transcript.attempts.indices { transcript.attempts[index].isSettled = true }
    stage = .over
    finished = now
    isFinished = true
  }

  /// Resets what SYNs on their way may open at the target: their answers come when nobody is left.
  private mutating func takeBackWhatIsUnanswered() {
    for attempt in transcript.attempts where attempt.answers.isEmpty {
      guard case .seen = attempt.departure, var segment = attempt.draft.segment,
        segment.flags.contains(.syn), !segment.flags.contains(.reset)
      else { continue }
      segment.sequence = segment.sequence + 1
      segment.acknowledgement = SequenceNumber(0)
      segment.flags = .reset
      segment.reserved = 0
      segment.payload = []
      segment.options = []
      segment.checksum = .computed
      var draft = attempt.draft
      draft.content = .segment(segment)
      draft.ipv4Options = []
      send(draft, for: attempt.id)
    }
  }
}
