import RSTWire

/// The marks that a set of resets carries: what tells a stack's reset from a filter's.
///
/// Linux copies DSCP, echoes record route and sets a flow label of its own; netfilter's reject does
/// none of it. Window 0, identification 0 and missing options say nothing.
struct Marks: Sendable {
  /// The exchanges with a reset, and the reset.
  private(set) var resets: [(exchange: Exchange, reply: Reply)] = []
  /// Resets that carry the DSCP canary of their probe.
  private(set) var copied: [Reply] = []
  /// Resets with DSCP 0 for a probe with a canary.
  private(set) var cleared: [Reply] = []
  /// Resets with another DSCP than 0 and the canary.
  private(set) var rewritten: [Reply] = []
  /// Resets that echo the record-route option.
  private(set) var routeEchoed: [Reply] = []
  /// Resets without the record-route option that their probe carried.
  private(set) var routeMissing: [Reply] = []
  /// Record-route probes that drew nothing.
  private(set) var routeSilent: [Exchange] = []
  /// Resets with a flow label that is neither 0 nor the probe's.
  private(set) var ownLabel: [Reply] = []
  /// Resets with flow label 0.
  private(set) var zeroLabel: [Reply] = []
  /// Resets that answer a signed SYN.
  private(set) var signedAnswered: [Reply] = []
  /// Signed SYNs that drew nothing.
  private(set) var signedSilent: [Exchange] = []

  init(_ exchanges: [Exchange]) {
    for exchange in exchanges {
      guard let reply = exchange.reset else {
        if exchange.isSilent {
          if exchange.attempt.probe == "signed-syn" { signedSilent.append(exchange) }
          if exchange.attempt.probe == "record-route-syn" { routeSilent.append(exchange) }
        }
        continue
      }
      add(reply, of: exchange)
    }
  }

  private mutating func add(_ reply: Reply, of exchange: Exchange) {
    resets.append((exchange, reply))
    let canary = exchange.attempt.draft.trafficClass & 0xfc
    if canary != 0 {
      switch reply.codePoint {
      case canary: copied.append(reply)
      case 0: cleared.append(reply)
      default: rewritten.append(reply)
      }
    }
    if exchange.attempt.probe == "signed-syn" { signedAnswered.append(reply) }
    switch reply.record.packet.network {
    case .ipv4(let header) where exchange.attempt.probe == "record-route-syn":
      if IPv4Option.recordedRoute(in: header.options) != nil {
        routeEchoed.append(reply)
      } else {
        routeMissing.append(reply)
      }
    case .ipv6(let header):
      if header.flowLabel == 0 {
        zeroLabel.append(reply)
      } else if header.flowLabel != exchange.attempt.draft.flowLabel {
        ownLabel.append(reply)
      }
    case .ipv4:
      break
    }
  }

  /// Takes back copies that are the path's constant met by chance.
  mutating func forget(constants: Set<UInt8>) {
    rewritten += copied.filter { constants.contains($0.codePoint) }
    copied.removeAll { constants.contains($0.codePoint) }
  }

  /// Whether there is any reset.
  var isEmpty: Bool { resets.isEmpty }
  /// The replies alone.
  var replies: [Reply] { resets.map(\.reply) }
  /// The distances that the hop limits suggest.
  var distances: Set<Int> { Set(replies.map(\.distance)) }
  /// The hop limits on arrival.
  var hopLimits: Set<UInt8> { Set(replies.map(\.hopLimit)) }

  /// Whether different canaries came back, each with its own probe.
  var copiesReliably: Bool {
    Set(copied.map(\.codePoint)).count >= 2 && cleared.isEmpty && rewritten.isEmpty
  }

  /// Whether a stack made them: no filter leaves such marks.
  var isOfStack: Bool {
    (copiesReliably || !ownLabel.isEmpty || !routeEchoed.isEmpty) && cleared.isEmpty
      && zeroLabel.isEmpty
  }

  /// Whether every reset has a shape that only packet filters are known for; in IPv6 netfilter's is
  /// that of any stack that sets no label.
  var isSurelyOfFilter: Bool {
    looksLikeNetfilter && zeroLabel.isEmpty
      || !isEmpty && replies.allSatisfy { $0.record.packet.network.trafficClass == 0x10 }
  }

  /// Whether every reset has netfilter's whole shape: identification 0, DF, window 0, no options,
  /// DSCP 0, flow label 0.
  ///
  /// net/ipv4/netfilter/nf_reject_ipv4.c, nf_reject_ipv6.c.
  var looksLikeNetfilter: Bool {
    !isEmpty
      && replies.allSatisfy { reply in
        guard let header = reply.record.packet.tcp, header.window == 0, header.options.isEmpty,
          reply.record.packet.network.trafficClass == 0
        else { return false }
        switch reply.record.packet.network {
        case .ipv4(let network): return network.identification == 0 && network.dontFragment
        case .ipv6(let network): return network.flowLabel == 0
        }
      }
  }
}

/// The marks of the resets of one run, by what drew them.
struct ResetTraits: Sendable {
  /// Resets that answer SYNs to the target's port.
  private(set) var target: Marks
  /// Resets that answer stray segments to the target's port.
  private(set) var stray: Marks
  /// Resets of control ports.
  private(set) var controls: Marks

  init(_ seen: Observations) {
    // Rungs share a flow: once one is accepted, a later one is reset as the second SYN of a connection.
    let rungs = seen.target("ladder-syn")
    let isAccepted = rungs.contains { $0.synAck != nil }
    target = Marks(
      seen.allSYNs + seen.target("signed-syn", "syn-urg", "syn-psh", "reserved-syn")
        + (isAccepted ? [] : rungs))
    stray = Marks(seen.target("stray-ack", "stray-fin", "null", "xmas", "ladder-ack"))
    controls = Marks(
      seen.controls(
        "syn-control", "stray-ack", "stray-fin", "stray-fin-ack", "null", "xmas", "syn-fin",
        "record-route-syn",
        "signed-syn", "ladder-syn", "ladder-ack"))
    let constants = Set([target, stray, controls].flatMap(\.rewritten).map(\.codePoint))
    target.forget(constants: constants)
    stray.forget(constants: constants)
    controls.forget(constants: constants)
  }

  /// Resets of other roles than the SYN at the target's port.
  var others: [Marks] { [stray, controls] }

  /// Whether any reset of the run carries a mark that only a stack makes.
  var showsStack: Bool {
    [target, stray, controls].contains {
      !$0.copied.isEmpty || !$0.routeEchoed.isEmpty || !$0.ownLabel.isEmpty
    }
  }

  /// Whether the resets of the target's port carry such a mark themselves.
  var targetShowsStack: Bool { target.copiesReliably || !target.routeEchoed.isEmpty }
}
