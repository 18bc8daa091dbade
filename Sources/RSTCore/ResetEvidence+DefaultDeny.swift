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
    // DSCP 0 is a mark only on a path that keeps DSCP, and echo shows that.
    let kept = host.echoes.filter {
      $0.codePoint != 0
        && $0.codePoint == seen.exchanges[$0.record.attempt].attempt.draft.trafficClass & 0xfc
    }
    guard let example = kept.first, marks.cleared.count >= 2 else { return }
    claim.add(
      "no-dscp-in-any-reset", pick(maker, -0.7, 0.7, 0.7),
      "DSCP 0 in every reset although the path keeps it; some stacks do that too",
      Array(marks.cleared.prefix(2)) + [example],
      source: "lwIP, src/core/tcp_out.c; gVisor, pkg/tcpip: resets with TOS 0")
    weighRoute(&claim, maker)
    weighLabel(&claim, maker)
  }

  /// Record route, filled in by echo replies and not echoed by any reset.
  private func weighRoute(_ claim: inout Claim, _ maker: Maker) {
    let marks = traits.target
    let echoes = host.echoes.filter {
      guard case .ipv4(let header) = $0.record.packet.network else { return false }
      return IPv4Option.recordedRoute(in: header.options) != nil
    }
    guard let example = echoes.first else { return }
    let silence = seen.weightOfSilence(marks.routeSilent, most: 3)
    let weight = marks.routeMissing.isEmpty ? silence : 2.5
    claim.add(
      "no-route-in-any-reset", pick(maker, -weight, weight, weight),
      "record route is answered in an echo reply and not echoed by a reset",
      marks.routeMissing + [example], packets: marks.routeSilent.flatMap(\.sent),
      source: Self.reject)
    weighSignature(&claim, maker)
  }

  /// The flow label of RFC 6437, set in echo replies and not in any reset.
  private func weighLabel(_ claim: inout Claim, _ maker: Maker) {
    let marks = traits.target
    let labelled = host.echoes.filter { reply in
      guard case .ipv6(let header) = reply.record.packet.network else { return false }
      let canary = seen.exchanges[reply.record.attempt].attempt.draft.flowLabel
      return header.flowLabel != 0 && header.flowLabel != canary
    }
    guard marks.zeroLabel.count >= 2, let example = labelled.first else { return }
    claim.add(
      "no-label-in-any-reset", pick(maker, -2, 2, 2),
      "flow label 0 in every reset, while the host's echo reply carries one of its own",
      Array(marks.zeroLabel.prefix(2)) + [example], source: Self.reject)
    weighSignature(&claim, maker)
  }

  /// A host that looks like Linux in its echo replies would not reset a signed SYN.
  private func weighSignature(_ claim: inout Claim, _ maker: Maker) {
    let answered = traits.target.signedAnswered
    guard !answered.isEmpty else { return }
    claim.add(
      "signature-ignored-everywhere", pick(maker, -2, 2, 2),
      "a SYN signed after RFC 2385 draws a reset, which the stack of Linux never sends", answered,
      source: Self.reject)
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
    // Two ports alike only say that one box answers both. A window of its own is what no filter
    // sends: they send 0, or the probe's.
    guard mine.shape.window != 0, !seen.echoesWindow(mine), !seen.echoesWindow(other) else {
      return
    }
    claim.add(
      "like-control", pick(maker, 3, -1.5, -1.5),
      "the resets are those of closed control ports in every field, with a window of their own",
      [mine, other], source: "RFC 9293, section 3.5.2")
  }
}

extension Observations {
  /// Whether a reply carries the window of its probe.
  func echoesWindow(_ reply: Reply) -> Bool {
    exchanges[reply.record.attempt].attempt.draft.segment?.window == reply.record.packet.tcp?.window
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
