/// What a run has to do before a finding can be said or denied.
public enum AuditNeed: Hashable, Sendable {
  /// Nothing beyond the diagnosis of the port.
  case diagnosis
  /// A check that is made of an open port.
  case check(Check)
  /// Connections that are left alone: the policy has to say for how long.
  case idle
  /// Content that somebody may mind, which policies do not send.
  case trigger
  /// A capture file: no run says it.
  case capture

  /// What a finding needs; nil where there is no such finding.
  public init?(of code: FindingCode) {
    if let need = Self.special[code.rawValue] {
      self = need
    } else if RuleCatalog.all.contains(where: { $0.code == code }) {
      self = .diagnosis
    } else if Set(CaptureCauses.codes).contains(code.rawValue) {
      self = .capture
    } else {
      return nil
    }
  }

  /// Every code that a policy may name.
  public static let codes: [FindingCode] = RuleCatalog.all.map(\.code).filter {
    switch AuditNeed(of: $0) {
    case .diagnosis, .check, .idle: true
    case .trigger, .capture, nil: false
    }
  }

  private static let special: [String: AuditNeed] = [
    "rfc5961-conformant": .check(.conformance), "rfc5961-partial": .check(.conformance),
    "rfc5961-vulnerable": .check(.conformance),
    "out-of-window-reset-accepted": .check(.conformance),
    "challenge-ack-rate-limited": .check(.conformance),
    "conntrack-invalid-reset": .check(.conformance),
    "syn-received-second-syn": .check(.states),
    "syn-received-reset-returns-to-listen": .check(.states),
    "desynchronised-reset": .check(.states),
    "abortive-close": .check(.close), "reset-after-fin": .check(.close),
    "data-after-close-reset": .check(.close),
    "time-wait-accepts": .check(.timeWait), "time-wait-resets": .check(.timeWait),
    "time-wait-acks": .check(.timeWait), "time-wait-ignores": .check(.timeWait),
    "retransmission-limit": .check(.retransmission),
    "keepalive-reset": .check(.retransmission),
    "accept-queue-overflow-reset": .check(.overflow),
    "idle-survived": .idle, "idle-reset": .idle, "idle-close": .idle,
    "idle-silent-drop": .idle,
    "triggered-block": .trigger, "blackholed-after-trigger": .trigger,
    "residual-block": .trigger, "injected-data": .trigger,
  ]
}
