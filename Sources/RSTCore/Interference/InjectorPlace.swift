import RSTWire

/// Between which hops somebody sits who resets or keeps back what provokes them.
struct InjectorPlace: Hashable, Sendable {
  /// The interval of hops; the first router is 1.
  var hops: ClosedRange<Int>
  /// What shows it.
  var basis: Basis
  /// Packets that show it: indexes.
  var packets: [Int]
  /// What was seen, in plain words.
  var detail: String

  /// What a place rests on.
  enum Basis: Hashable, Sendable {
    /// The hop limit of the trigger from which on it is answered or kept back.
    case ladder
    /// How many hops a copied hop limit has lost on the way there and back.
    case copiedHopLimit
    /// The hop limit with which resets arrive.
    case arrival
  }
}

extension TriggerReading {
  /// Where the resets come from; nil where nothing tells.
  ///
  /// A ladder says between which hops, no more: a device that listens in front of router n and one
  /// that rejects in the forwarding path of router n - 1 begin to answer at the same hop limit
  /// (net/ipv4/ip_forward.c). Where they keep the trigger back and look as netfilter makes them, with the
  /// hop limit that their machine gives all it sends, that tells which of the two; a forger's hop limit
  /// is free.
  var resetPlace: InjectorPlace? {
    if let copied = copierPlace { return copied }
    guard let first = beyondReach.first ?? resetRungs.first,
      let limit = first.seen.role.hopLimit,
      isResetOnly || !beyondReach.isEmpty
    else { return arrivalPlace }
    let hit = Set(resetRungs.map(\.seen.attempt))
    let low = max(silentRungs(below: limit) { !hit.contains($0.seen.attempt) }, 1)
    var hops = low...max(limit, low) + ladderDeficit
    let distances = Set(resetRecords.filter(interference.isForeign).map(Self.distance))
    if manner == .inLine, resetRecords.allSatisfy(Self.isOfPacketFilter), distances.count == 1,
      let distance = distances.first, hops.contains(distance)
    {
      hops = distance...distance
    }
    let router = first.expired.first.map { ", where \($0.packet.network.source) sees it end" } ?? ""
    return InjectorPlace(
      hops: hops, basis: .ladder,
      packets: (first.content.prefix(1) + first.resets.prefix(2) + first.text.prefix(1)).map(
        \.index),
      detail: "the trigger is answered from hop limit \(limit) on\(router), and not below")
  }

  /// The highest hop limit below a place at which the trigger was tried often enough and got nothing;
  /// 0 where there is none.
  func silentRungs(below limit: Int, isSilent: (TriggerStory) -> Bool) -> Int {
    rungs.filter { rung in
      (rung.seen.role.hopLimit ?? 0) < limit && isSilent(rung)
        && interference.chanceOfSilence(rung.seen.sends) < 2e-3
    }.compactMap(\.seen.role.hopLimit).max() ?? 0
  }

  private var resetRecords: [RecordedPacket] { (provoked + resetRungs).flatMap(\.resets) }

  /// What the hop limit on arrival suggests alone: of resets that are not the host's and answer a
  /// trigger that was kept back, which is no device's disguise.
  private var arrivalPlace: InjectorPlace? {
    let foreign = provoked.flatMap(\.resets).filter(interference.isForeign)
    let distances = Set(foreign.map(Self.distance))
    guard manner == .inLine, rungs.isEmpty, foreign.allSatisfy(Self.isOfPacketFilter),
      distances.count == 1, let distance = distances.first
    else { return nil }
    return InjectorPlace(
      hops: distance...distance, basis: .arrival, packets: foreign.prefix(2).map(\.index),
      detail: "hop limit \(foreign[0].packet.network.hopLimit) on arrival")
  }

  /// net/ipv4/netfilter/nf_reject_ipv4.c: a bare reset for what carried an ACK, IP ID 0, window 0.
  private static func isOfPacketFilter(_ record: RecordedPacket) -> Bool {
    guard let header = record.packet.tcp else { return false }
    return header.flags == .reset && header.window == 0 && header.options.isEmpty
      && record.packet.network.identification ?? 0 == 0
      && record.packet.network.dontFragment ?? true
  }

  private static func distance(_ record: RecordedPacket) -> Int {
    Distance.suggested(by: record.packet.network.hopLimit)
  }

  // MARK: - Copied hop limits

