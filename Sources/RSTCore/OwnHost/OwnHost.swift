import RSTWire

/// This machine as a suspect: how it changes its own probes, and what that leaves open.
///
/// Read before anybody else is accused. Towards an address of this machine it is nothing special: there
/// its packet filter is the target's own.
struct OwnHost: Sendable {
  /// What was seen, the weightiest for the report first.
  let signs: [any OwnSign]
  /// Whether no SYN to the port left as it was built: then nothing is known about the port.
  let hidesPort: Bool
  /// Whether connections end by this machine's own resets.
  let resetsConnections: Bool

  init?(_ seen: Observations) {
    let resets = UnsentResets(seen)
    let found: [(any OwnSign)?] = [
      TranslatedProbes(seen), RefusedProbes(seen), ChangedProbes(seen), KeptProbes(seen), resets,
    ]
    let syns = seen.allSYNs.filter { $0.attempt.isSettled && $0.wasHandedOver }
    hidesPort =
      !syns.isEmpty
      && syns.allSatisfy {
        // What was answered has left, seen or not.
        !$0.hasLeft && ($0.attempt.departure != .notSeen || $0.attempt.answers.isEmpty)
          && (!$0.isWithoutWay || $0.isKeptByOwnRules(seen))
      }
    resetsConnections = resets != nil
    let all = found.compactMap(\.self)
    // What does not concern the port is no reason for its state.
    signs = hidesPort ? Self.leading(all, syns) : all
    guard hidesPort || !all.isEmpty else { return nil }
  }

  /// The sign that explains the SYNs comes first.
  private static func leading(_ signs: [any OwnSign], _ syns: [Exchange]) -> [any OwnSign] {
    let isTranslated = syns.contains {
      if case .translated = $0.attempt.departure { true } else { false }
    }
    func explains(_ sign: any OwnSign) -> Bool {
      switch sign {
      case is TranslatedProbes: isTranslated
      case is RefusedProbes: syns.contains { $0.departureRefusal != nil }
      case is ChangedProbes: syns.contains { $0.built != nil }
      case is KeptProbes: syns.contains { $0.attempt.departure == .notSeen }
      default: false
      }
    }
    return signs.filter(explains) + signs.filter { !explains($0) }
  }

  /// What heads the report; nil where the port's state is known all the same.
  var headline: String? {
    guard hidesPort else { return nil }
    return signs.first?.headline
      ?? "inconclusive: the probes were handed to the kernel and never seen leaving"
  }

  /// What to do first; nil where this machine changes nothing that matters to the verdict.
  var nextStep: String? {
    guard hidesPort else {
      return resetsConnections ? signs.first { $0 is UnsentResets }?.nextStep : nil
    }
    return signs.first?.nextStep
      ?? "Look at this machine's packet filter, interface and neighbour table."
  }

  /// Whether a claim rests on what this machine did itself.
  func excuses(_ claim: Claim) -> Bool {
    if hidesPort { return claim.code != .ownHostChangesProbes }
    return resetsConnections
      && (claim.code == .acceptQueueOverflowReset || ![nil, .handshake].contains(claim.phase))
  }
}

extension Exchange {
  /// Whether it was this machine's turn to send the probe: one that waited when the run ended was not
  /// kept back by anybody.
  fileprivate var wasHandedOver: Bool {
    attempt.isHandedOver || attempt.departure != .notSeen
  }
}
