import RSTWire

extension FindingCode {
  /// A device between does not know the connection, and resets it.
  public static let middleboxForgot = Self(rawValue: "middlebox-forgot")
}

/// A segment is reset as by somebody who knows no such connection: the host, or a device between that
/// has forgotten it.
///
/// RFC 9293, section 3.10.7.1: the reset's number is what the segment acknowledges.
struct UnknownConnection: CauseRule {
  let code: FindingCode

  func claim(_ seen: ResetCase) -> Claim? {
    guard seen.isEstablished || seen.sender.segments == 0 || !seen.earlier.isEmpty,
      seen.sender.fin == nil || !seen.earlier.isEmpty,
      let asked = seen.reset.answered, !asked.isSYN,
      !asked.isSYNACK || !seen.earlier.isEmpty
    else { return nil }
    let isDevice = code == .middleboxForgot
    // Who lets a connection go that one side has reset has forgotten nothing.
    guard !isDevice || !seen.earlier.contains(where: { $0.side != seen.side }) else { return nil }
    // Only what the side itself has sent on this connection shows that somebody else speaks here; and
    // who has just let the handshake through has not forgotten it.
    guard !isDevice || seen.isFromElsewhere == true && seen.sender.segments > 0 && !seen.isYoung
    else { return nil }
    guard !isDevice || !isOfOthers(seen) else { return nil }
    var claim = Claim(
      code, responder: isDevice ? .networkDevice : .host, phase: seen.phase,
      explanation: isDevice
        ? "A device between does not know this connection any more, or never saw it, and resets what "
          + "comes for it. Both ends may still have it; the sender sees `connection reset by peer`."
        : "The host does not know this connection any more: its process or the host itself was "
          + "restarted, or it had reset it before. The sender sees `connection reset by peer`.",
      nextStep: isDevice
        ? "Look at the timeouts and restarts of firewalls, NAT and load balancers on the path."
        : "Look for a restart of the service or the host before this moment.")
    claim.add(
      "knows-no-connection", isDevice ? 1 : 1.5,
      "the reset carries the number that the segment acknowledged, and acknowledges nothing",
      frames: [asked, seen.segment], source: "RFC 9293, section 3.10.7.1")
    if let difference = seen.hopLimitDifference {
      claim.add(
        "distance", isDevice ? (difference > 1 ? 3 : 1.5) : (difference == 0 ? 1 : -4),
        "hop limit \(seen.segment.hopLimit), \(difference) from the nearest that it sent before",
        frames: [seen.sender.last, seen.segment], source: "INJECTORS, section 2.2: hop limits")
    }
    if let earlier = seen.earlier.last(where: { $0.side == seen.side }) {
      claim.add(
        "had-reset-before", isDevice ? 0 : 1.5, "it had reset the connection before",
        frames: [earlier.segment], source: "RFC 9293, section 3.10.7.1")
    } else if let earlier = seen.earlier.last {
      claim.add(
        "was-reset-before", isDevice ? 0 : 1.5, "the connection had been reset towards it before",
        frames: [earlier.segment], source: "RFC 9293, section 3.10.7.1")
    }
    if isDevice {
      weighWhatPasses(seen, &claim)
    } else {
      seen.weighReach(&claim)
    }
    seen.weighAfterlife(&claim)
    return claim
  }

  /// Whether such resets come from others as well: from the host's own sockets, or from a filter, since
  /// what was forgotten may be opened again, and who refuses that has not merely forgotten.
  ///
  /// net/ipv4/tcp_output.c, tcp_send_active_reset.
  private func isOfOthers(_ seen: ResetCase) -> Bool {
    let refusals = seen.host.refusals[seen.connection.server.port]
    return seen.host.socketHopLimits.contains(seen.segment.hopLimit)
      || refusals?.contains(seen.segment.hopLimit) == true
  }

  /// Who has forgotten a connection refuses all of it.
  private func weighWhatPasses(_ seen: ResetCase, _ claim: inout Claim) {
    if let later = seen.passesAfterwards {
      claim.add(
        "passes-afterwards", -4, "what is sent later is passed on and answered",
        frames: [seen.segment, later], source: "net/netfilter/nf_conntrack_proto_tcp.c")
    }
    seen.weighTaking(&claim)
  }
}

extension ResetCase {
  /// A device that refuses a segment does not pass it on, and sends one reset for it.
  func weighTaking(_ claim: inout Claim) {
    if hasTakenWhatItAnswers {
      claim.add(
        "answers-what-was-taken", -5, "the \(side.rawValue) has acknowledged what it answers",
        frames: [reset.answered, segment], source: "RFC 9293, section 3.10.7.1")
    }
    if let other = otherSpeakers.first {
      claim.add(
        "several-speakers", -4, "a reset from yet another distance comes as well",
        frames: [segment, other.segment], source: "INJECTORS, section 6")
    }
    if !guesses.isEmpty {
      claim.add(
        "guesses-numbers", -4, "several resets try different numbers",
        packets: ([segment.frame] + guesses.map(\.segment.frame)).sorted(),
        source: "INJECTORS, section 1.2: RST_SEQ_CHANGE")
    }
  }

  /// What no device forgets meanwhile.
  static let memory = Duration.seconds(1)

  /// Whether the handshake has only just passed.
  fileprivate var isYoung: Bool {
    guard let synAck = sender.opening, sender.segments == sender.openings else { return false }
    return segment.moment - synAck.moment < Self.memory
  }
}
