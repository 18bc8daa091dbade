import RSTWire

/// Where findings compete: the only place that knows of precedence.
///
/// Claims about the port's state exclude each other and share one certainty; other claims stand for
/// themselves. Nothing is said below 0.5, and no state below `Conclusion.enough`.
extension Conclusion {
  /// From this share on a state is said; below it is `inconclusive`, with the alternatives.
  static let enough = 0.75

  /// Weighs everything that the rules claim about the observations.
  ///
  /// - Parameters:
  ///   - seen: What was observed.
  ///   - witness: What a witness at the target shows beside it; nil where there is none.
  public init(_ seen: Observations, witness: WitnessJoin? = nil) {
    let own = OwnHost(seen)
    var seen = seen
    // What follows a handshake is not the target's doing where this machine ends it itself.
    if own?.resetsConnections ?? false { seen.sessions = nil }
    var claims = RuleCatalog.all.compactMap { $0.claim(seen) }
    if let own { claims.removeAll(where: own.excuses) }
    if let witness {
      for place in claims.indices { witness.weigh(&claims[place], seen) }
    }
    let states = claims.filter { $0.port != nil }
    let shares = Calibration.shares(states.map(\.score))
    var found = zip(states, shares).map { Finding($0, confidence: $1) }
    let partial = claims.filter(\.isPartial)
    found += zip(partial, Calibration.shares(partial.map(\.score))).map {
      // Who refuses some flows is said like a state: clearly, or not at all.
      Finding($0, confidence: $1 >= Self.enough ? $1 : min($1, 0.49))
    }
    found += claims.filter { $0.port == nil && !$0.isPartial }.map {
      Finding($0, confidence: Calibration.confidence($0.score))
    }
    found += witness?.findings ?? []
    // The answer to the question that was asked comes first.
    let codes = Set(states.map(\.code))
    found.sort { left, right in
      let (isState, isOtherState) = (codes.contains(left.code), codes.contains(right.code))
      return isState == isOtherState ? left.confidence > right.confidence : isState
    }
    let readings = zip(states, shares).compactMap { claim, share in
      claim.port.map { Reading(port: $0, claim: claim, share: share) }
    }
    let sides = found.filter { $0.confidence >= 0.5 }
    verdict = Self.verdict(
      own?.hidesPort ?? false ? [] : readings.sorted { $0.share > $1.share }, sides, seen)
    if let correction = witness?.correction(of: verdict, seen) { verdict = correction }
    verdict.isProven = witness?.proves(verdict, seen) ?? false
    if verdict.port == .inconclusive {
      // Where the state is open, no reading of it is said, however much it leads.
      for index in found.indices where codes.contains(found[index].code) {
        found[index].confidence = min(found[index].confidence, 0.49)
      }
    }
    if verdict.responder == .unknown, verdict.port != .inconclusive {
      // Who refuses is open then, and naming one of them would be a guess.
      for index in found.indices where states.contains(where: { $0.code == found[index].code }) {
        if found[index].confidence < Self.enough {
          found[index].confidence = min(found[index].confidence, 0.49)
        }
      }
    }
    findings = found.filter { $0.confidence >= 0.5 }
    considered = found.filter { $0.confidence < 0.5 }

    path = Self.path(seen, verdict)
    connections = Sessions(seen).map { ConnectionReading($0, seen) }
    let leading = findings.first { $0.code == readings.max { $0.share < $1.share }?.claim.code }
    headline = own?.headline ?? Headline.text(verdict, for: seen.target, findings)
    // An open port says little where somebody on the way minds what is sent to it.
    let deciding = findings.first { Headline.interference.contains($0.code) } ?? leading
    nextStep =
      own?.nextStep ?? (seen.isFlooded ? Headline.nextStepBeneathFlood : nil)
      ?? (verdict.port == .inconclusive ? nil : deciding?.nextStep)
      ?? Headline.nextStep(readings.sorted { $0.share > $1.share }.map(\.claim))
  }

  /// One reading of the evidence: a state, who did it, and its share of the certainty.
  struct Reading {
    let port: PortState
    let claim: Claim
    let share: Double
  }

