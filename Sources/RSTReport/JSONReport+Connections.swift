import RSTCore

// MARK: - Connections of our own

extension JSONReport {
  /// VOCABULARY, section 4: no grade is given without a test.
  var conformance: JSONValue {
    let reading = diagnosis.conclusion.connections
    let grades = reading?.conformance
    var members: [JSONValue.Member] = [
      .init("rst", Self.grade(grades?.reset)),
      .init("syn", Self.grade(grades?.syn)),
      .init("data", Self.grade(grades?.data)),
      .init("fin", Self.grade(grades?.fin)),
      .init("challenge_ack", Self.challengeRate(reading?.challengeRate)),
    ]
    guard let reading else { return .object(members) }
    members += [
      .init("cells", .array(reading.conformance.matrix.entries.map(Self.cell))),
      .init("states", .array(reading.halfOpen.entries.map(Self.halfOpen))),
      .init("synack_schedule", reading.synAckSchedule.map(Self.schedule) ?? .null),
      .init("close", .array(reading.closes.map(close))),
      .init("time_wait", .array(reading.timeWaits.map(Self.timeWait))),
      .init("retransmission", .array(reading.retransmissions.map(Self.retransmission))),
      .init("overflow", .array(reading.overflows.map(Self.overflow))),
      .init("fingerprint", Self.fingerprint(of: reading)),
      .init("not_finished", .array(Set(reading.failures).sorted().map { .string($0) })),
    ]
    return .object(members)
  }

  private static func grade(_ mark: Conformance.Mark?) -> JSONValue {
    guard let mark, mark.grade != .notTested else {
      return .record(["grade": .string(Grade.notTested.rawValue), "detail": .null])
    }
    return .record([
      "grade": .string(mark.grade.rawValue), "detail": .string(mark.detail),
    ])
  }

  private static func challengeRate(_ rate: ChallengeRate?) -> JSONValue {
    guard let rate else { return .record(["observed_per_s": .null, "scope": .null]) }
    return .record([
      "observed_per_s": .number((rate.perSecond * 10).rounded() / 10),
      "limited": .bool(rate.isLimited),
      "scope": JSONValue(rate.scope),
      "asked": JSONValue(rate.asked),
      "packets": packets(rate.packets),
    ])
  }

  private static func cell(_ entry: MatrixReading.Entry) -> JSONValue {
    .record([
      "cell": .string(entry.cell.rawValue),
      "segment": .string(entry.cell.summary),
      "outcome": .string(entry.outcome.rawValue),
      "doubt": entry.doubt.isEmpty ? .null : .string(entry.doubt),
      "connections": .array(entry.observations.map { JSONValue($0.attempt) }),
      "packets": packets(entry.observations.flatMap(\.evidence)),
    ])
  }

  private static func halfOpen(_ entry: HalfOpenReading.Entry) -> JSONValue {
    .record([
      "question": .string(entry.question.rawValue),
      "segment": .string(entry.question.summary),
      "reaction": JSONValue(entry.reaction?.rawValue),
      "half_open": .string(entry.liveness.rawValue),
      "connections": .array(entry.observations.map { JSONValue($0.attempt) }),
      "packets": packets(entry.observations.flatMap(\.packets)),
    ])
  }

  private func close(_ close: CloseObservation) -> JSONValue {
    let end: String =
      if !close.resetsBefore.isEmpty {
        "reset"
      } else if close.fin == nil {
        close.isAcknowledged ? "half-closed" : "silence"
      } else {
        close.resetsBehind.isEmpty ? "fin" : "fin-then-reset"
      }
    return .record([
      "ends_with": .string(end),
      "after_s": close.delay.map { JSONValue(seconds: $0) } ?? .null,
      "octets": JSONValue(close.octets),
      "connection": JSONValue(close.attempt),
      "packets": Self.packets(
        close.packets + close.resetsBefore + close.resetsBehind
          + [close.fin, close.afterClose].compactMap(\.self)),
    ])
  }

  static func packets(_ indexes: [Int]) -> JSONValue {
    .array(Set(indexes).sorted().map { JSONValue($0) })
  }
}

// MARK: - Details of findings

extension JSONValue {
  /// What a finding says beside its own members.
  init(_ value: Detail.Value) {
    switch value {
    case .word(let word): self = .string(word)
    case .number(let number): self = .number(number)
    case .numbers(let numbers): self = .array(numbers.map { JSONValue.number($0) })
    case .words(let words): self = .array(words.map { JSONValue.string($0) })
    }
  }
}