  /// By how much the hop limit of a reset is lower than that of the trigger it answers, where two
  /// triggers with different ones show that it follows theirs; nil where it does not.
  ///
  /// INJECTORS, section 4.3: no genuine stack derives its hop limit from ours.
  var copiedHopLimitLoss: Int? {
    let pairs = provoked.flatMap { story in
      story.resets.compactMap { reset -> (trigger: Int, loss: Int)? in
        guard let trigger = story.trigger(of: reset) else { return nil }
        let own = Int(trigger.packet.network.hopLimit)
        return (own, own - Int(reset.packet.network.hopLimit))
      }
    }
    let losses = Set(pairs.map(\.loss))
    guard Set(pairs.map(\.trigger)).count > 1, losses.count == 1, let loss = losses.first, loss >= 0
    else { return nil }
    return loss
  }

  /// Half of what a copied hop limit has lost is the way there, the other half the way back.
  private var copierPlace: InjectorPlace? {
    guard let loss = copiedHopLimitLoss else { return nil }
    let packets = provoked.prefix(2).flatMap { story in
      [story.reset.flatMap(story.trigger), story.reset].compactMap(\.self)
    }
    var hops = loss / 2 + 1...(loss + 1) / 2 + 1
    let last = [resetRungs.first?.seen.role.hopLimit, interference.hostBegins].compactMap(\.self)
      .min()
    if let last, hops.upperBound > last {
      // The way back is longer than the way there, so that half of both says nothing.
      hops = hops.lowerBound > last ? 1...max(last, 1) : hops.lowerBound...last
    }
    return InjectorPlace(
      hops: hops, basis: .copiedHopLimit,
      packets: packets.map(\.index),
      detail: "resets copy the trigger's hop limit, less \(loss) for the way there and back")
  }

  // MARK: - What is kept back

  /// How likely it may be that errors to the trigger were lost, where a bystander got them: two pairs
  /// where nothing gets lost, three and more where something does.
  private static let chanceOfLoss = 3e-3
  /// How soon behind content a bystander has to ask, so that no ration is filled up in between: Linux
  /// grants one error a second (net/ipv4/icmp.c, icmp_ratelimit).
  private static let pairing = Duration.milliseconds(60)

  /// Where the trigger vanishes: beyond the last hop that still saw its hop limit end, before the
  /// first that did not and that sees that of what is harmless.
  var dropPlace: InjectorPlace? {
    let seenEnding = rungs.filter { !$0.expired.isEmpty }
    guard let last = seenEnding.compactMap(\.seen.role.hopLimit).max() ?? (rungs.isEmpty ? nil : 0)
    else { return nil }
    // Routers ration their errors: that the trigger drew none tells only where a bystander that asked
    // right behind it did.
    let known = controlRungs.filter { control in
      control.seen.isTaken
        || interference.chanceOfSilence(slights(at: control)) < Self.chanceOfLoss
    }.compactMap(\.seen.role.hopLimit)
    let silent = rungs.filter { $0.expired.isEmpty && !$0.seen.isTaken && $0.resets.isEmpty }
      .compactMap(\.seen.role.hopLimit)
    guard let next = silent.filter({ $0 > last && known.contains($0) }).min() else { return nil }
    return InjectorPlace(
      hops: max(last, 1)...next + ladderDeficit, basis: .ladder,
      packets: seenEnding.last.map { Array($0.expired.prefix(1).map(\.index)) } ?? [],
      detail: last == 0
        ? "not even the first router sees the trigger's hop limit end"
        : "the trigger's hop limit ends at hop \(last), and is never seen ending at hop \(next), "
          + "where what is harmless is")
  }

  /// How often content left for the hop of a control, and a bystander that asked right behind it got
  /// the error of a router there.
  private func slights(at control: TriggerStory) -> Int {
    let hopLimit = control.seen.role.hopLimit ?? 0
    let routers = Set(control.expired.map(\.packet.network.source))
    let granted = bystanders.flatMap { bystander in
      bystander.expired.filter { routers.contains($0.packet.network.source) }.compactMap { error in
        bystander.content.last {
          $0.moment < error.moment && Int($0.packet.network.hopLimit) == hopLimit
        }?.moment
      }
    }
    let sent = rungs.filter { $0.seen.role.hopLimit == hopLimit }.flatMap(\.content).map(\.moment)
    return sent.count { sent in granted.contains { $0 > sent && $0 - sent < Self.pairing } }
  }

  /// Hops at which different routers answered, so that paths differ between connections or changed.
  var unsteadyHops: [Int] {
    var routers: [Int: Set<IPAddress>] = [:]
    for story in rungs + controlRungs {
      guard let limit = story.seen.role.hopLimit else { continue }
      for record in story.expired {
        routers[limit, default: []].insert(record.packet.network.source)
      }
    }
    return routers.filter { $0.value.count > 1 }.keys.sorted()
  }
}
