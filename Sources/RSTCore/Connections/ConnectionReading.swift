/// What connections of our own showed, as reports want to see it.
public struct ConnectionReading: Hashable, Sendable {
  /// The grades and the matrix.
  public var conformance: Conformance
  /// How often challenge ACKs come; nil where none came.
  public var challengeRate: ChallengeRate?
  /// What half-open connections do.
  public var halfOpen: HalfOpenReading
  /// How connections ended that we closed.
  public var closes: [CloseObservation]
  /// What was left alone.
  public var holds: [HoldObservation]
  /// What 4-tuples did whose connection was closed.
  public var timeWaits: [TimeWaitObservation]
  /// When the SYN ACK of a half-open connection is repeated; nil where that was not watched.
  public var synAckSchedule: SYNACKSchedule?
  /// What was repeated that was left without an acknowledgement, and how that ended.
  public var retransmissions: [RetransmissionReading]
  /// What became of many handshakes at once.
  public var overflows: [OverflowObservation]
  /// How the target behaves, in one stable line; nil where no cell of the matrix is known.
  public var fingerprint: BehaviourFingerprint?
  /// The stacks of the table that it behaves like: several where several fit, none where none does.
  public var candidates: [StackMatch]
  /// Experiments that could not be made.
  public var failures: [String]
  /// What the idle holds say; nil where none were asked for.
  public var idle: IdleReading?

  /// What content was tried, and what it did.
  public var triggers: [TriggerReport]

  init(_ sessions: Sessions, _ seen: Observations) {
    triggers = zip(Interference(seen)?.readings ?? [], sessions.results.triggers)
      .map { TriggerReport($0, $1) }
    idle = IdleEvidence(seen)?.reading
    fingerprint = sessions.matrix.entries.isEmpty ? nil : BehaviourFingerprint(seen)
    candidates = fingerprint?.candidates() ?? []
    conformance = sessions.conformance
    challengeRate = sessions.challengeRate
    halfOpen = sessions.halfOpen
    closes = sessions.results.closes
    holds = sessions.results.holds
    timeWaits = sessions.results.timeWaits
    synAckSchedule = SYNACKSchedule(sessions.results.synAckSchedules)
    retransmissions = RetransmissionObservation.Subject.allCases.compactMap {
      RetransmissionReading($0, sessions.results)
    }
    overflows = sessions.results.overflows
    failures = sessions.results.failures
  }
}
