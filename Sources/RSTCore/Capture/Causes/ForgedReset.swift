import RSTWire

/// A third party has added a forged reset: the side in whose name it came goes on with the connection,
/// or the reset carries what only our own packets had.
///
/// Weaver, Sommer, Paxson, NDSS 2009; INJECTORS, sections 0 and 1. Nine in ten strange resets are
/// genuine, so that no single oddity is enough.
struct ForgedReset: CauseRule {
  let code = FindingCode.injectedReset

  func claim(_ seen: ResetCase) -> Claim? {
    guard seen.side == .server || seen.isEstablished, !isBehindProxy(seen), !seen.isLateAnswer,
      seen.sender.segments > 0 || seen.refusedSYN != nil || seen.client.opening != nil
        || !seen.afterlife.isEmpty
    else { return nil }
    var claim = Claim(
      code, responder: .injector, phase: seen.phase,
      explanation:
        "A third party on the path added this reset: the \(seen.side.rawValue) in whose name it came "
        + "did not send it. Clients that believe it see `connection reset by peer`.",
      nextStep: "Capture at the \(seen.side.rawValue) too and compare: it never sent this reset.")
    claim.add(
      "most-resets-are-genuine", -3, "most resets are what they seem",
      source: "837 ordinary flows in public captures")
    weighLife(seen, &claim)
    weighDistance(seen, &claim)
    weighCanaries(seen, &claim)
    weighShape(seen, &claim)
    weighSeries(seen, &claim)
    if seen.answersWhatNeverArrived {
      claim.add(
        "answers-what-never-arrived", 5,
        "what it answers had too few hops left to arrive, and a router said so",
        frames: [seen.reset.provocation, seen.segment],
        source: "RFC 792; Sundara Raman et al., CoNEXT 2022")
    }
    // Where another capture shows that somebody beside the path made it, no oddity need carry it.
    if case .between(_, hasProvocationPassed: true, _) = seen.origin { return claim }
    return claim.score > -1 ? claim : nil
  }

  private func weighLife(_ seen: ResetCase, _ claim: inout Claim) {
    if let sign = seen.lifeSign, seen.isExpected {
      claim.add(
        "lives-on", 5,
        "the \(seen.side.rawValue) goes on with what it can only have sent if it had not reset",
        frames: [seen.segment, sign], source: "Weaver, Sommer, Paxson, NDSS 2009")
      return
    }
    guard let first = seen.afterlife.first else { return }
    let isSYNACK = first.isSYNACK
    // What was on its way when a genuine reset was sent arrives before that, unless it was overtaken.
    let isLate = first.moment - seen.segment.moment > .milliseconds(3)
    claim.add(
      "goes-on-afterwards",
      isSYNACK ? (isTheHosts(seen, before: first) ? 0.5 : 3.5) : isLate ? 3 : 1,
      isSYNACK
        ? "the server's SYN ACK comes behind the reset"
        : "the \(seen.side.rawValue) goes on with the connection behind the reset",
      frames: [seen.segment, first], source: "Weaver, Sommer, Paxson, NDSS 2009")
  }

  /// Whether only SYN ACKs came from nearer than the reset: then a device has answered in the host's
  /// name before, as SYN proxies do, and the host itself knows no connection.
  private func isBehindProxy(_ seen: ResetCase) -> Bool {
    guard seen.side == .server, let synAck = seen.sender.opening,
      seen.sender.segments == seen.sender.openings, seen.lifeSign == nil,
      seen.twins.isEmpty, !seen.answersWhatNeverArrived
    else { return false }
    let hops = Distance.suggested(by: seen.segment.hopLimit)
    return hops > Distance.suggested(by: synAck.hopLimit) && hops <= Distance.plausible
  }

