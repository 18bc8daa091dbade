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
  var isMixed: Bool { seen.ordinarySYNs.contains { $0.synAck != nil } }

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

  private func pick(_ maker: Maker, _ stack: Double, _ hostFilter: Double, _ device: Double)
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
  /// The hop limit on arrival against that of the host's other answers (FACTS, 3).
  private func weighDistance(_ claim: inout Claim, _ maker: Maker) {
    let replies = Array(traits.target.replies.prefix(4)) + Array(host.replies.prefix(2))
    let mine = traits.target.distances.sorted().map(String.init).joined(separator: ", ")
    let theirs = host.distances.sorted().map(String.init).joined(separator: ", ")
    let source = "RFC 791, section 3.2; FACTS of netfilter: a reject starts with its own hop limit"
    switch host.compare(traits.target.distances) {
    case .same:
      claim.add(
        "same-distance", pick(maker, 1.5, 1.5, -4),
        "the resets come from distance \(mine), as the host's other answers", replies,
        source: source)
    case .nearer:
      claim.add(
        "nearer-than-host", pick(maker, -4, -6, 4.5),
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
  private func weighLadder(_ claim: inout Claim, _ maker: Maker) {
    let ladder = seen.targetLadder
    guard ladder.isExact, let first = ladder.firstAnswer, let answer = ladder.answers[first],
      answer.isReset
    else { return }
    let shown = [answer] + [ladder.routers[first - 1]].compactMap { $0 }
    let source = "Sundara Raman et al., CoNEXT 2022; net/ipv4/ip_forward.c: TTL before the filter"
    if let hostBegins = host.ladder {
      if first < hostBegins {
        claim.add(
          "answers-before-host", pick(maker, -5, -6, 5),
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

  /// The hops of a device that makes these resets, as far as ladder and hop limit agree.
  var hops: ClosedRange<Int>? {
    let distances = traits.target.distances
    return seen.targetLadder.hops(ofDeviceAt: distances.count == 1 ? distances.first : nil)
  }
}

// MARK: - Marks

extension ResetEvidence {
  private static let sendReset = "net/ipv4/tcp_ipv4.c and net/ipv6/tcp_ipv6.c, tcp_v4_send_reset"
  private static let reject =
    "net/ipv4/netfilter/nf_reject_ipv4.c, net/ipv6/netfilter/nf_reject_ipv6.c"

  /// What only a stack does: copy DSCP, fill in record route, label the flow, ask for a key.
  private func weighStackMarks(_ claim: inout Claim, _ maker: Maker) {
    let marks = traits.target
    if marks.copiesReliably {
      claim.add(
        "dscp-copied", pick(maker, 5, -6, -4),
        "the resets carry the DSCP of the probe that drew them, whatever it was", marks.copied,
        source: Self.sendReset)
    } else if !marks.copied.isEmpty, marks.cleared.isEmpty {
      claim.add(
        "dscp-copied", pick(maker, 2.5, -3, -2), "the reset carries the DSCP of its probe",
        marks.copied, source: Self.sendReset)
    }
    if !marks.routeEchoed.isEmpty {
      claim.add(
        "route-echoed", pick(maker, 4, -5, -4),
        "the reset echoes the record-route option of its probe", marks.routeEchoed,
        source: "net/ipv4/ip_options.c, __ip_options_echo")
    }
    if !marks.ownLabel.isEmpty, marks.zeroLabel.isEmpty {
      claim.add(
        "own-flow-label", pick(maker, 3, -4, -3),
        "the resets carry a flow label of their sender's own", marks.ownLabel,
        source: "RFC 6437; net/ipv6/tcp_ipv6.c")
    }
    let unsigned = seen.target("unknown-option-syn").compactMap(\.reset)
    let silence = seen.weightOfSilence(marks.signedSilent, most: 5)
    if silence > 0, marks.signedAnswered.isEmpty, !unsigned.isEmpty {
      claim.add(
        "signature-respected", pick(maker, silence, -silence, -silence),
        "SYNs signed after RFC 2385 draw no reset, SYNs with an unknown option do", unsigned,
        packets: marks.signedSilent.flatMap(\.sent), source: Self.sendReset)
    }
  }

  /// Marks that other resets of the same host carry and those at the target's port do not.
  private func weighDifferences(_ claim: inout Claim, _ maker: Maker) {
    let marks = traits.target
    let copying = traits.others.filter { !$0.copied.isEmpty && $0.rewritten.isEmpty }
    let copied = copying.flatMap(\.copied)
    if marks.cleared.count >= 2, marks.copied.isEmpty, let example = copied.first {
      claim.add(
        "dscp-not-copied", pick(maker, -6, 4, 4),
        "DSCP 0 in these resets, while other resets of the host carry their probe's DSCP",
        Array(marks.cleared.prefix(3)) + [example], source: Self.reject)
    }
    let rewritten = traits.others.flatMap(\.rewritten)
    if marks.cleared.count >= 2, marks.copied.isEmpty, marks.rewritten.isEmpty, copied.isEmpty,
      let example = rewritten.first
    {
      claim.add(
        "dscp-not-copied", pick(maker, -5, 3.5, 3.5),
        "DSCP 0 in these resets, while other resets of the host carry what the path made of it",
        Array(marks.cleared.prefix(3)) + [example], source: Self.reject)
    }
    let echoed = traits.others.flatMap(\.routeEchoed)
    let missing = !marks.routeMissing.isEmpty
    let silence = seen.weightOfSilence(marks.routeSilent, most: 3)
    if marks.routeEchoed.isEmpty, let example = echoed.first, missing || silence > 0 {
      let weight = missing ? 3 : silence
      claim.add(
        "route-not-echoed", pick(maker, -weight - 1, weight, weight),
        "record route is \(missing ? "not echoed here" : "not answered here"), a control port's "
          + "reset echoes it", marks.routeMissing + [example],
        packets: marks.routeSilent.flatMap(\.sent), source: Self.reject)
    }
    let labels = traits.others.flatMap(\.ownLabel)
    if marks.zeroLabel.count >= 2, marks.ownLabel.isEmpty, let example = labels.first {
      claim.add(
        "flow-label-missing", pick(maker, -5, 4, 4),
        "flow label 0 in these resets, while other resets of the host carry one of its own",
        Array(marks.zeroLabel.prefix(3)) + [example], source: Self.reject)
    }
    let respects = seen.weightOfSilence(traits.controls.signedSilent, most: 5)
    if !marks.signedAnswered.isEmpty, respects > 0, traits.controls.signedAnswered.isEmpty,
      !traits.controls.isEmpty
    {
      claim.add(
        "signature-ignored", pick(maker, -respects - 1, respects, respects),
        "a SYN signed after RFC 2385 draws a reset here and none at a control port",
        marks.signedAnswered, packets: traits.controls.signedSilent.flatMap(\.sent),
        source: Self.reject)
    }
  }

  /// Control and target look alike, and no reset carries a stack's marks: a default-deny rule, a
  /// stack that copies nothing, or a path that takes the marks away.
  private func weighDefaultDeny(_ claim: inout Claim, _ maker: Maker) {
    let marks = traits.target
    guard !traits.showsStack else { return }
    guard marks.looksLikeNetfilter else {
      weighOtherStack(&claim, maker)
      return
    }
    let routeEchoes = host.echoes.filter {
      guard case .ipv4(let header) = $0.record.packet.network else { return false }
      return IPv4Option.recordedRoute(in: header.options) != nil
    }
    let silence = seen.weightOfSilence(marks.routeSilent, most: 3)
    if !routeEchoes.isEmpty, !marks.routeMissing.isEmpty || silence > 0 {
      let weight = marks.routeMissing.isEmpty ? silence : 2.5
      claim.add(
        "route-not-echoed", pick(maker, -weight, weight, weight),
        "record route is answered in an echo reply and not echoed by a reset",
        marks.routeMissing + Array(routeEchoes.prefix(1)),
        packets: marks.routeSilent.flatMap(\.sent), source: Self.reject)
    }
    let ownLabels = host.echoes.filter { reply in
      guard case .ipv6(let header) = reply.record.packet.network else { return false }
      let canary = seen.exchanges[reply.record.attempt].attempt.draft.flowLabel
      return header.flowLabel != 0 && header.flowLabel != canary
    }
    if marks.zeroLabel.count >= 2, let example = ownLabels.first {
      claim.add(
        "flow-label-missing", pick(maker, -2, 2, 2),
        "flow label 0 in every reset, while the host's echo reply carries one of its own",
        Array(marks.zeroLabel.prefix(2)) + [example], source: Self.reject)
    }
    if !marks.signedAnswered.isEmpty, !routeEchoes.isEmpty || !ownLabels.isEmpty {
      claim.add(
        "signature-ignored", pick(maker, -2, 2, 2),
        "a SYN signed after RFC 2385 draws a reset, which the stack of Linux never sends",
        marks.signedAnswered, source: Self.reject)
    }
    let copiedEchoes = host.echoes.filter {
      $0.codePoint != 0
        && $0.codePoint == seen.exchanges[$0.record.attempt].attempt.draft.trafficClass & 0xfc
    }
    if let example = copiedEchoes.first, marks.cleared.count >= 2 {
      claim.add(
        "dscp-not-copied", pick(maker, -0.7, 0.7, 0.7),
        "DSCP 0 in every reset although the path keeps it; some stacks do that too",
        Array(marks.cleared.prefix(2)) + [example], source: "FACTS of lwIP and gVisor")
    }
  }

  /// Resets that are alike at every port and have not netfilter's shape: a stack that copies nothing.
  private func weighOtherStack(_ claim: inout Claim, _ maker: Maker) {
    guard let mine = traits.target.replies.first, let other = traits.controls.replies.first,
      mine.shape == other.shape
    else { return }
    // pf and ipfw mark their resets with low delay: sys/net/pf.c, pf_build_tcp.
    if mine.record.packet.network.trafficClass == 0x10 {
      claim.add(
        "low-delay-mark", pick(maker, -1.5, 1.5, 1), "every reset carries type of service 0x10",
        [mine, other], source: "OpenBSD sys/net/pf.c; FreeBSD netpfil/ipfw/ip_fw2.c")
      return
    }
    claim.add(
      "like-control", pick(maker, 3, -1.5, -1.5),
      "the resets are those of closed control ports in every field, and not in netfilter's shape",
      [mine, other], source: "RFC 9293, section 3.5.2")
  }
}

extension Reply {
  /// The fields that a reset maker does not vary.
  struct Shape: Hashable {
    let hopLimit: UInt8
    let window: UInt16
    let dontFragment: Bool?
    let trafficClass: UInt8
    let hasOptions: Bool
  }

  var shape: Shape {
    Shape(
      hopLimit: hopLimit, window: record.packet.tcp?.window ?? 0,
      dontFragment: record.packet.network.dontFragment,
      trafficClass: record.packet.network.trafficClass,
      hasOptions: !(record.packet.tcp?.options.isEmpty ?? true))
  }
}
