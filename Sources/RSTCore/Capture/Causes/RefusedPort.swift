import RSTWire

/// A SYN is refused by a reset, as a stack does where nobody listens.
///
/// RFC 9293, section 3.10.7.1. A packet filter that rejects looks the same but for its distance and for
/// what it copies: net/ipv4/netfilter/nf_reject_ipv4.c.
struct RefusedPort: CauseRule {
  let code = FindingCode.closedPort

  func claim(_ seen: ResetCase) -> Claim? {
    guard let syn = seen.refusedSYN else { return nil }
    var claim = Claim(
      code, responder: .host,
      explanation:
        "Nobody listens on this port: the host refuses the connection. The client sees `connection "
        + "refused`. A filter that rejects with a reset can look the same.",
      nextStep: "On the host: ss -ltn. From here: rstprobe HOST:PORT tells the host from a filter.")
    claim.add(
      "refuses-the-syn", 1.8, "the reset acknowledges the SYN, and nothing else was sent",
      frames: [syn, seen.segment], source: "RFC 9293, section 3.10.7.1")
    seen.weighDistance(&claim, same: 0.8, other: -4)
    seen.weighCopy(&claim, copied: 2, cleared: -4)
    seen.weighAcceptance(&claim)
    seen.weighOtherSYNs(&claim)
    seen.weighStrangeness(&claim)
    if seen.connection.predecessor?.closed != nil {
      claim.add(
        "was-open-before", -1.5, "the same endpoints had a connection a while before",
        frames: [syn], source: "RFC 9293, section 3.6.1")
    }
    return claim
  }
}

extension ResetCase {
  /// The SYN that it refuses, where the server has sent nothing else before.
  var refusedSYN: LoggedSegment? {
    guard side == .server, sender.segments == 0, let syn = reset.answered, syn.flags.contains(.syn)
    else { return nil }
    return syn
  }

  /// Whether it came from where the port's SYN ACKs come from, or the host's: ports may be translated
  /// to several machines, so that another port's distance says less.
  func weighDistance(_ claim: inout Claim, same: Double, other: Double) {
    // What another capture proves says nothing of distances.
    guard let isElsewhere = isFromElsewhere, !isProvenBetween || isAtAnotherDistance else { return }
    let isOwn = !host.hopLimits.isEmpty
    claim.add(
      "distance", isElsewhere ? (port == nil ? other * 0.75 : other) : isOwn ? same : 0,
      "hop limit \(segment.hopLimit); the \(port == nil ? "host" : "port")'s other segments come with "
        + baseline.all.map { "\($0.hopLimit)" }.joined(separator: ", "), frames: [segment],
      source: "FACTS: arrival hop limits")
  }

  /// Whether the reset copies the SYN's DSCP, as Linux's stack does and its filter does not.
  func weighCopy(_ claim: inout Claim, copied: Double, cleared: Double) {
    guard let syn = reset.answered, syn.trafficClass >> 2 != 0 else { return }
    let isKnown = host.copiesTrafficClass
    if segment.trafficClass >> 2 == syn.trafficClass >> 2, isKnown || !host.hasOtherClass {
      claim.add(
        "copies-dscp", copied, "the reset copies the SYN's DSCP \(syn.trafficClass >> 2)",
        frames: [syn, segment], source: "net/ipv4/tcp_ipv4.c, tcp_v4_send_reset")
    } else {
      // Only where the host is known to copy it: other stacks and paths clear it as well.
      claim.add(
        "copies-no-dscp", isKnown ? cleared : min(cleared * 0.6, 0),
        isKnown
          ? "it does not copy the SYN's DSCP, and other refusals of this host copy theirs"
          : "it is not known to copy the SYN's DSCP: filters do not",
        frames: [syn, segment], source: "net/ipv4/netfilter/nf_reject_ipv4.c")
    }
  }

  /// A SYN ACK behind it: the host has accepted what seems refused.
  func weighAcceptance(_ claim: inout Claim) {
    guard let synAck = reset.following.first(where: { $0.side == side && $0.isSYNACK }) else {
      return
    }
    claim.add(
      "accepted-after-all", -6, "the host accepts the same SYN afterwards", frames: [synAck],
      source: "RFC 9293, section 3.10.7.2")
  }

  /// The port accepts other SYNs: whoever refuses this one has a reason of its own, such as odd flags,
  /// or is a third party.
  func weighOtherSYNs(_ claim: inout Claim) {
    guard let port, let asked = reset.answered else { return }
    if port.isContradicted, asked.isPlainSYN {
      claim.add(
        "accepts-what-is-refused", -5, "the port has accepted SYNs that were refused as well",
        frames: [asked, segment], source: "RFC 9293, section 3.10.7.2")
      return
    }
    let isBetween = port.first < segment.moment && port.last > segment.moment
    guard isBetween || !asked.isPlainSYN else { return }
    claim.add(
      "accepts-others", -5,
      asked.isPlainSYN
        ? "the port accepts other SYNs, before this one and after it"
        : "the port accepts SYNs without such flags", frames: [asked, segment],
      source: "RFC 9293, section 3.10.7.2")
  }

  /// Whether it comes from where nothing but a third party's resets comes, or from nowhere at all.
  func weighStrangeness(_ claim: inout Claim) {
    if Distance.suggested(by: segment.hopLimit) > Distance.plausible
      || host.refusalShapeHopLimits.all.count > 2
    {
      claim.add(
        "no-stacks-distance", -4,
        "its hop limit \(segment.hopLimit) is none that a stack begins with",
        frames: [segment], source: "INJECTORS, section 3: initial values")
    }
    if host.strangeHopLimits.contains(segment.hopLimit) {
      claim.add(
        "a-third-partys-distance", -5,
        "resets with this hop limit refuse what the host accepts elsewhere", frames: [segment],
        source: "Weaver, Sommer, Paxson, NDSS 2009")
    }
  }
}