  /// Whether a refusal is the host's own for all that shows, so that the SYN ACK is the forged one.
  ///
  /// It copies the SYN's DSCP, or comes from farther away: forgers are on the path.
  private func isTheHosts(_ seen: ResetCase, before synAck: LoggedSegment) -> Bool {
    guard let syn = seen.reset.answered, syn.isSYN else { return false }
    let isCopied =
      syn.trafficClass >> 2 != 0 && syn.trafficClass >> 2 == seen.segment.trafficClass >> 2
    return isCopied
      || Distance.suggested(by: seen.segment.hopLimit) > Distance.suggested(by: synAck.hopLimit)
  }

  private func weighDistance(_ seen: ResetCase, _ claim: inout Claim) {
    let peers = seen.reset.following.filter { $0.side == seen.side && !$0.isReset }
    let later = peers.first { $0.hopLimit != seen.segment.hopLimit }
    let difference =
      seen.hopLimitDifference
      ?? later.map { abs(Int($0.hopLimit) - Int(seen.segment.hopLimit)) }
    guard let difference else { return }
    if difference > 1 {
      claim.add(
        "distance", 2, "its hop limit is \(difference) off what that side sends",
        frames: [seen.sender.last ?? later, seen.segment], source: "INJECTORS, section 2.2")
    } else if difference == 1, seen.sender.opening != nil || seen.isEstablished {
      claim.add(
        "distance", 1, "its hop limit is one off what that side sends",
        frames: [seen.sender.last ?? later, seen.segment], source: "INJECTORS, section 2.2")
    } else if difference == 0 {
      // At the sender's own machine, or beside it: what is forged on the path does not pass here.
      let isUntouched = [64, 128, 255].contains(seen.segment.hopLimit)
      claim.add(
        isUntouched ? "passed-no-router" : "same-distance", isUntouched ? -5.5 : -0.5,
        "its hop limit is that of the side's other segments"
          + (isUntouched ? ", as no router has changed it" : ""),
        frames: [seen.sender.last, seen.segment], source: "INJECTORS, section 2.2")
    }
  }

  /// What a genuine stack never takes from our packets.
  private func weighCanaries(_ seen: ResetCase, _ claim: inout Claim) {
    guard let asked = seen.reset.provocation else { return }
    if let own = seen.segment.identification, own != 0, own == asked.identification {
      claim.add(
        "copies-identification", 3.5, "it copies the identification of the segment that it answers",
        frames: [asked, seen.segment], source: "INJECTORS, section 0: canaries")
    }
    if seen.segment.window != 0, seen.segment.window == asked.window,
      seen.segment.timestamps == nil, !seen.isOfSocket
    {
      claim.add(
        "copies-window", 1.5, "and its window", frames: [asked, seen.segment],
        source: "INJECTORS, section 0: canaries")
    }
  }

  /// What no stack that answers the segment could have sent.
  private func weighShape(_ seen: ResetCase, _ claim: inout Claim) {
    if seen.segment.reserved != 0 {
      claim.add(
        "reserved-bits", 2.5, "reserved bits are set", frames: [seen.segment],
        source: "Weaver, Sommer, Paxson, NDSS 2009")
    }
    if let syn = seen.client.opening, seen.side == .server, seen.sender.segments == 0,
      seen.segment.flags.contains(.acknowledgement), seen.segment.acknowledgement == syn.sequence
    {
      claim.add(
        "acknowledges-no-syn", 2.5, "it acknowledges the SYN's number, not the one behind it",
        frames: [syn, seen.segment], source: "RFC 9293, section 3.10.7.1")
    }
    if seen.hasTakenWhatItAnswers, let asked = seen.reset.answered {
      weighTaken(asked, seen, &claim)
    }
    weighSocketShape(seen, &claim)
    let isGenuineShape = seen.reset.answered != nil || seen.isOfSocket
    if isGenuineShape, !seen.answersWhatNeverArrived, !seen.hasTakenWhatItAnswers,
      seen.afterlife.isEmpty, seen.isFromElsewhere != true
    {
      claim.add(
        "genuine-shape", -2, "it has the shape of a genuine stack's", frames: [seen.segment],
        source: "RFC 9293, section 3.10.7.1")
    }
  }

