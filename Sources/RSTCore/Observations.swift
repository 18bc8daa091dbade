public import RSTWire

/// A transcript as rules want to see it: exchanges by probe and subject, loss, distances, ladders.
public struct Observations: Sendable {
  /// What was diagnosed.
  public let target: Target
  /// Every attempt of the handshake's part with its answers.
  public let exchanges: [Exchange]
  /// What connections of our own showed; nil where none was opened.
  public internal(set) var sessions: SessionResults?
  /// The router that takes our packets to the target; nil on its own link, or where none is known.
  public let nextHop: IPAddress?
  /// Every packet.
  public let packets: [RecordedPacket]
  /// The chance that one exchange on this path loses a packet, estimated high.
  public let lossRate: Double
  /// How many captured packets this machine lost before they could be read: where any, no silence is
  /// believed.
  public let missed: Int
  /// The latest moment of which something is known; nil where nothing was sent.
  let lastMoment: Moment?
  /// Whether so many probes were met by what answers nothing that somebody floods; then that is left
  /// out of the exchanges.
  public let isFlooded: Bool

  private let byProbe: [String: [Int]]
  /// The first flight of which something was answered; nil where nothing ever was.
  private let firstAnswered: Int?

  /// Reads a transcript.
  public init(
    _ transcript: Transcript, of target: Target, sessions: SessionResults? = nil
  ) {
    self.target = target
    nextHop = transcript.nextHop
    packets = transcript.packets
    missed = transcript.missed
    lastMoment = [
      transcript.packets.last?.moment,
      transcript.attempts.lazy.filter(\.isHandedOver).map(\.started).max(),
    ].compactMap(\.self).max()
    var sent = [[Int]](repeating: [], count: transcript.attempts.count)
    for record in transcript.packets where record.direction == .sent {
      sent[record.attempt].append(record.index)
    }
    // Those of the handshake come first, so that an exchange stands where its attempt does.
    let all = transcript.attempts.prefix { $0.part == .handshake }.map {
      Exchange($0, in: transcript.packets, sent: sent[$0.id])
    }
    isFlooded =
      sessions?.isFlooded ?? false || all.count(where: \.meetsStrays) >= Strays.probes
    exchanges = isFlooded ? all.map(\.withoutStrays) : all
    // What connections met there may be anything.
    self.sessions = isFlooded ? nil : sessions
    var byProbe: [String: [Int]] = [:]
    for (index, exchange) in exchanges.enumerated() {
      byProbe[exchange.attempt.probe, default: []].append(index)
    }
    self.byProbe = byProbe
    firstAnswered = exchanges.lazy.filter { $0.directReply != nil }.map(\.attempt.flight).min()
    lossRate = Self.lossRate(of: exchanges)
  }

  /// The exchanges of these probes with subjects that pass.
  public func exchanges(
    _ probes: [String], where isWanted: (Subject) -> Bool
  ) -> [Exchange] {
    probes.flatMap { byProbe[$0] ?? [] }.map { exchanges[$0] }
      .filter { isWanted($0.attempt.subject) }
  }

  /// The exchanges of these probes with the target's port.
  public func target(_ probes: String...) -> [Exchange] {
    exchanges(probes) { $0 == .target }
  }

  /// The exchanges of these probes with control ports.
  public func controls(_ probes: String...) -> [Exchange] {
    exchanges(probes) { if case .control = $0 { true } else { false } }
  }

  /// The exchanges of these probes with the host.
  public func host(_ probes: String...) -> [Exchange] {
    exchanges(probes) { $0 == .host }
  }

  /// The echo exchanges that go all the way.
  public var echoes: [Exchange] { host("echo", "record-route-echo") }

  /// Probes that go all the way and may draw an answer: no rungs of ladders.
  public var direct: [Exchange] {
    exchanges.filter { !ProbeCatalog.isRung($0.attempt.probe) }
  }
}

// MARK: - Ordinary SYNs

extension Observations {
  /// SYNs that every listener answers, at the target's port.
  public var ordinarySYNs: [Exchange] {
    exchanges(Self.ordinaryProbes) { $0 == .target }
  }

  /// Any SYN without an odd companion at the target's port, bare ones included.
  public var allSYNs: [Exchange] {
    exchanges(
      Self.ordinaryProbes + [
        "bare-syn", "cookie-first", "unknown-option-syn", "record-route-syn",
        "slow-syn",
      ]
    ) { $0 == .target }
  }

  /// Whether any SYN of one flow of its own, odd companions or not, was accepted at the target's port.
  public var isAcceptedSomewhere: Bool {
    (allSYNs + target("syn-data", "syn-urg", "syn-psh", "reserved-syn")).contains {
      $0.synAck != nil
    }
  }

  /// SYNs that were followed to a whole handshake.
  public var handshakes: [Exchange] { target("syn", "plain-syn") }

  private static let ordinaryProbes = ProbeCatalog.all.filter(\.isOrdinarySYN).map(\.name)
}

// MARK: - Refusals

extension Observations {
  /// ICMP refusals of SYNs to the target's port, rungs of the ladder included; where nothing else of
  /// the host answers, refusals of any probe, for then they are about all of it.
  public var targetRefusals: [(reply: Reply, says: ICMPRefusal)] {
    let own = (allSYNs + target("ladder-syn")).compactMap(\.refusal)
    guard own.isEmpty, !exchanges.contains(where: { $0.directReply != nil }) else { return own }
    return exchanges.compactMap(\.refusal)
  }

