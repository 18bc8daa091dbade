import RSTWire

/// A SYN is refused by a packet filter, on the host itself or on a device before it; such a device may
/// refuse what belongs to no connection as well.
///
/// The filter's reset begins with its own machine's hop limit, and copies no DSCP:
/// net/ipv4/netfilter/nf_reject_ipv4.c, measured in the lab.
struct FilterReset: CauseRule {
  let code: FindingCode

  private var isOnHost: Bool { code == .hostFirewallReset }

  func claim(_ seen: ResetCase) -> Claim? {
    guard let asked = seen.refusedSYN ?? (isOnHost ? nil : seen.rejectedStray) else { return nil }
    let isElsewhere = seen.isFromElsewhere
    var claim = Claim(
      code, responder: isOnHost ? .hostFirewall : .networkDevice,
      explanation: isOnHost
        ? "A packet filter on the host refuses the connection with a reset. The client sees "
          + "`connection refused`."
        : "A device before the host refuses the connection with a reset. The client sees "
          + "`connection refused`.",
      nextStep: "rstprobe HOST:PORT finds the hop of the filter; then look at its rules.")
    claim.add(
      "refuses-the-syn", 0.2,
      asked.isSYN
        ? "the reset acknowledges the SYN, and nothing else was sent"
        : "it refuses a segment that no host behind it has refused",
      frames: [asked, seen.segment], source: "RFC 9293, section 3.10.7.1")
    if isOnHost {
      guard isElsewhere == false else { return nil }
      seen.weighDistance(&claim, same: 0.5, other: 0)
      // Of 155 in the lab 137 were the host's own filter's: a device may take over the host's distance.
      seen.weighCopy(&claim, copied: -4, cleared: 2.5)
    } else {
      guard
        isElsewhere == true && (seen.isAtAnotherDistance || seen.isProvenBetween)
          || isElsewhere == false && seen.isRefusedOnTheWay
      else { return nil }
      // What follows tells whether others than the host's stack answer in its name.
      seen.weighDistance(&claim, same: 0, other: 3.5)
      seen.weighCopy(&claim, copied: -4, cleared: 1)
      if seen.isFromBeyond {
        claim.add(
          "beyond-the-host", -2.5, "its hop limit suggests a place behind the host, not before it",
          frames: [seen.segment], source: "INJECTORS, section 3: initial values")
      }
    }
    if seen.isRefusedOnTheWay {
      claim.add(
        "refused-on-the-way", isOnHost ? -6 : 5,
        "SYNs to this port are refused whose hop limits end before the host that the refusals seem to "
          + "come from", frames: [asked, seen.segment], source: "RFC 791, section 3.1: time to live"
      )
    }
    seen.weighAcceptance(&claim)
    if asked.flags.contains(.syn) {
      seen.weighOtherSYNs(&claim)
    } else {
      seen.weighTaking(&claim)
      if seen.isRefusedThere {
        claim.add(
          "refuses-all", 2, "connections to the same port are refused between the two as well",
          frames: [asked, seen.segment], source: "the comparison of two captures")
      }
    }
    seen.weighStrangeness(&claim)
    return claim
  }
}

extension ResetCase {
  /// Whether somebody nearer than the port's host refuses its SYNs with a hop limit as if from there.
  fileprivate var isRefusedOnTheWay: Bool {
    side == .server && host.portsRefusedOnTheWay.contains(connection.server.port)
  }

  /// Whether it seems to come from farther away than all that it is compared with.
  fileprivate var isFromBeyond: Bool {
    let hops = Distance.suggested(by: segment.hopLimit)
    return baseline.all.allSatisfy { Distance.suggested(by: $0.hopLimit) < hops }
  }

  /// The segment that it refuses, where that belongs to no connection and the same device refuses SYNs
  /// for this host, or where it is the first one behind a SYN ACK that came from farther or nearer.
  fileprivate var rejectedStray: LoggedSegment? {
    // A filter's reset has no window: net/ipv4/netfilter/nf_reject_ipv4.c.
    guard side == .server, segment.window == 0, let asked = reset.answered,
      !asked.flags.contains(.syn)
    else { return nil }
    if sender.segments == 0, isRefusedThere { return asked }
    guard sender.segments > 0 else {
      let isKnown = host.refusalHopLimits.contains(segment.hopLimit)
      return !connection.hasBeginning && isKnown ? asked : nil
    }
    // It lets the connection stand, and refuses single segments of it.
    if passesAfterwards != nil { return asked.sequenceLength > 0 ? asked : nil }
    guard let synAck = sender.opening, synAck.end == asked.acknowledgement,
      sender.segments == sender.openings, segment.moment - synAck.moment < Self.memory
    else { return nil }
    return asked
  }

  /// Whether another capture shows that connections to the same port are refused between the two, and
  /// that what the reset answers did not pass either.
  fileprivate var isRefusedThere: Bool {
    guard case .between(_, let hasPassed, isRefusedThere: true) = origin else { return false }
    return hasPassed != true
  }
}