  private func weighTaken(_ asked: LoggedSegment, _ seen: ResetCase, _ claim: inout Claim) {
    claim.add(
      "answers-what-was-taken", 2.5,
      "it refuses a segment that the \(seen.side.rawValue) has acknowledged",
      frames: [asked, seen.segment], source: "RFC 9293, section 3.10.7.1")
  }

  /// A socket's reset carries timestamps where they were agreed on, on most stacks; those that leave
  /// them out give it a window, but for few: BSD's, netinet/tcp_output.c.
  private func weighSocketShape(_ seen: ResetCase, _ claim: inout Claim) {
    guard seen.segment.flags.contains(.acknowledgement), !seen.segment.flags.contains(.syn),
      seen.sender.opening != nil || seen.isEstablished
    else { return }
    // Whoever refuses a SYN has agreed on nothing.
    if seen.sender.usesTimestamps, seen.segment.timestamps == nil,
      seen.reset.answered?.isSYN != true
    {
      claim.add(
        "nobodys-shape", seen.segment.window == 0 ? 3 : 0.8,
        "it acknowledges as a socket does, without the timestamps that were agreed on",
        frames: [seen.sender.last, seen.segment], source: "RFC 7323, section 3.2")
    }
    if let asked = seen.reset.preceding.last(where: { $0.side != seen.side && !$0.isReset }),
      asked.sequenceLength > 0, seen.segment.sequence == asked.acknowledgement,
      seen.segment.acknowledgement == asked.end, seen.sender.next != seen.segment.sequence,
      let taken = seen.sender.acknowledged, taken.distance(from: asked.end) >= 0
    {
      weighTaken(asked, seen, &claim)
    }
    if seen.isBeforeItsTime {
      claim.add(
        "before-its-time", 1.5,
        "no segment behind the SYN can have reached the server when it was sent",
        frames: [seen.server.opening, seen.client.last, seen.segment],
        source: "RFC 9293, section 3.10.7.4: SYN-RECEIVED")
    }
  }

  /// Several resets that guess at numbers, or bear one and the same identification.
  private func weighSeries(_ seen: ResetCase, _ claim: inout Claim) {
    let others = seen.connection.resets.filter {
      $0.side == seen.side && $0.segment.frame != seen.segment.frame
        && abs(($0.segment.moment - seen.segment.moment).nanoseconds) < 2_000_000_000
    }
    let twins = seen.twins
    if !twins.isEmpty {
      claim.add(
        "same-identification", 2.5, "several resets bear one identification",
        packets: ([seen.segment.frame] + twins.map(\.segment.frame)).sorted(),
        source: "INJECTORS, section 1.2")
    }
    if seen.isFromElsewhere == true, seen.sender.segments > 0, let other = seen.otherSpeakers.first
    {
      claim.add(
        "several-speakers", 2, "a reset from yet another distance comes as well",
        frames: [seen.segment, other.segment], source: "INJECTORS, section 6")
    }
    // The host's own reset of what comes later, from its own distance.
    if seen.isFromElsewhere == true,
      let own = others.first(where: {
        $0.answered != nil && seen.sender.hasHopLimit($0.segment.hopLimit)
      })
    {
      claim.add(
        "own-resets-too", 1.5, "a reset from that side's own distance comes as well",
        frames: [own.segment, seen.segment], source: "INJECTORS, section 2.2")
    }
    let guesses = seen.guesses
    if !guesses.isEmpty {
      claim.add(
        "guesses-numbers", 2, "several resets try different numbers",
        packets: ([seen.segment.frame] + guesses.map(\.segment.frame)).sorted(),
        source: "INJECTORS, section 1.2: RST_SEQ_CHANGE")
    }
  }
}
