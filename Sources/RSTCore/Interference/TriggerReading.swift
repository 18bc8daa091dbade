import RSTWire

/// What one trigger did, beside its controls.
struct TriggerReading: Sendable {
  /// Its place in what was asked for.
  let number: Int
  /// The trigger with the full hop limit, whole and cut.
  let triggered: [TriggerStory]
  /// The trigger with hop limits that end on the way.
  let rungs: [TriggerStory]
  /// What is harmless with such hop limits.
  let controlRungs: [TriggerStory]
  /// Connections as old as the rungs, on which nothing was sent.
  let bystanders: [TriggerStory]
  /// What it is compared with.
  let controls: [TriggerStory]
  /// What is harmless, right before it where another trigger came first, and after it.
  let witnesses: [TriggerStory]
  let interference: Interference

  /// What is said of a trigger in one word.
  enum Outcome: String, Hashable, Sendable {
    /// Nothing that the controls did not get too.
    case nothing = "nothing-special"
    /// Reset only with the trigger.
    case reset
    /// It vanishes, and only with the trigger.
    case blackholed
    /// The controls are reset or vanish as well.
    case independent = "not-by-content"
    /// It passes, and what should be harmless does not.
    case control = "control-disturbed"
    /// Something forged came beside the host's answers, and the connection lived on.
    case forged = "forged-beside"
    /// It could not be told.
    case inconclusive
  }

  /// How a device deals with what provokes it.
  enum Manner: String, Hashable, Sendable {
    /// It listens, and adds packets.
    case onPath = "on-path"
    /// It keeps the trigger from the host.
    case inLine = "in-line"
  }

  init(_ number: Int, in interference: Interference) {
    self.number = number
    self.interference = interference
    triggered = interference.stories(of: number) { $0 == .trigger || $0 == .split }
    rungs = interference.stories(of: number) {
      if case .rung = $0 { true } else { false }
    }.filter { !$0.isTainted }
    controlRungs = interference.stories.filter {
      if case .controlRung = $0.seen.role { !$0.isTainted } else { false }
    }
    bystanders = interference.stories(of: number) { $0 == .bystander }
    controls = interference.controls(of: number)
    witnesses = interference.stories(of: number) { $0 == .afterwards }
  }

  /// The trigger in one piece.
  var whole: [TriggerStory] { triggered.filter { $0.seen.role == .trigger && $0.seen.isOpened } }

  /// Controls that carry content.
  var speaking: [TriggerStory] {
    let harmless = controls.filter { $0.seen.role == .harmless }
    return harmless.isEmpty ? controls.filter { $0.seen.role == .noise } : harmless
  }

  /// What is harmless, sent right before the trigger.
  var beside: [TriggerStory] { interference.stories(of: number) { $0 == .beside } }

  /// Whether what is harmless was reset right before the trigger was sent: somebody has had enough of us,
  /// whatever we say.
  private var isBesideDisturbed: Bool {
    guard let sent = triggered.compactMap({ $0.content.first?.moment }).min() else { return false }
    let opened = beside.filter(\.seen.isOpened)
    if !opened.isEmpty, !opened.contains(where: \.seen.isTaken) { return true }
    return opened.contains { story in
      story.resets.contains { $0.moment < sent }
    }
  }

  /// Whether what is harmless was still blocked when this trigger was tried.
  var isObscured: Bool {
    guard let begun = whole.compactMap(\.seen.begun).min() else { return whole.isEmpty }
    let before = witnesses.filter { $0.seen.opened < begun }
    return before.last?.seen.isDisturbed ?? false
  }

  var outcome: Outcome {
    guard !whole.isEmpty, !speaking.isEmpty, !isObscured else { return .inconclusive }
    if isBesideDisturbed { return .independent }
    if isResetOnly { return .reset }
    if isBlackholedOnly { return .blackholed }
    if speaking.contains(where: \.isDisturbed) {
      return whole.contains(where: \.isDisturbed) ? .independent : .control
    }
    let isForged = provoked.contains(where: \.outlivesResets) || !beyondReach.isEmpty
    if isForged { return .forged }
    if !provoked.isEmpty { return .inconclusive }
    let isPassed = whole.count { $0.seen.isTaken && $0.isHeardOut } >= interference.trials
    return isPassed ? .nothing : .inconclusive
  }

  /// Whether connections with the trigger ended by a reset, and none of the controls that carry content
  /// or say nothing.
  ///
  /// A reset may be lost: of several one may be missing, where no more are than get lost.
  var isResetOnly: Bool {
    let missing = whole.count { !$0.isReset }
    let hits = whole.count - missing + resetRungs.count
    guard !isBesideDisturbed, whole.contains(where: \.isReset), missing == 0 || missing * 3 <= hits
    else {
      return false
    }
    return !speaking.isEmpty
      && controls.filter { $0.seen.role != .noise }.allSatisfy {
        $0.resets.isEmpty && !$0.isForgotten
      }
  }

  /// Whether the trigger was never acknowledged, and no reset says why, while the controls' content was.
  var isBlackholedOnly: Bool {
    !whole.isEmpty && !isBesideDisturbed && !isPathInDoubt
      && whole.allSatisfy {
        !$0.seen.isTaken && $0.resets.isEmpty && !$0.seen.isClosedByPeer && $0.isHeardOut
          && !$0.seen.isStalled && !$0.answersRepetitions
      }
      && !speaking.isEmpty && speaking.allSatisfy(\.seen.isTaken)
  }

