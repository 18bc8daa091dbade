import RSTWire

extension ResetEvidence {
  static let sendReset = "net/ipv4/tcp_ipv4.c and net/ipv6/tcp_ipv6.c, tcp_v4_send_reset"
  static let reject =
    "net/ipv4/netfilter/nf_reject_ipv4.c, net/ipv6/netfilter/nf_reject_ipv6.c"

  /// What only a stack does: copy DSCP, fill in record route, label the flow, ask for a key.
  func weighStackMarks(_ claim: inout Claim, _ maker: Maker) {
    let marks = traits.target
    if host.isContested {
      claim.add(
        "marks-contested", pick(maker, -1, -1, 0),
        "resets with a stack's marks come from nearer than the host's echo replies",
        Array(marks.replies.prefix(2)) + Array(host.echoes.prefix(1)),
        source: "Snort 3, src/packet_io/active.cc: copies DSCP too")
      return
    }
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
    // Weak alone: a device on the way may drop the option for all ports alike.
    let silence = seen.weightOfSilence(marks.signedSilent, most: 1.5)
    if silence > 0, marks.signedAnswered.isEmpty, !unsigned.isEmpty {
      claim.add(
        "signature-respected", pick(maker, silence, -silence, -silence),
        "SYNs signed after RFC 2385 draw no reset, SYNs with an unknown option do", unsigned,
        packets: marks.signedSilent.flatMap(\.sent), source: Self.sendReset)
    }
  }

  /// Marks that other resets of the same host carry and those at the target's port do not.
  ///
  /// They speak for a filter only where the resets look like one's: another machine behind address
  /// translation may lack the marks of this host as well.
  func weighDifferences(_ claim: inout Claim, _ maker: Maker) {
    guard !host.isAnotherMachine(traits.target) || traits.target.isSurelyOfFilter else { return }
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
}
