/// Whether a connection stood after something was done to it.
public enum Liveness: String, Hashable, Sendable {
  /// It acknowledged an old octet.
  case alive
  /// It was reset, as whoever does not know it does.
  case gone
  /// Nothing came.
  case unknown
}

/// What came of one segment of the matrix, asked once on a fresh connection.
public struct CellObservation: Hashable, Sendable {
  /// Which segment.
  public var cell: Cell
  /// The attempt in the transcript.
  public var attempt: Int
  /// Our packets that belong to it: indexes.
  public var packets: [Int]
  /// Pure acknowledgements that came for it: indexes.
  public var acknowledgements: [Int]
  /// Resets that came for it: indexes.
  public var resets: [Int]
  /// Other answers, such as a SYN ACK: indexes.
  public var others: [Int]
  /// Whether the connection stood afterwards.
  public var liveness: Liveness
  /// What showed whether it stood: index.
  public var livenessPacket: Int?
  /// Whether the peer's acknowledgement covered what the segment carried.
  public var isAccepted: Bool
  /// Whether the peer had closed its side by then.
  public var isClosedByPeer: Bool
  /// Whether its answer came so late that it may be another's, or a doubled one.
  public var isLate = false

  /// Whether nothing came for it.
  public var isSilent: Bool { acknowledgements.isEmpty && resets.isEmpty && others.isEmpty }

  /// Every packet that shows it.
  public var evidence: [Int] {
    packets + acknowledgements + resets + others + [livenessPacket].compactMap(\.self)
  }
}

extension CellObservation {
  /// Reads what the bench of an experiment has seen.
  init(
    cell: Cell, bench: Bench, packets: [Int], found: [Answer], liveness: Liveness,
    by answer: Answer?, isAccepted: Bool
  ) {
    self.init(
      cell: cell, attempt: bench.attempt, packets: packets,
      acknowledgements: found.filter(\.isPureAcknowledgement).map(\.index),
      resets: found.filter(\.isReset).map(\.index),
      others: found.filter { !$0.isPureAcknowledgement && !$0.isReset && !$0.isData }.map(\.index),
      liveness: liveness, livenessPacket: answer?.index, isAccepted: isAccepted,
      isClosedByPeer: bench.connection.peerFinished != nil)
  }
}
