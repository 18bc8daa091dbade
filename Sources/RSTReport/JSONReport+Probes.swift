import RSTCore
import RSTWire

// MARK: - What was asked

extension JSONReport {
  func probe(_ attempt: Attempt) -> JSONValue {
    .record([
      "attempt": JSONValue(attempt.id),
      "probe": .string(attempt.probe),
      "subject": subject(attempt.subject),
      "flight": JSONValue(attempt.flight),
      "started": seconds(attempt.started),
      "sent": Self.sent(attempt.draft),
      "departure": Self.departure(attempt.departure),
      "answers": .array(attempt.answers.map { JSONValue($0) }),
      "settled": .bool(attempt.isSettled),
    ])
  }

  private func subject(_ subject: Subject) -> JSONValue {
    switch subject {
    case .target:
      .record(["kind": .string("target"), "port": JSONValue(diagnosis.target.port)])
    case .control(let port): .record(["kind": .string("control"), "port": JSONValue(port)])
    case .host: .record(["kind": .string("host"), "port": .null])
    }
  }

  /// The numbers that a probe is recognised by, its canaries among them.
  private static func sent(_ draft: PacketDraft) -> JSONValue {
    let segment = draft.segment
    let isIPv4 = draft.destination.family == .ipv4
    return .record([
      "source_port": JSONValue(segment?.sourcePort),
      "flags": JSONValue(segment.map { $0.flags.description }),
      "sequence": JSONValue(segment?.sequence.rawValue),
      "acknowledgement": JSONValue(segment?.acknowledgement.rawValue),
      "window": JSONValue(segment?.window),
      "ttl": JSONValue(draft.hopLimit),
      "traffic_class": JSONValue(draft.trafficClass),
      "ip_id": JSONValue(isIPv4 ? draft.identification : nil),
      "flow_label": JSONValue(isIPv4 ? nil : draft.flowLabel),
    ])
  }

  private static func departure(_ departure: Departure) -> JSONValue {
    switch departure {
    case .notSeen:
      .record(["state": .string("not-seen"), "packet": .null, "reason": .null])
    case .seen(let packet):
      .record(["state": .string("seen"), "packet": JSONValue(packet), "reason": .null])
    case .translated(let packet):
      .record(["state": .string("translated"), "packet": JSONValue(packet), "reason": .null])
    case .refused(let refusal):
      .record([
        "state": .string("refused"), "packet": .null, "reason": .string(refusal.text),
      ])
    }
  }
}
