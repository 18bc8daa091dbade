import RSTWire

/// Which questions are asked when.
extension Investigation {
  /// Few probes that find out what kind of answer there is.
  ///
  /// Four, because a Linux router sends one client about six ICMP errors at once, and the ladder
  /// wants some of them.
  func firstFlight() -> [Question] {
    [
      Question(SYNProbe(), .target),
      Question(SYNProbe.Control(), .control(port: controls[0])),
      Question(EchoProbe(), .host),
      Question(StrayACKProbe(), .target),
    ]
  }

  /// The handshake suite and the ladders, as far as the first answers make them worth asking.
  func secondFlight(_ seen: Observations) -> [Question] {
    let isRefusedByICMP = seen.isRefusedByICMP
    var flight: [Question] = options.walksPath ? ladders(seen) : []
    flight += (1..<max(options.flows, 1)).map { _ in Question(FlowSYNProbe(), .target) }
    if isRefusedByICMP {
      // ICMP errors are rationed: odd probes would only be silent.
      // A few more flows: one refusal is one path's word.
      flight += (0..<3).map { _ in Question(FlowSYNProbe(), .target) }
      return flight + [Question(SYNProbe.Control(), .control(port: controls[1]))]
    }
    let isOpen = seen.target("syn").contains { $0.synAck != nil }
    let isReset = seen.target("syn").contains { $0.reset != nil }
    if !isOpen, !isReset { flight.append(Question(PlainSYNProbe(), .target)) }
    let isIPv4 = target.address.family == .ipv4
    flight += targetSuite(isOpen: isOpen, isReset: isReset, isIPv4: isIPv4)
    flight += controlSuite(isIPv4: isIPv4)
    return flight
  }

  private func targetSuite(isOpen: Bool, isReset: Bool, isIPv4: Bool) -> [Question] {
    var probes: [any Probe] = [
      BareSYNProbe(), StrayFINProbe(), NullProbe(), XmasProbe(), SYNFINProbe(), SYNResetProbe(),
      UrgentSYNProbe(), PushSYNProbe(), ECNSetupProbe(), ReservedBitsProbe(), DataSYNProbe(),
      BadChecksumProbe(), BadChecksumProbe(),
    ]
    if isIPv4 { probes.append(RecordRouteProbe()) }
    if isReset { probes += [SignedSYNProbe(), UnknownOptionProbe()] }
    if isOpen { probes += [CookieFirstProbe(), CookieSecondProbe()] }
    return probes.map { Question($0, .target) }
  }

  private func controlSuite(isIPv4: Bool) -> [Question] {
    let near: [any Probe] = [
      StrayACKProbe(), StrayFINProbe(), StrayFINACKProbe(), NullProbe(), XmasProbe(), SYNFINProbe(),
      SignedSYNProbe(),
    ]
    let control = Subject.control(port: controls[0])
    var flight = near.map { Question($0, control) }
    if isIPv4 {
      flight += [Question(RecordRouteProbe(), control), Question(RecordRouteEchoProbe(), .host)]
    }
    let other = Subject.control(port: controls[1])
    let far: [any Probe] = [SYNProbe.Control(), StrayACKProbe(), StrayFINProbe()]
    return flight + far.map { Question($0, other) }
  }

  /// The ladder to the target's port, and one beside it to what else of the host answers.
  ///
  /// SYNs with different numbers never go to an open port: the host takes the first for its
  /// half-open connection.
  private func ladders(_ seen: Observations) -> [Question] {
    let isOpen = seen.target("syn").contains { $0.synAck != nil }
    let rungs = 1...reach(seen)
    let probe: any Probe = isOpen ? LadderACKProbe() : LadderSYNProbe()
    return rungs.map { Question(probe, .target, rung: $0) } + referenceLadder(seen, rungs)
  }

  /// The ladder to what else of the host answers, by what was seen so far.
  private func referenceLadder(_ seen: Observations, _ rungs: ClosedRange<Int>) -> [Question] {
    var flight: [Question] = []
    let control = Subject.control(port: controls[0])
    if seen.controls("syn-control").contains(where: { $0.directReply != nil }) {
      flight += rungs.map { Question(LadderSYNProbe(), control, rung: $0) }
    } else if seen.controls("stray-ack").contains(where: { $0.directReply != nil }) {
      flight += rungs.map { Question(LadderACKProbe(), control, rung: $0) }
    }
    if wantsEchoLadder(seen) {
      flight += rungs.map { Question(LadderEchoProbe(), .host, rung: $0) }
    }
    return flight
  }

  /// The same ladder later, where its first answer was lost when it was wanted.
  private func lateReferenceLadder(_ seen: Observations) -> [Question] {
    guard options.walksPath, !seen.isRefusedByICMP,
      !questions.contains(where: { $0.rung != nil && $0.subject != .target })
    else { return [] }
    return referenceLadder(seen, 1...reach(seen))
  }

