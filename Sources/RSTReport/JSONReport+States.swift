import RSTCore

// MARK: - Fingerprint and other states

extension JSONReport {
  /// What was observed comes first; a name never replaces it.
  static func fingerprint(of reading: ConnectionReading) -> JSONValue {
    guard let fingerprint = reading.fingerprint else { return .null }
    return .record([
      "line": .string(fingerprint.line),
      "features": .object(fingerprint.features.map { .init($0.key, .string($0.value)) }),
      "behaves_like": .array(
        reading.candidates.map { match in
          .record([
            "name": .string(match.name),
            "agreeing": JSONValue(match.agreeing.count),
            "telling": JSONValue(match.telling.count),
          ])
        }),
    ])
  }

  static func schedule(_ schedule: SYNACKSchedule) -> JSONValue {
    .record([
      "gaps_s": .array(schedule.gaps.map { JSONValue(seconds: $0) }),
      "watched_s": schedule.watched.map { JSONValue(seconds: $0) } ?? .null,
      "reset_after_s": schedule.resetAfter.map { JSONValue(seconds: $0) } ?? .null,
      "connections": .array(schedule.observations.map { JSONValue($0.attempt) }),
    ])
  }

  static func timeWait(_ observation: TimeWaitObservation) -> JSONValue {
    .record([
      "question": .string(observation.question.rawValue),
      "closed_first_by": .string(observation.isOursFirst ? "prober" : "target"),
      "reaction": .string(observation.reaction.rawValue),
      "isn_step": observation.isnStep.map { JSONValue($0) } ?? .null,
      "connection": JSONValue(observation.attempt),
      "packets": packets(observation.packets),
    ])
  }

  static func retransmission(_ reading: RetransmissionReading) -> JSONValue {
    .record([
      "subject": .string(reading.subject.rawValue),
      "repetitions_s": .array(reading.repetitions.map { JSONValue(seconds: $0) }),
      "ends_with": JSONValue(reading.end?.rawValue),
      "after_s": JSONValue(seconds: reading.after),
      "connections": .array(reading.observations.map { JSONValue($0.attempt) }),
    ])
  }

  static func overflow(_ observation: OverflowObservation) -> JSONValue {
    .record([
      "outcome": .string(observation.outcome.rawValue),
      "connection": JSONValue(observation.attempt),
    ])
  }
}
