import RSTWire

extension FindingCode {
  /// The handshake's last ACK is answered with RST.
  public static let acceptQueueOverflowReset = Self(rawValue: "accept-queue-overflow-reset")
}

/// The last acknowledgement of the handshake draws a bare reset: `tcp_abort_on_overflow`.
///
/// net/ipv4/tcp_minisocks.c, tcp_check_req, listen_overflow. An application that aborts sends RST
/// ACK with its window instead (net/ipv4/tcp_output.c, tcp_send_active_reset).
struct AcceptQueueOverflow: Rule {
  let code = FindingCode.acceptQueueOverflowReset

  func claim(_ seen: Observations) -> Claim? {
    let resets = Self.resets(seen).map(\.reply)
    guard Self.isOverflow(seen) || Self.isUnclear(seen), let first = resets.first else {
      return nil
    }
    var claim = Claim(
      code, port: .overloaded, responder: .host,
      explanation: "The host answers SYN, then resets the last acknowledgement of the handshake: "
        + "its accept queue overflows and tcp_abort_on_overflow is set.",
      nextStep: "On the host see whether ListenOverflows grows, and give the listener a longer "
        + "backlog or a faster accept loop.")
    claim.add(
      "ack-reset", 2, "a bare reset with the number of our acknowledgement, window 0", resets,
      source: "net/ipv4/tcp_minisocks.c, tcp_check_req")
    if Self.isUnclear(seen) {
      claim.add(
        "only-late", -3, "only our FIN drew it: the acknowledgements before may have been lost",
        resets,
        source: "net/ipv4/tcp_minisocks.c, tcp_check_req")
    }
    weighMaker(first, seen, &claim)
    let accepted = seen.allSYNs.compactMap(\.synAck)
    if accepted.contains(where: { $0.distance == first.distance }) {
      claim.add(
        "same-distance", 1, "it comes from where the SYN ACK came from",
        [first] + accepted.prefix(1), source: "RFC 791, section 3.2")
    } else {
      claim.add(
        "other-distance", -4, "it does not come from where the SYN ACK came from",
        [first] + accepted.prefix(1), source: "RFC 791, section 3.2")
    }
    if accepted.contains(where: { $0.record.packet.tcp?.window == 0 }) {
      claim.add(
        "zero-window", -4, "the SYN ACK has window 0: a SYN proxy without a server behind it",
        Array(accepted.prefix(1)), source: "net/netfilter/nf_synproxy_core.c")
    }
    let forged = InjectedReset.exchanges(seen)
    if !forged.isEmpty {
      claim.add(
        "resets-without-ack", -6, "resets come also where we acknowledged nothing",
        forged.flatMap(\.replies).filter(\.isReset).prefix(3).map { $0 },
        source: "Weaver et al., NDSS 2009")
    }
    claim.occurrences = .init(
      count: resets.count, total: seen.handshakes.count { $0.synAck != nil })
    return claim
  }

  /// The host's kernel copies DSCP from our acknowledgement; a filter, an injector or a balancer that
  /// sends such a reset may not.
  private func weighMaker(_ reset: Reply, _ seen: Observations, _ claim: inout Claim) {
    let canary = seen.exchanges[reset.record.attempt].attempt.draft.trafficClass & 0xfc
    let traits = ResetTraits(seen)
    if canary != 0, reset.codePoint == canary {
      claim.add(
        "dscp-copied", 2.5, "the reset carries the DSCP of our acknowledgement", [reset],
        source: ResetEvidence.sendReset)
    } else if canary != 0, traits.others.contains(where: { !$0.copied.isEmpty }) {
      claim.add(
        "dscp-not-copied", -4,
        "other resets of the host carry their probe's DSCP, this one does not",
        [reset] + traits.others.flatMap(\.copied).prefix(1), source: ResetEvidence.reject)
    }
    let doubled = seen.target("stray-ack", "ladder-ack").filter {
      Set($0.replies.filter(\.isReset).map(\.shape)).count >= 2
    }
    if !doubled.isEmpty {
      claim.add(
        "doubled-resets", -4, "a stray ACK draws two different resets: somebody else resets too",
        doubled.flatMap(\.replies), source: "Weaver et al., NDSS 2009")
    }
  }

  /// The bare resets of the handshakes that we completed, and whether each came before our FIN left.
  ///
  /// After an application's abort the host resets our FIN like that too, as it does with whatever it
  /// knows no connection for; but then an earlier reset came, with ACK.
  private static func resets(_ seen: Observations) -> [(reply: Reply, isEarly: Bool)] {
    seen.handshakes.compactMap { exchange in
      guard let synAck = exchange.synAck?.record.packet.tcp,
        let reply = exchange.afterHandshake.first(where: {
          $0.record.packet.tcp?.flags.contains(.reset) ?? false
        }), let header = reply.record.packet.tcp, header.flags == .reset,
        header.sequence == synAck.sequence + 1, header.window == 0
      else { return nil }
      let farewell = exchange.sent.lazy.map { seen.packets[$0] }.first {
        $0.packet.tcp?.flags.contains(.fin) ?? false
      }
      return (reply, farewell.map { reply.record.moment < $0.moment } ?? true)
    }
  }

  /// Whether handshakes that we completed were reset like that, one at least before our FIN, and none
  /// of them stood: where our ACK was lost the FIN draws the reset, where the reset was, nothing comes.
  static func isOverflow(_ seen: Observations) -> Bool {
    resets(seen).contains(where: \.isEarly) && !isRefuted(seen)
  }

  /// Whether handshakes were reset only when our FIN came.
  ///
  /// Either our ACKs were lost before a full
  /// queue, or the application has dropped the connection without a word. More handshakes tell.
  static func isUnclear(_ seen: Observations) -> Bool {
    let resets = resets(seen)
    return !resets.isEmpty && (resets.count < 3 || seen.hasSeenLoss)
      && !resets.contains(where: \.isEarly) && !isRefuted(seen)
  }

  /// Whether a handshake stood, or ended otherwise than by a bare reset.
  private static func isRefuted(_ seen: Observations) -> Bool {
    let bare = resets(seen).map(\.reply.record.attempt)
    return seen.handshakes.contains { exchange in
      exchange.acknowledgedGoodbye != nil
        || !exchange.afterHandshake.isEmpty && !bare.contains(exchange.attempt.id)
    }
  }
}