  /// Echo requests walk the path where no control port speaks for the host, or where the control
  /// ports answer from another distance than the host does.
  private func wantsEchoLadder(_ seen: Observations) -> Bool {
    guard let echo = seen.echoes.lazy.compactMap(\.directReply).first else { return false }
    let controls = seen.controls("syn-control", "stray-ack").compactMap(\.directReply)
    return controls.isEmpty || controls.contains { $0.distance != echo.distance }
  }

  /// How far the ladders go: as far as the hop limits of the answers suggest, plus two.
  private func reach(_ seen: Observations) -> Int {
    let distances = seen.exchanges.flatMap(\.replies).map(\.distance)
    let suggested = distances.max().map { $0 + 2 } ?? Self.blindReach
    return min(suggested, options.maximumHops)
  }

  /// How far the first ladder goes when nothing suggests a distance.
  static let blindReach = 10

  /// Questions that only the answers so far raise; nil or empty when there are none.
  func laterFlight(_ seen: Observations, at now: Moment) -> [Question]? {
    [
      lateReferenceLadder(seen), furtherRungs(seen), rationedRungs(seen), knownPorts(seen),
      slowSYNs(seen), moreFlows(seen), moreHandshakes(seen),
    ]
    .first { !$0.isEmpty }
  }

  /// Where the refusals used up the router's ration of ICMP errors, the rung that its hop limit
  /// suggests is asked once more, late: Linux charges a missing route twice, so that one error costs
  /// two seconds (net/ipv4/route.c, ip_error, and net/ipv4/icmp.c).
  private func rationedRungs(_ seen: Observations) -> [Question] {
    guard options.walksPath, !questions.contains(where: { $0.rung != nil && $0.delay > .zero }),
      let refusal = seen.exchanges.lazy.compactMap(\.refusal).first?.reply, seen.isRefusedByICMP,
      ICMPSender.hops(of: refusal, in: seen)?.count != 1,
      let probe = questions.first(where: { $0.rung != nil && $0.subject == .target })?.probe
    else { return [] }
    let rung = min(refusal.distance, options.maximumHops)
    return [Question(probe, .target, rung: rung, delay: .milliseconds(2_300))]
  }

  /// A ladder that still met routers at its end goes on.
  private func furtherRungs(_ seen: Observations) -> [Question] {
    guard options.walksPath else { return [] }
    let ladder = seen.targetLadder
    let asked = questions.filter { $0.rung != nil && $0.subject == .target }
    guard let last = asked.compactMap(\.rung).max(), last < options.maximumHops,
      !ladder.isAnswered, let router = ladder.lastRouter, router >= last - 1,
      let probe = asked.first?.probe
    else { return [] }
    return (last + 1...min(last + 8, options.maximumHops)).map {
      Question(probe, .target, rung: $0)
    }
  }

  /// Where control ports and target look alike and no reset shows a stack's own marks, ports that
  /// are often allowed may show the host itself behind a default-deny rule.
  private func knownPorts(_ seen: Observations) -> [Question] {
    let ports = Self.oftenOpenPorts.filter { $0 != target.port }
    guard !questions.contains(where: { ports.map(Subject.control).contains($0.subject) }),
      seen.target("syn").contains(where: { $0.reset != nil }),
      !ResetTraits(seen).showsStack
    else { return [] }
    return ports.flatMap {
      [
        Question(SYNProbe.Control(), .control(port: $0)),
        Question(StrayACKProbe(), .control(port: $0)),
      ]
    }
  }

  /// Ports that default-deny rules often leave open.
  static let oftenOpenPorts: [UInt16] = [443, 80, 22]

  /// Where some flows are accepted and the first was not, more flows show what most of them get.
  private func moreFlows(_ seen: Observations) -> [Question] {
    guard questions.count(where: { $0.probe.name == "syn" }) < 2, seen.isAcceptedSomewhere,
      !seen.handshakes.contains(where: { $0.synAck != nil })
    else { return [] }
    return (0..<6).map { _ in Question(SYNProbe(), .target) }
  }

  /// Where handshakes were reset only when our FIN came, more of them tell whether our ACK was lost.
  private func moreHandshakes(_ seen: Observations) -> [Question] {
    let count = questions.count { $0.probe.name == "syn" && $0.subject == .target }
    guard count < 3, AcceptQueueOverflow.isUnclear(seen) else { return [] }
    return (0..<3 - count).map { _ in Question(SYNProbe(), .target) }
  }

  /// Where some equal SYNs are answered and more are not than the path loses, a few slow ones show
  /// whether the answers are rationed.
  private func slowSYNs(_ seen: Observations) -> [Question] {
    guard !questions.contains(where: { $0.probe.name == "slow-syn" }),
      RateLimitedReset.isSuspected(seen)
    else { return [] }
    return (0..<5).map {
      Question(SlowSYNProbe(), .target, delay: .milliseconds(600 + 400 * $0))
    }
  }
}
