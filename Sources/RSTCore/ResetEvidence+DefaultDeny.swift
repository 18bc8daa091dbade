import RSTWire

extension ResetEvidence {
  /// Control and target look alike, and no reset carries a stack's marks: a default-deny rule, a
  /// stack that copies nothing, or a path that takes the marks away.
  func weighDefaultDeny(_ claim: inout Claim, _ maker: Maker) {
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
