import RSTWire

/// What connections of our own show of a stack.
///
/// An answer counts where it carries the hop limit of the host's own segments and looks like one of
/// the connection. Silence counts where the path is seen to let such segments through, for filters
/// that track connections drop them too.
struct ConnectionFeatures {
  /// What is known.
  private(set) var values: [FingerprintFeature: String] = [:]

  private let sessions: Sessions
  private let resets: [FingerprintFeature: String]

  /// Reads what was observed.
  ///
  /// - Parameters:
  ///   - seen: Everything.
  ///   - sessions: What connections of our own showed.
  ///   - resets: What stray segments and closed ports show.
  init(_ seen: Observations, _ sessions: Sessions, resets: [FingerprintFeature: String]) {
    self.sessions = sessions
    self.resets = resets
    guard !sessions.hopLimits.isEmpty else { return }
    readMatrix()
    values[.challengeRate] = ChallengeRateReading(sessions)?.word
    // Who keeps no state before the handshake is complete shows nothing of it.
    if SYNCookies().claim(seen) == nil, SYNProxy().claim(seen) == nil { readHalfOpen() }
    dropDoubtfulSilences()
  }

  private mutating func readMatrix() {
    for feature in FingerprintFeature.allCases {
      guard let entry = feature.cell.flatMap({ sessions.matrix[$0] }),
        entry.observations.allSatisfy(isOfHost)
      else { continue }
      values[feature] = Self.letter(entry.outcome)
    }
    // A stack that keeps nothing behind holes shows nothing by not taking it.
    if values[.dataHole] != "D" {
      for feature in [FingerprintFeature.dataAckOld, .dataAckNew, .dataAckFar]
      where values[feature] != "D" {
        values[feature] = nil
      }
    }
  }

  private static func letter(_ outcome: MatrixReading.Outcome) -> String? {
    switch outcome {
    case .challengeACK: "C"
    case .ignored: "-"
    case .closes: "K"
    case .reset: "RK"
    case .accepted: "D"
    case .deviceReset, .inconclusive: nil
    }
  }

  /// Whether the host itself answered: a tracking filter that answers in its name offers no window
  /// and has another hop limit.
  ///
  /// OpenBSD, sys/net/pf.c, pf_test_rule and pf_tcp_track_full: an ACK of its own to a SYN.
  private func isOfHost(_ observation: CellObservation) -> Bool {
    let answers =
      observation.acknowledgements + observation.resets
      + [observation.livenessPacket].compactMap(\.self)
    let isWindowed = observation.livenessPacket.map { window($0) > 0 } ?? false
    return observation.others.isEmpty && !answers.contains(where: sessions.isForeign)
      && (!isWindowed || observation.acknowledgements.allSatisfy { window($0) > 0 })
  }

  private func window(_ index: Int) -> UInt16 { sessions.packet(index).packet.tcp?.window ?? 0 }

  private mutating func readHalfOpen() {
    for feature in FingerprintFeature.allCases {
      guard let entry = feature.halfOpenQuestion.flatMap({ sessions.halfOpen[$0] }),
        let reaction = entry.reaction,
        !entry.observations.flatMap(\.packets).contains(where: isForeignAnswer)
      else { continue }
      values[feature] = Self.letters(reaction, entry.liveness)
    }
  }

  private func isForeignAnswer(_ index: Int) -> Bool {
    sessions.packet(index).direction == .received && sessions.isForeign(index)
  }

  private static func letters(
    _ reaction: HalfOpenObservation.Reaction, _ liveness: Liveness
  ) -> String? {
    switch (reaction, liveness) {
    // Whether it stands after an answer is asked once; a lost reset of ours looks like the contrary.
    case (.challengeACK, _): "C"
    case (.reset, _): "R"
    case (.restart, _): "SA"
    case (.repeated, _): "SAr"
    case (.ignored, .alive): "-"
    case (.ignored, .gone): "K"
    case (.ignored, .unknown): nil
    }
  }
}

// MARK: - Silence

extension ConnectionFeatures {
  /// Takes back silences that a filter may have made.
  private mutating func dropDoubtfulSilences() {
    guard !(letsInvalidPass && letsNumbersPass) else { return }
    values = values.filter { $0.value != "-" }
  }

  /// Whether nothing drops what connection tracking calls invalid: such a segment was answered.
  ///
  /// net/netfilter/nf_conntrack_proto_tcp.c: SYN ACK from a client, and no flags, a lone FIN, FIN
  /// with PSH and URG without a connection, are invalid.
  private var letsInvalidPass: Bool {
    values[.synACK] == "C"
      || [.closedFIN, .closedNull, .closedXmas].contains { resets[$0] != nil }
  }

  /// Whether nothing drops segments by their numbers: a reset inside the window that is not exact,
  /// or data with an acknowledgement far off, had an effect.
  ///
  /// OpenBSD, sys/net/pf.c: a reset passes within one number of the expected one, and an
  /// acknowledgement within MAXACKWINDOW.
  private var letsNumbersPass: Bool {
    [.resetMiddle, .resetEdge, .dataAckNew, .dataAckFar].contains {
      values[$0].map { $0 != "-" } ?? false
    }
  }
}