  /// Whether the path itself may have been dead when the trigger was tried: bystanders are silent as
  /// well, and either others of the same endpoints are answered or not even a router is heard.
  private var isPathInDoubt: Bool {
    guard bystanders.allSatisfy({ $0.seen.liveness == .unknown }) else { return false }
    let beside = triggered + rungs + bystanders
    return beside.contains { $0.seen.liveness != .unknown }
      || beside.allSatisfy(\.expired.isEmpty)
  }

  /// Whether the trigger in two segments fared as the whole one; nil where that was not tried.
  var isSplitBlocked: Bool? {
    let splits = triggered.filter { $0.seen.role == .split && $0.seen.isOpened }
    return splits.isEmpty ? nil : splits.allSatisfy { $0.isReset || !$0.seen.isTaken }
  }

  /// Connections with the trigger that got resets.
  var provoked: [TriggerStory] { triggered.filter { !$0.resets.isEmpty } }

  /// Rungs that drew something: resets, or one for the host, or what the host cannot have said.
  var resetRungs: [TriggerStory] {
    guard areBystandersQuiet else { return [] }
    return rungs.filter { isHit($0) }
      .sorted { ($0.seen.role.hopLimit ?? 0) < ($1.seen.role.hopLimit ?? 0) }
  }

  private func isHit(_ rung: TriggerStory) -> Bool {
    !rung.resets.allSatisfy(rung.isIdleEnd) || rung.isForgotten
      || interference.isBeyondReach(rung) && !rung.text.isEmpty && isServiceSilent
  }

  /// By how many hops the host is further away than hop limits say that reach it: a device raises them.
  ///
  /// OpenBSD pf.conf(5), scrub min-ttl. A way back that is longer looks the same, so intervals get wider
  /// and no ladder is thrown away.
  var ladderDeficit: Int {
    guard let host = interference.hostBegins else { return 0 }
    let suggested = interference.hostHopLimits.map(Distance.suggested(by:)).min() ?? host
    return suggested <= Distance.plausible ? max(suggested - host, 0) : 0
  }

  /// Whether connections as old as the rungs were left alone: else the service, or somebody else, ends
  /// what is idle for so long, and no rung shows anything.
  private var areBystandersQuiet: Bool {
    let opened = bystanders.filter(\.seen.isOpened)
    return !opened.isEmpty && opened.allSatisfy { $0.resets.isEmpty && $0.text.isEmpty }
  }

  /// Whether the service says nothing by itself, where nothing reaches it.
  private var isServiceSilent: Bool {
    let quiet = controls.filter { $0.seen.role == .silent } + bystanders
    return (controlRungs.filter(interference.isBeyondReach) + quiet).allSatisfy { !$0.hasText }
  }

  /// Rungs that got an answer for what the host cannot have got, while what is harmless got none.
  var beyondReach: [TriggerStory] {
    let disturbed = Set(
      controlRungs.filter { !$0.resets.isEmpty || $0.isForgotten }.compactMap(\.seen.role.hopLimit))
    return resetRungs.filter {
      interference.isBeyondReach($0) && !disturbed.contains($0.seen.role.hopLimit ?? 0)
    }
  }

  /// Whether resets begin where the trigger reaches the host, and nothing before it minds: a device
  /// that listens on the way would have answered nearer.
  var beginsAtHost: Bool {
    guard let host = interference.hostBegins, host > 1,
      let first = resetRungs.first?.seen.role.hopLimit, first >= host
    else { return false }
    let tried = rungs.compactMap(\.seen.role.hopLimit).filter { $0 < host }.max()
    return tried != nil && silentRungs(below: host) { !isHit($0) } == tried
  }

  /// Who got resets: the host's forgetting the connection shows that it got one.
  var direction: String? {
    // Who aborts resets nobody but us.
    guard provoked.contains(where: \.outlivesResets) || !beyondReach.isEmpty else { return nil }
    let isOurs = !provoked.isEmpty
    let isTheirs = whole.contains(where: \.isForgotten)
    switch (isOurs, isTheirs) {
    case (true, true): return "both"
    case (true, false): return whole.contains { $0.seen.liveness == .unknown } ? nil : "client"
    case (false, true): return "server"
    case (false, false): return nil
    }
  }

  /// Whether the device keeps the trigger from the host; nil where that is not known.
  ///
  /// The host's acknowledgement of the content tells, and so does a router behind the place where the
  /// resets begin that still sees the trigger's hop limit end. ICMP errors are rationed: that one is
  /// missing says nothing.
  var manner: Manner? {
    guard !provoked.isEmpty else { return nil }
    let isHostInnocent = provoked.contains(where: \.outlivesResets) || !beyondReach.isEmpty
    if isHostInnocent, provoked.contains(where: { $0.seen.isTaken && $0.seen.length > 0 }) {
      return .onPath
    }
    if let first = resetRungs.first?.seen.role.hopLimit,
      resetRungs.contains(where: { ($0.seen.role.hopLimit ?? 0) > first && !$0.expired.isEmpty })
    {
      return .onPath
    }
    let kept = provoked.filter { $0.outlivesResets && !$0.seen.isTaken && $0.seen.sends > 1 }
    let sends = kept.reduce(0) { $0 + $1.seen.sends }
    return kept.count == provoked.count && interference.chanceOfSilence(sends) < 1e-3
      ? .inLine : nil
  }
}
