import RSTWire

/// Forged resets on connections that stand: what `InjectedReset` says of them.
struct InjectedOnConnection {
  private let interference: Interference
  private let triggers: [Trigger]
  /// Triggers that somebody answers who lets them pass, or of whom that is not known.
  private let readings: [TriggerReading]
  /// Connections that are reset before anything is sent on them.
  private let silent: [TriggerStory]
  /// Connections whose FIN is reset.
  private let closing: [TriggerStory]

  init(_ interference: Interference, _ seen: Observations) {
    self.interference = interference
    triggers = seen.sessions?.triggers ?? []
    let silent = interference.stories.filter { $0.seen.role == .silent && !$0.resets.isEmpty }
    self.silent = silent
    // Where connections are reset that say nothing, neither content nor a FIN has provoked it.
    readings = interference.readings.filter { reading in
      reading.manner != .inLine && !reading.isObscured
        && (silent.isEmpty || !reading.beyondReach.isEmpty)
        && (reading.provoked + reading.beyondReach).contains {
          !$0.resets.isEmpty || $0.isForgotten
        }
    }
    closing = interference.stories.filter {
      silent.isEmpty && $0.seen.role == .close && !$0.resets.isEmpty
    }
  }

  private var stories: [TriggerStory] {
    readings.flatMap(\.provoked) + resetBeyondReach + silent + closing
  }

  private var resetBeyondReach: [TriggerStory] {
    readings.flatMap(\.beyondReach).filter { !$0.resets.isEmpty || $0.isForgotten }
  }

  /// Adds what connections show to what the handshake shows; nil where they show nothing.
  func claim(beside handshake: Claim?) -> Claim? {
    guard !stories.isEmpty else { return nil }
    let phase: Phase = !readings.isEmpty ? .data : !closing.isEmpty ? .close : .handshake
    var claim =
      handshake
      ?? Claim(
        .injectedReset, responder: .injector, phase: phase, explanation: explanation(phase),
        nextStep: nextStep)
    // Whoever resets in earnest is far more often the host, its front end or a filter than a forger.
    if handshake == nil {
      claim.add(
        "most-resets-are-genuine", -2, "most resets are what they seem: the host's own",
        source: "837 ordinary flows in public captures")
    }
    weighReach(&claim)
    ForgeryEvidence(
      interference: interference, stories: stories, isBeyondReach: !resetBeyondReach.isEmpty
    ).weigh(&claim)
    describe(phase, &claim)
    return claim
  }

  private var nextStep: String {
    "Probe from another network, and capture at the host: it never sent these resets, and where "
      + "they are missing the injector is not on the path."
  }

  private func explanation(_ phase: Phase) -> String {
    switch phase {
    case .data where readings.contains(where: \.isResetOnly):
      "A third party on the path watches for this content and adds a forged reset beside the "
        + "host's real answers. Clients that believe it see `connection reset by peer`."
    case .close:
      "A third party on the path answers our FIN with a forged reset, while the host still closes "
        + "in order."
    case .data, .handshake, .idle:
      "A third party on the path adds forged resets to connections to this port, while the host "
        + "still has them."
    }
  }

  /// The strongest proof: a reset for what cannot have reached the host.
  private func weighReach(_ claim: inout Claim) {
    let rungs = resetBeyondReach
    guard let first = rungs.first, let limit = first.seen.role.hopLimit,
      let host = interference.hostBegins
    else { return }
    claim.add(
      "trigger-ends-on-the-way", 6,
      "the trigger with hop limit \(limit) is reset, and nothing below \(host) reaches the host",
      packets: (first.content.prefix(1) + first.resets.prefix(1)).map(\.index),
      source: "Sundara Raman et al., CoNEXT 2022: TTL-limited triggers")
  }

  private func describe(_ phase: Phase, _ claim: inout Claim) {
    var phases: [Phase] = claim.phase == .handshake ? [.handshake] : []
    if !readings.isEmpty { phases.append(.data) }
    if !closing.isEmpty { phases.append(.close) }
    if phases.count > 1 { claim.details.append(Detail("phases", .words(phases.map(\.rawValue)))) }
    let names = readings.filter(\.isResetOnly).compactMap { triggers.name($0.number) }
    if !names.isEmpty {
      claim.details.append(Detail("trigger", .word(names.joined(separator: ", "))))
    }
    if let direction = readings.lazy.compactMap(\.direction).first {
      claim.details.append(Detail("direction", .word(direction)))
    }
    let place = readings.lazy.compactMap(\.resetPlace).first
    claim.hopRange = claim.hopRange ?? place?.hops
    let provoked = readings.flatMap(\.provoked)
    if claim.occurrences == nil, !provoked.isEmpty {
      claim.occurrences = .init(
        count: provoked.count, total: readings.reduce(0) { $0 + $1.triggered.count })
    }
    if let signature = ResetSignature(samples, hop: place.flatMap(\.exactHop)) {
      claim.details.append(Detail("signature", .word(signature.line)))
      let known = KnownInjector.matching(signature)
      if !known.isEmpty {
        claim.details.append(
          Detail("resembles", .words(known.map { "\($0.name) (\($0.source))" })))
      }
    }
  }
}

extension InjectedOnConnection {
  /// Resets with what they answer, for the signature: those that cannot be the host's own, which may
  /// reset late segments of a connection that was reset at its side too.
  private var samples: [ResetSample] {
    let pool = readings.isEmpty ? stories : readings.flatMap { $0.provoked + $0.resetRungs }
    let all = pool.flatMap { story in
      story.resets.prefix(20).compactMap { reset in
        story.trigger(of: reset).map { (reset: reset, trigger: $0) }
      }
    }
    let foreign = all.filter { interference.isForeign($0.reset) }
    let beyond = Set(resetBeyondReach.map(\.seen.attempt))
    let certain = foreign.isEmpty ? all.filter { beyond.contains($0.reset.attempt) } : foreign
    return (certain.isEmpty ? all : certain).map { reset, trigger in
      ResetSample(
        reset: reset.packet, trigger: trigger.packet, delay: reset.moment - trigger.moment)
    }
  }
}

extension InjectorPlace {
  /// The hop, where the interval is one.
  var exactHop: Int? { hops.count == 1 ? hops.lowerBound : nil }
}

extension [Trigger] {
  /// "http-host example.org": a trigger in words.
  func name(_ number: Int) -> String? {
    indices.contains(number) ? "\(self[number].kind.rawValue) \(self[number].name)" : nil
  }
}
