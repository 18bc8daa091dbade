import RSTWire

/// A side asks by keep-alives whether the other is there, hears nothing, and resets.
///
/// RFC 1122, section 4.2.3.6; net/ipv4/tcp_timer.c, tcp_keepalive_timer.
struct KeepAliveCause: CauseRule {
  let code = FindingCode.keepAliveReset

  func claim(_ seen: ResetCase) -> Claim? {
    let probes = seen.unheardKeepAlives
    guard probes.count > 1, let last = probes.last, seen.reset.continuesSender,
      seen.segment.flags.contains(.acknowledgement)
    else { return nil }
    var claim = Claim(
      code, responder: seen.maker, phase: .idle,
      explanation:
        "The \(seen.side.rawValue) asked by keep-alives whether the other side was there, got no "
        + "answer, and reset. Its application sees `connection timed out`.",
      nextStep: "See what became of the other side: gone, or cut off by a device between?")
    let hasAnswers = seen.reset.preceding.contains {
      $0.side != seen.side && $0.moment > last.moment
    }
    claim.add(
      "unanswered-keep-alives", min(4 + 0.75 * Double(probes.count), 7),
      hasAnswers
        ? "\(probes.count) keep-alives were answered here, and by what it echoes it got no answer"
        : "\(probes.count) keep-alives drew nothing",
      frames: probes + [seen.segment],
      source: hasAnswers ? "RFC 7323, section 4.3" : "RFC 1122, section 4.2.3.6")
    let interval = last.moment - probes[probes.count - 2].moment
    let wait = seen.segment.moment - last.moment
    if wait > interval * 0.75, wait < interval * 1.25 {
      claim.add(
        "when-the-next-was-due", 1, "it comes when the next keep-alive was due",
        frames: [last, seen.segment], source: "net/ipv4/tcp_timer.c, tcp_keepalive_timer")
    }
    if seen.isFromElsewhere == true {
      claim.add(
        "distance", -2, "its hop limit is not that of the keep-alives",
        frames: [last, seen.segment],
        source: "INJECTORS, section 2.2: hop limits")
    }
    seen.weighAfterlife(&claim)
    return claim
  }
}

extension ResetCase {
  /// The keep-alives that are the last its sender sent, as far as it had no answer to them: none was
  /// captured, or what the sender echoes shows that it got none.
  ///
  /// A keep-alive is one octet or none before what comes next: RFC 9293, section 3.8.4.
  var unheardKeepAlives: [LoggedSegment] {
    guard let next = sender.next else { return [] }
    let own = reset.preceding.filter { $0.side == side && !$0.isReset }
    let first = own.lastIndex {
      $0.length > 1 || !$0.flags.isDisjoint(with: [.syn, .fin]) || $0.sequence != next - 1
    }
    return own[(first.map { $0 + 1 } ?? 0)...].filter { probe in
      reset.preceding.allSatisfy {
        $0.side == side || $0.moment <= probe.moment || wasMissed($0)
      }
    }
  }

  /// Whether the sender never got a segment of the other side: it echoes an older timestamp later.
  ///
  /// RFC 7323, section 4.3.
  private func wasMissed(_ answer: LoggedSegment) -> Bool {
    let later = reset.preceding.filter { $0.side == side && $0.moment > answer.moment } + [segment]
    guard let value = answer.timestamps?.value,
      let echo = later.last(where: { $0.timestamps != nil })?.timestamps?.echo
    else { return false }
    return Int32(bitPattern: value &- echo) > 0
  }
}