  /// The state with the largest share, its responder where that is clear too.
  private static func verdict(
    _ readings: [Reading], _ findings: [Finding], _ seen: Observations
  ) -> Verdict {
    let alternatives = readings.filter { $0.share >= 0.02 }.map {
      Alternative(port: $0.port, responder: $0.claim.responder, confidence: $0.share)
    }
    func inconclusive(_ confidence: Double) -> Verdict {
      Verdict(
        port: .inconclusive, responder: .unknown, confidence: confidence,
        alternatives: withUnexcluded(alternatives, seen))
    }
    guard let best = readings.first else {
      return inconclusive(0)
    }
    let share = readings.filter { $0.port == best.port }.reduce(0) { $0 + $1.share }
    guard share >= enough else {
      return inconclusive(1 - share)
    }
    let sameResponder = readings.filter {
      $0.port == best.port && $0.claim.responder == best.claim.responder
    }
    let isClear = sameResponder.reduce(0) { $0 + $1.share } >= enough * share
    var verdict = Verdict(
      port: best.port, responder: isClear ? best.claim.responder : .unknown, confidence: share,
      alternatives: alternatives.filter {
        $0.port != best.port || !isClear && $0.responder != best.claim.responder
      })
    // A handshake completed by a proxy is open by definition, but not the host's doing.
    if verdict.port == .open,
      let proxy = findings.first(where: { $0.code == .synProxy && $0.confidence >= 0.5 })
    {
      verdict.responder = proxy.responder
    }
    verdict.hopRange = hops(of: verdict, best.claim, findings, seen)
    verdict.hop = verdict.hopRange.flatMap { $0.count == 1 ? $0.lowerBound : nil }
    return verdict
  }

  /// Where no two readings are left, the states that nothing speaks for are not excluded either.
  private static func withUnexcluded(
    _ alternatives: [Alternative], _ seen: Observations
  ) -> [Alternative] {
    guard alternatives.count < 2 else { return alternatives }
    // A router may have said so for a host that nothing comes from, and the errors were lost.
    let isSilent = !seen.exchanges.contains { $0.directReply != nil }
    let states =
      [PortState.open, .closed, .rejected, .dropped, .overloaded] + (isSilent ? [.unreachable] : [])
    let others = states.filter { state in !alternatives.contains { $0.port == state } }
    let left = max(1 - alternatives.reduce(0) { $0 + $1.confidence }, 0)
    return alternatives
      + others.map {
        Alternative(port: $0, responder: .unknown, confidence: left / Double(others.count))
      }
  }

  private static func hops(
    of verdict: Verdict, _ claim: Claim, _ findings: [Finding], _ seen: Observations
  ) -> ClosedRange<Int>? {
    switch verdict.responder {
    case .networkDevice:
      return claim.hopRange ?? findings.first { $0.code == .synProxy }?.hopRange
    case .host, .hostFirewall:
      let own = verdict.port == .open ? seen.acceptedLadder : seen.targetLadder
      // Who refuses in the host's name may sit before it: the port's own ladder alone says where.
      let isFilter = verdict.responder == .hostFirewall && verdict.port != .open
      let others = [seen.controlLadder, seen.echoLadder].map(\.begins)
      let ends = [own.begins] + (isFilter ? [] : others)
      // The host's own packet filter may be all that answers: with ICMP from its own address.
      let refused = verdict.responder == .hostFirewall ? own.refusalBegins : nil
      return (ends.lazy.compactMap { $0 }.first ?? refused).map { widened($0, seen) }
    case .injector, .none, .unknown:
      return nil
    }
  }

  /// Where the host's answers arrive with a hop limit that suggests a longer way than the ladder, the
  /// hop may be any between: devices that raise hop limits make rungs reach the host.
  ///
  /// OpenBSD pf.conf(5), scrub min-ttl.
  private static func widened(
    _ hops: ClosedRange<Int>, _ seen: Observations
  ) -> ClosedRange<Int> {
    let accepted = seen.allSYNs.compactMap { $0.synAck ?? $0.reset }.map(\.distance)
    guard let nearest = accepted.min(), nearest > hops.upperBound, nearest <= Distance.plausible
    else { return hops }
    return hops.lowerBound...nearest
  }

  /// Routers by distance, and the target at its end where it is known.
  private static func path(_ seen: Observations, _ verdict: Verdict) -> [Hop] {
    let routers = seen.routers
    var hops = (1...max(routers.keys.max() ?? 0, 1)).map { Hop(number: $0, address: routers[$0]) }
    if routers.isEmpty { hops = [] }
    let ends = [seen.targetLadder, seen.controlLadder, seen.echoLadder].compactMap { ladder in
      ladder.isExact
        ? ladder.firstAnswer : nil
    }
    if let end = ends.max(), end > (routers.keys.max() ?? 0) {
      while hops.count < end - 1 { hops.append(Hop(number: hops.count + 1, address: nil)) }
      hops.append(Hop(number: end, address: seen.target.address))
    }
    return hops
  }
}
