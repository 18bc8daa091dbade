import RSTWire

/// What answers mean: the words of the sweep.
///
/// The first answer alone decides where a second one could not change it; everything else is
/// compared with what control ports of the same host do. FACTS of resets: Linux copies the DSCP of
/// the SYN into its reset (net/ipv4/tcp_ipv4.c, tcp_v4_send_reset), a packet filter's reset has
/// DSCP 0 (net/ipv4/netfilter/nf_reject_ipv4.c), and so have the resets of some stacks.
enum SweepJudgement {
  /// What one answer says at once.
  enum First: Sendable {
    /// All that it takes.
    case decided(Verdict, [FindingCode])
    /// That the port is closed, unless a SYN-ACK comes too.
    case closed
    /// Control ports have to be asked.
    case open
  }

  /// Judges one answer alone.
  ///
  /// - Parameters:
  ///   - answer: The answer, which proved to be one.
  ///   - trafficClass: The DSCP of the probe that drew it.
  /// - Returns: What it says.
  static func first(_ answer: SweepAnswer, to trafficClass: UInt8) -> First {
    let hop = plausibleHop(answer.hopLimit)
    switch answer.kind {
    case .synAck where answer.window == 0:
      // netfilter's SYNPROXY announces its peer's window only later; hardly a listener does that.
      return .decided(
        Verdict(
          port: .open, responder: .networkDevice, confidence: 0.7, hop: hop,
          alternatives: [Alternative(port: .open, responder: .host, confidence: 0.3)]),
        [.openPort, .synProxy])
    case .synAck:
      return .decided(
        Verdict(port: .open, responder: .host, confidence: 0.95, hop: hop), [.openPort])
    case .reset where answer.trafficClass & 0xfc == trafficClass && hop != nil:
      return .closed
    case .reset, .timeExceeded:
      return .open
    case .refusal(let says):
      let isOfHost = answer.sender == answer.endpoint.address
      if says.meansNoWay && !isOfHost { return .open }
      return .decided(
        Verdict(
          port: .rejected, responder: isOfHost ? .hostFirewall : .networkDevice,
          confidence: says == .prohibited ? 0.95 : 0.9, hop: hop),
        [.firewallICMPReject])
    }
  }

  /// What a reset with the stack's marks says, whose hop limit is plausible.
  static func closed(hopLimit: UInt8) -> (Verdict, [FindingCode]) {
    let hop = plausibleHop(hopLimit)
    return (Verdict(port: .closed, responder: .host, confidence: 0.9, hop: hop), [.closedPort])
  }

  /// What a SYN-ACK and a reset say together, or a SYN-ACK behind another refusal.
  static var contradictory: (Verdict, [FindingCode], reason: String?) {
    undecided(
      [(.open, .host, 0.7), (.rejected, .networkDevice, 0.3)],
      "a SYN-ACK and a refusal: an injector, or several machines behind the address")
  }

  /// Judges the answers of a port beside those of control ports of its host.
  ///
  /// - Parameters:
  ///   - target: What the port answered: more than once, unless it fell silent.
  ///   - control: What the control ports answered.
  ///   - isLoop: Whether hop limits ended on the way.
  ///   - hostAnswered: Whether any port of the host ever answered by TCP.
  /// - Returns: The verdict, the findings, and why nothing better can be said.
  static func compared(
    _ target: SweepMarks, with control: SweepMarks, isLoop: Bool, hostAnswered: Bool
  ) -> (Verdict, [FindingCode], reason: String?) {
    if target.accepted > 0 && target.resets > 0 {
      return contradictory
    }
    if target.accepted > 0 {
      return (Verdict(port: .open, responder: .host, confidence: 0.9), [.openPort], nil)
    }
    if target.resets > 0 { return reset(target, control) }
    if let refusal = target.refusal { return refused(refusal, hostAnswered, control) }
    if isLoop {
      return (
        Verdict(port: .unreachable, responder: .networkDevice, confidence: 0.85),
        [.icmpUnreachable], nil
      )
    }
    return undecided(
      [(.dropped, .none, 0.5), (.rejected, .unknown, 0.5)],
      "the port answered once and not again")
  }

  private static func reset(
    _ target: SweepMarks, _ control: SweepMarks
  ) -> (Verdict, [FindingCode], reason: String?) {
    let hop = target.distance
    if target.copied > 0 && target.cleared + target.rewritten == 0 {
      return (
        Verdict(port: .closed, responder: .host, confidence: 0.9, hop: hop), [.closedPort], nil
      )
    }
    let mixed = [
      (PortState.closed, Responder.host, 0.4), (.rejected, .hostFirewall, 0.3),
      (.rejected, .networkDevice, 0.3),
    ]
    guard control.resets > 0 else {
      return undecided(mixed, "no control port of the host is reset, so nothing compares")
    }
    guard let hop, let usual = control.distance, hop <= Distance.plausible else {
      return undecided(mixed, "the hop limits of resets vary")
    }
    let isMarked = control.copied > 0 || control.rewritten > 0
    if target.cleared > 1, target.copied + target.rewritten == 0, isMarked, control.cleared == 0 {
      if hop > usual {
        return undecided(mixed, "the resets come from farther away than the host's own")
      }
      let isDevice = hop < usual
      let verdict = Verdict(
        port: .rejected, responder: isDevice ? .networkDevice : .hostFirewall, confidence: 0.9,
        hop: hop)
      return (verdict, [isDevice ? .networkFirewallReset : .hostFirewallReset], nil)
    }
    if target.cleared > 1, target.copied + target.rewritten == 0, hop < usual,
      target.looksLikeNetfilter
    {
      return (
        Verdict(port: .rejected, responder: .networkDevice, confidence: 0.8, hop: hop),
        [.networkFirewallReset], nil
      )
    }
    if target.rewritten > 0, target.cleared == 0, control.rewritten > 0, hop == usual {
      return (
        Verdict(port: .closed, responder: .host, confidence: 0.8, hop: hop), [.closedPort], nil
      )
    }
    return undecided(mixed, "control ports of the host are reset alike, without a stack's marks")
  }

  private static func refused(
    _ refusal: (says: ICMPRefusal, sender: IPAddress), _ hostAnswered: Bool, _ control: SweepMarks
  ) -> (Verdict, [FindingCode], reason: String?) {
    if hostAnswered || control.isAnsweredByTCP {
      return (
        Verdict(port: .rejected, responder: .networkDevice, confidence: 0.9),
        [.firewallICMPReject], nil
      )
    }
    return (
      Verdict(
        port: .unreachable, responder: .networkDevice, confidence: 0.85,
        alternatives: [Alternative(port: .rejected, responder: .networkDevice, confidence: 0.15)]),
      [.icmpUnreachable], nil
    )
  }

  static func undecided(
    _ readings: [(PortState, Responder, Double)], _ reason: String
  ) -> (Verdict, [FindingCode], reason: String?) {
    let best = readings.map(\.2).max() ?? 0
    let alternatives = readings.map { Alternative(port: $0.0, responder: $0.1, confidence: $0.2) }
    let responders = Set(readings.map(\.1))
    return (
      Verdict(
        port: .inconclusive,
        responder: responders.count == 1 ? readings[0].1 : .unknown, confidence: best,
        alternatives: alternatives.sorted { $0.confidence > $1.confidence }), [], reason
    )
  }

  private static func plausibleHop(_ hopLimit: UInt8) -> Int? {
    let hop = Distance.suggested(by: hopLimit)
    return hop <= Distance.plausible ? hop : nil
  }
}
