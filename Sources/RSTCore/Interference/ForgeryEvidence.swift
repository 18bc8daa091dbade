import RSTWire

/// What tells a forged reset from the host's own, each with its weight, base rate and source.
///
/// Window 0, a bare RST, missing options and IP ID 0 are what genuine resets look like, and count for
/// nothing. INJECTORS, sections 0, 6 and 6.1.
struct ForgeryEvidence {
  let interference: Interference
  /// Connections with resets that nothing but the trigger, or nothing at all, explains.
  let stories: [TriggerStory]
  /// Whether some of the resets are for what cannot have reached the host.
  let isBeyondReach: Bool

  /// Adds everything that speaks for a forged reset, or against it.
  func weigh(_ claim: inout Claim) {
    weighHost(&claim)
    weighCanaries(&claim)
    weighNumbers(&claim)
    weighOrigin(&claim)
    if !isBeyondReach, !stories.contains(where: \.outlivesResets) {
      claim.add(
        "host-may-have-reset", -4,
        "nothing shows that the host still had the connections: it may have reset them itself",
        packets: stories.compactMap(\.seen.livenessPacket).prefix(2).map { $0 },
        source: "RFC 9293, section 3.10.7")
    }
  }

  private var resets: [RecordedPacket] { stories.flatMap(\.resets) }

  /// The host still has the connection, two seconds after the resets.
  private func weighHost(_ claim: inout Claim) {
    let living = stories.filter(\.outlivesResets)
    guard let first = living.first else { return }
    claim.add(
      "host-answers-after", 6,
      "the host still acknowledges on \(living.count) of \(stories.count) connections, two seconds "
        + "after their resets: it has not reset them",
      packets: [first.reset?.index, first.seen.livenessPacket].compactMap(\.self),
      source: "RFC 9293, section 3.10.7: who resets a connection forgets it; Suricata sid 2210058")
  }

  /// Values of ours that no genuine stack derives its own from.
  private func weighCanaries(_ claim: inout Claim) {
    let pairs = stories.flatMap { story in
      story.resets.compactMap { reset in story.trigger(of: reset).map { (reset, $0, story) } }
    }
    let identified = pairs.filter { reset, trigger, _ in
      guard let number = reset.packet.network.identification, number > 1,
        let own = trigger.packet.network.identification
      else { return false }
      return number == own || number == own &+ 1
    }
    if Set(identified.map { $0.1.attempt }).count >= 2 {
      claim.add(
        "canary-identification", 4,
        "the IP ID of resets on \(Set(identified.map { $0.1.attempt }).count) connections is that of "
          + "our trigger, or the next", packets: Array(identified.prefix(2).map { $0.0.index }),
        source: "0.2 % of ordinary flows in public captures, all crafted; 41 % of CenTrace's")
    }
    let windows = pairs.filter { reset, trigger, story in
      guard let window = reset.packet.tcp?.window, window != 0 else { return false }
      return window == trigger.packet.tcp?.window
        && !story.segments.contains { $0.packet.tcp?.window == window }
    }
    if Set(windows.map { $0.1.attempt }).count >= 2 {
      claim.add(
        "canary-window", 4, "the window of the resets is the odd one of our trigger",
        packets: Array(windows.prefix(2).map { $0.0.index }),
        source: "1.1 % of ordinary flows, 44 % of CenTrace's; Suricata, respond-reject-libnet11.c")
    }
  }

  /// Numbers that no stack's reset has, and copies.
  private func weighNumbers(_ claim: inout Claim) {
    let severals = stories.filter { story in
      let early = story.resets.filter { reset in
        story.reset.map { reset.moment - $0.moment < .seconds(2) } ?? false
      }
      return Set(early.compactMap { $0.packet.tcp?.sequence }).count > 1
        && !early.allSatisfy(story.isAcceptable)
    }
    if let story = severals.first {
      claim.add(
        "several-sequence-numbers", 3,
        "resets for one segment with different sequence numbers, not all of which we acknowledged",
        packets: Array(story.resets.prefix(3).map(\.index)),
        source: "Weaver et al., NDSS 2009; 0.2 % of ordinary flows, both crafted")
    }
    let zero = resets.filter { $0.packet.tcp?.sequence == SequenceNumber(0) }
    if !zero.isEmpty {
      claim.add(
        "sequence-zero", 3, "sequence number 0 in answer to a segment that carried an ACK",
        packets: Array(zero.prefix(2).map(\.index)), source: "RFC 9293, section 3.5.2")
    }
    let reserved = resets.filter { ($0.packet.tcp?.reserved ?? 0) != 0 }
    if !reserved.isEmpty {
      claim.add(
        "reserved-bits", 3, "reserved bits are set in the reset",
        packets: Array(reserved.prefix(2).map(\.index)),
        source: "Weaver et al., NDSS 2009; 0.1 % of ordinary flows, all injected")
    }
    let twins = stories.filter { story in
      let numbered = story.resets.filter { ($0.packet.network.identification ?? 0) != 0 }
      return Set(numbered.map(\.packet.network.identification)).count < numbered.count
        && story.content.count == 1
    }
    if let story = twins.first {
      claim.add(
        "identical-copies", 1.5, "several resets with one IP ID for one segment of ours",
        packets: Array(story.resets.prefix(3).map(\.index)),
        source: "0 of 837 ordinary flows in public captures; doubled packets look alike")
    }
  }

  /// How the resets differ from what the host sends in any role.
  private func weighOrigin(_ claim: inout Claim) {
    let foreign = resets.filter(interference.isForeign)
    if let first = foreign.first, let host = interference.hostHopLimits.min() {
      claim.add(
        "other-hop-limit", foreign.count == resets.count ? 1.5 : 0.5,
        "hop limit \(first.packet.network.hopLimit) on the reset, \(host) on the host's segments",
        packets: Array(foreign.prefix(2).map(\.index)),
        source: "0.9 % of ordinary flows in public captures: address translation, front ends")
    }
    if let roundTrip = interference.roundTrip,
      let fast = stories.first(where: { story in
        // What was sent again may have been answered the first time.
        guard story.isSentOnce(before: story.reset) else { return false }
        return story.reset.flatMap(story.delay).map { $0 < roundTrip * 7 / 10 } ?? false
      }), let reset = fast.reset
    {
      claim.add(
        "before-a-round-trip", 2, "the reset came before the host could have answered",
        packets: [reset.index], source: "Weaver et al., NDSS 2009")
    }
    let links = Set(stories.flatMap(\.segments).compactMap(\.packet.linkSource))
    let strangers = resets.filter { reset in
      reset.packet.linkSource.map { !links.isEmpty && !links.contains($0) } ?? false
    }
    if let first = strangers.first, let address = first.packet.linkSource {
      claim.add(
        "other-link-address", 1.5, "the reset was sent from \(address) on this link, the rest not",
        packets: [first.index],
        source: "IEEE 802.3: the sender on this link; redundant routers differ too")
    }
    // What only the socket knows.
    let genuine = resets.filter { $0.packet.tcp?.timestamps != nil && !interference.isForeign($0) }
    if !genuine.isEmpty, !isBeyondReach, !stories.contains(where: \.outlivesResets) {
      claim.add(
        "carries-timestamps", -3, "the reset carries the timestamps that were negotiated",
        packets: Array(genuine.prefix(2).map(\.index)), source: "RFC 7323, section 3.2")
    }
  }
}
