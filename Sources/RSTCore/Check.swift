/// What `--checks` may name.
///
/// VOCABULARY, section 6.
public enum Check: String, CaseIterable, Hashable, Sendable {
  /// What state the port is in.
  case handshake
  /// Where on the way it is decided.
  case path
  /// The matrix of RFC 5961 and its grades.
  case conformance = "rfc5961"
  /// SYN-RECEIVED and forgotten connections.
  case states
  /// How connections end.
  case close
  /// What tells stacks apart.
  case fingerprint
  /// What reuses a closed connection's numbers.
  case timeWait = "time-wait"
  /// How a SYN ACK without an answer is repeated.
  case synAckSchedule = "synack-schedule"
  /// How data without an acknowledgement is repeated.
  case retransmission
  /// What a filled accept queue does.
  case overflow
  /// How long endpoints stay blocked after a trigger.
  case residual
  /// What may upset embedded targets.
  case invasive

  /// What a run does unless told otherwise.
  public static let standard: Set<Check> = [
    .handshake, .path, .conformance, .states, .close, .fingerprint,
  ]
}