  /// Whether ICMP refuses the port or the host, and no SYN is answered by TCP.
  ///
  /// ICMP errors are rationed, so that silence of other probes says nothing then.
  public var isRefusedByICMP: Bool {
    !targetRefusals.isEmpty && !allSYNs.contains { $0.synAck != nil || $0.reset != nil }
  }
}

// MARK: - Chance

extension Observations {
  /// The chance that this many exchanges were all lost, none filtered.
  public func chanceOfSilence(_ attempts: Int) -> Double {
    attempts == 0 ? 1 : Double.power(lossRate, attempts)
  }

  /// How much the silence of these exchanges says, as log-odds; 0 when one was answered.
  ///
  /// Silence that chance alone would bring once in 400 runs weighs 0; and where two of five exchanges
  /// are lost, an outage or a ration is at work, so that silences depend on each other. So do those
  /// before anything was answered: then the path was not up, or somebody had shut us out.
  public func weightOfSilence(_ exchanges: [Exchange], most: Double = 9) -> Double {
    guard lossRate < 0.4, missed == 0 else { return 0 }
    let left = exchanges.filter {
      $0.hasLeft && $0.attempt.isSettled && $0.attempt.flight >= firstAnswered ?? 0
    }
    guard !left.isEmpty, left.allSatisfy(\.isSilent) else { return 0 }
    let surprise = -Double.logarithm(chanceOfSilence(left.count)) - 6
    return min(max(surprise, 0), most)
  }

  /// How much the silence of all SYNs to the target's port says, as log-odds; 0 where one was answered.
  ///
  /// One of a ladder that is answered has shown that somebody answers for the port: some, or at times.
  public var weightOfSilentSYNs: Double {
    target("ladder-syn").contains { $0.synAck != nil || $0.reset != nil }
      ? 0 : weightOfSilence(witnessed(allSYNs))
  }

  /// Those of the exchanges that were asked between others that the host answered, where it answers any:
  /// silence that nothing breaks any more may be that of a guard that has shut us out, and silence
  /// before anything is answered that of a path that was not up yet.
  public func witnessed(_ exchanges: [Exchange]) -> [Exchange] {
    let answered = self.exchanges.filter { $0.directReply != nil }.map(\.attempt)
    guard let first = firstAnswered, let last = answered.map(\.started).max() else {
      return exchanges
    }
    return exchanges.filter { $0.attempt.flight >= first && $0.attempt.started <= last }
  }

  /// Whether a question was left unanswered that was answered another time.
  public var hasSeenLoss: Bool {
    direct.contains { exchange in
      exchange.isSilent
        && direct.contains {
          $0.attempt.probe == exchange.attempt.probe
            && $0.attempt.subject == exchange.attempt.subject
            && !$0.replies.isEmpty
        }
    }
  }

  /// How many silent attempts make chance improbable: 4 to 12.
  public var attemptsForProof: Int { max(Double.tooManyInARow(at: lossRate, most: 12), 4) }

  /// Lost exchanges among those that are known to be answered at other times, estimated high.
  ///
  /// Questions of controls and echo tell of the path; the target's own may be rationed by a filter.
  /// Where nothing of the host answers, rungs tell that a router answers later than the second time:
  /// one silence may be its ration of ICMP errors (RFC 1812, section 4.3.2.8).
  private static func lossRate(of exchanges: [Exchange]) -> Double {
    let left = exchanges.filter(\.hasLeft)
    let others = left.filter { !ProbeCatalog.isRung($0.attempt.probe) }
    let asked = Dictionary(
      grouping: others.filter { $0.attempt.subject != .target }, by: \.attempt.asked)
    var known = asked.values.filter { $0.contains { $0.directReply != nil } }
      .flatMap { $0.filter { $0.directReply != nil || $0.isSilent } }
    if known.isEmpty, !others.contains(where: { $0.directReply != nil }) {
      let rungs = left.filter { ProbeCatalog.isRung($0.attempt.probe) }
      known = Dictionary(grouping: rungs) {
        "\($0.attempt.probe) \($0.attempt.subject) \($0.attempt.draft.hopLimit)"
      }.values.flatMap { rung in
        let answered = rung.firstIndex { !$0.replies.isEmpty } ?? 0
        return answered >= 2 ? rung[...answered] : []
      }
    }
    let lost = known.count { $0.isSilent }
    return max(Double(lost + 1) / Double(known.count + 4), 0.05)
  }
}

// MARK: - Ladders

extension Observations {
  /// The ladder to the target's port.
  public var targetLadder: Ladder {
    Ladder(target("ladder-syn", "ladder-ack"))
  }

  /// The ladder to an open port: a reset of a SYN there is not the host's.
  public var acceptedLadder: Ladder {
    // The flow of the ladder may meet another device than the flows that were accepted.
    let accepted = Set(allSYNs.compactMap(\.synAck).map(\.distance))
    let rungs = target("ladder-ack") + target("ladder-syn").filter { $0.reset == nil }
    let isElsewhere = rungs.contains { rung in
      rung.directReply.map { !accepted.contains($0.distance) } ?? false
    }
    return Ladder(isElsewhere ? [] : rungs)
  }

  /// The ladder to control ports.
  public var controlLadder: Ladder { Ladder(controls("ladder-syn", "ladder-ack")) }

  /// The ladder of echo requests.
  public var echoLadder: Ladder { Ladder(host("ladder-echo")) }

  /// The routers seen on any ladder, by distance, and the host where it answered.
  public var routers: [Int: IPAddress] {
    var found: [Int: IPAddress] = [:]
    for ladder in [targetLadder, controlLadder, echoLadder] {
      for (rung, reply) in ladder.routers { found[rung] = found[rung] ?? reply.source }
    }
    return found
  }
}
