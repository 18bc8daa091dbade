import RSTWire

/// The evidence that separates the three makers of a reset: the host's stack, a packet filter on
/// the host, a device before it.
///
/// Each of their rules weighs the same observations.
struct ResetEvidence: Sendable {
  /// Who may have made the resets at the target's port.
  enum Maker: Hashable, Sendable {
    case stack
    case hostFilter
    case device
  }

  let seen: Observations
  let traits: ResetTraits
  let host: HostReference

  init(_ seen: Observations) {
    self.seen = seen
    traits = ResetTraits(seen)
    host = HostReference(seen, traits)
  }

  /// The resets that answer ordinary SYNs where no SYN ACK came beside them.
  var ordinary: [Reply] {
    seen.allSYNs.filter { $0.synAck == nil }.compactMap(\.reset)
  }

  /// Whether other flows of the same SYN complete a handshake.
  var isMixed: Bool { seen.isAcceptedSomewhere }

  /// Whether forged resets come beside SYN ACKs: then a lone reset is one whose SYN ACK was lost.
  var isInjected: Bool { !InjectedReset.exchanges(seen).isEmpty }

  /// A claim for one maker with everything that the observations say for and against it.
  func claim(_ code: FindingCode, _ maker: Maker, explanation: String, nextStep: String) -> Claim? {
    let resets = ordinary
    guard !resets.isEmpty, !isInjected else { return nil }
    let (port, responder): (PortState, Responder) =
      switch maker {
      case .stack: (.closed, .host)
      case .hostFilter: (.rejected, .hostFirewall)
      case .device: (.rejected, .networkDevice)
      }
    var claim = Claim(
      code, port: isMixed ? nil : port, responder: responder, explanation: explanation,
      nextStep: nextStep)
    claim.isPartial = isMixed
    let flows = seen.ordinarySYNs.filter { !$0.replies.isEmpty || $0.isSilent }
    claim.occurrences = .init(count: flows.count { $0.reset != nil }, total: flows.count)
    claim.add(
      "reset-to-syn", 1, "\(resets.count) SYNs drew a reset", Array(resets.prefix(3)),
      source: "RFC 9293, section 3.5.2")
    weighDistance(&claim, maker)
    weighLadder(&claim, maker)
    weighStackMarks(&claim, maker)
    weighDifferences(&claim, maker)
    weighDefaultDeny(&claim, maker)
    return claim
  }

  func pick(_ maker: Maker, _ stack: Double, _ hostFilter: Double, _ device: Double)
    -> Double
  {
    switch maker {
    case .stack: stack
    case .hostFilter: hostFilter
    case .device: device
    }
  }
}

// MARK: - Distance

extension ResetEvidence {
  /// The hop limit on arrival against that of the host's other answers.
  func weighDistance(_ claim: inout Claim, _ maker: Maker) {
    let replies = Array(traits.target.replies.prefix(4)) + Array(host.replies.prefix(2))
    let mine = traits.target.distances.sorted().map(String.init).joined(separator: ", ")
    let theirs = host.distances.sorted().map(String.init).joined(separator: ", ")
    let source = "RFC 791, section 3.2; net/ipv4/netfilter/nf_reject_ipv4.c: a hop limit of its own"
    if host.isAnotherMachine(traits.target) {
      claim.add(
        "other-initial-hop-limit", pick(maker, 0, -5, -1),
        "the resets started with another hop limit than the host's other resets: another machine",
        replies, source: "net/ipv4/netfilter/nf_reject_ipv4.c, ip4_dst_hoplimit")
      return
    }
    // Echo and TCP may start differently, and one hop of difference is common.
    let isWeak =
      host.isEchoAlone && host.gap(to: traits.target.distances) <= 1
      && !traits.target.looksLikeNetfilter
    switch host.compare(traits.target.distances) {
    case .same:
      claim.add(
        "same-distance", pick(maker, 1.5, 1.5, -0.4),
        "the resets come from distance \(mine), as the host's other answers", replies,
        source: source)
    case .nearer:
      claim.add(
        "nearer-than-host", isWeak ? pick(maker, -0.2, -0.5, 0.3) : pick(maker, -4, -6, 4.5),
        "the resets come from distance \(mine), the host's other answers from \(theirs)", replies,
        source: source)
    case .farther:
      claim.add(
        "farther-than-host", pick(maker, -0.5, -3, -4),
        "the resets come from distance \(mine), the host's other answers from \(theirs)", replies,
        source: source)
    case .unknown:
      break
    }
  }

  /// Where on the way the answering begins.
  func weighLadder(_ claim: inout Claim, _ maker: Maker) {
    let ladder = seen.targetLadder
    weighFollowing(ladder, &claim, maker)
    guard ladder.isExact, let first = ladder.firstAnswer, let answer = ladder.answers[first],
      answer.isReset
    else { return }
    let shown = [answer] + [ladder.routers[first - 1]].compactMap { $0 }
    let source = "Sundara Raman et al., CoNEXT 2022; net/ipv4/ip_forward.c: TTL before the filter"
    if let hostBegins = host.ladder {
      if first < hostBegins {
        claim.add(
          "answers-before-host",
          host.isEchoAlone && hostBegins - first <= 1 && !traits.target.looksLikeNetfilter
            ? pick(maker, -0.2, -0.5, 0.3) : pick(maker, -5, -6, 5),
          "resets begin at hop limit \(first), the host answers from \(hostBegins) on", shown,
          source: source)
      } else if first == hostBegins {
        claim.add(
          "answers-with-host", pick(maker, 0.5, 0.5, 0),
          "resets begin at hop limit \(first), where the host begins to answer", shown,
          source: source)
      }
    }
    // A forwarding device answers at hop limit n + 1 from distance n; a host on a symmetric path
    // begins to answer where it is. Without the host's own answers to compare with, this is weak,
    // unless no router at all lowered the hop limit of the answer.
    if host.compare(traits.target.distances) == .unknown, host.distances.isEmpty,
      answer.distance == first - 1
    {
      claim.add(
        "answers-from-before", pick(maker, -1, -1, answer.distance == 1 ? 2.5 : 1),
        "the reset at hop limit \(first) comes from distance \(answer.distance)", shown,
        source: source)
    }
  }

  /// Hop limits on arrival that follow those of the probes: no stack takes its own from ours, devices
  /// that build the reset from our packet do.
  private func weighFollowing(_ ladder: Ladder, _ claim: inout Claim, _ maker: Maker) {
    let rungs = ladder.answers.filter(\.value.isReset).sorted { $0.key < $1.key }
    let following = zip(rungs, rungs.dropFirst()).filter { near, far in
      abs(Int(far.value.hopLimit) - Int(near.value.hopLimit)) == far.key - near.key
    }
    guard following.count >= 2, following.count == rungs.count - 1 else { return }
    claim.add(
      "hop-limit-follows", pick(maker, -8, -6, 5),
      "the hop limit of the resets follows that of our probes", rungs.map(\.value),
      source: "Snort 3, src/packet_io/active.cc; CenTrace, TERMINATING_TTL_PAST_CONTROL")
  }

  /// The hops of a device that makes these resets, as far as ladder and hop limit agree.
  ///
  /// Some devices start with 63 or the like; netfilter's shape, and a hop limit that nothing has
  /// lowered, leave no doubt.
  var hops: ClosedRange<Int>? {
    let distances = traits.target.distances
    let isSure = traits.target.looksLikeNetfilter || distances == [1]
    return seen.targetLadder.hops(
      ofDeviceAt: isSure && distances.count == 1 ? distances.first : nil,
      from: seen.targetLadder.begins)
  }
}
