/// What one peer did for something that we left without an acknowledgement.
public struct RetransmissionObservation: Hashable, Sendable {
  /// What was left without an acknowledgement.
  public var subject: Subject
  /// The attempt in the transcript.
  public var attempt: Int
  /// From the first time to each repetition.
  public var repetitions: [Duration]
  /// How it ended.
  public var end: End
  /// From the first time to the reset, or to the last repetition before the silence.
  public var after: Duration
  /// The reset that ended it: index.
  public var reset: Int?
  /// Whether the reset came with another hop limit than the SYN ACK.
  public var isForeign: Bool
  /// Whether the peer still knew the connection after its silence.
  public var liveness: Liveness
  /// The packets that show it: indexes.
  public var packets: [Int]

  /// What may be left without an acknowledgement.
  public enum Subject: String, CaseIterable, Hashable, Sendable {
    /// Data of the service.
    case data
    /// The service's FIN.
    case fin
    /// Keep-alives of the host.
    case keepAlive = "keep-alive"
  }

  /// How a peer stops.
  public enum End: String, Hashable, Sendable {
    /// By a reset.
    case reset
    /// Without a word.
    case silence
    /// It had not stopped when we did.
    case unfinished
  }
}

/// How often a peer repeats something, and how it gives up: read from several connections.
public struct RetransmissionReading: Hashable, Sendable {
  /// What was left without an acknowledgement.
  public var subject: RetransmissionObservation.Subject
  /// From the first time to each repetition.
  public var repetitions: [Duration]
  /// How it ended; nil where that is not clear or it had not ended.
  public var end: RetransmissionObservation.End?
  /// From the first time to the reset, or to the last repetition before the silence.
  public var after: Duration
  /// What it is read from.
  public var observations: [RetransmissionObservation]

  /// How many connections have to agree on a silence: a reset is sent once and may be lost.
  static let silences = 3

  /// Reads what was observed of one subject; nil where nothing was.
  ///
  /// - Parameters:
  ///   - subject: Which.
  ///   - results: Everything that was observed.
  init?(_ subject: RetransmissionObservation.Subject, _ results: SessionResults) {
    observations = results.retransmissions.filter { $0.subject == subject }
    guard !observations.isEmpty else { return nil }
    self.subject = subject
    repetitions = Repetitions.merged(observations.map(\.repetitions))
    let resets = observations.filter { $0.end == .reset && !$0.isForeign }
    let silences = observations.filter { $0.end == .silence && Self.isWitnessed($0, results) }
    let isClear = resets.count + silences.count == observations.count
    if isClear, !resets.isEmpty, resets.count >= 2 * silences.count {
      end = .reset
      after = resets.map(\.after).max() ?? .zero
    } else if isClear, resets.isEmpty, silences.count >= Self.silences {
      end = .silence
      after = repetitions.last ?? .zero
    } else {
      after = observations.map(\.after).max() ?? .zero
    }
  }

  /// Whether something of the host was answered after the silence: this connection by a reset, or
  /// another one as if nothing were wrong.
  private static func isWitnessed(
    _ observation: RetransmissionObservation, _ results: SessionResults
  ) -> Bool {
    if observation.liveness == .gone { return true }
    let last = observation.packets.max() ?? 0
    return results.holds.contains {
      $0.isControl && $0.liveness == .alive && ($0.answer ?? 0) > last
    }
  }
}
