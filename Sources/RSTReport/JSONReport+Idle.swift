import RSTCore

// MARK: - Idle holds

extension JSONReport {
  /// What connections did that were left alone; null where that was not asked for, or not possible.
  var idle: JSONValue {
    guard let reading = diagnosis.conclusion.connections?.idle else { return .null }
    let result = diagnosis.idleResult
    let isClear = result != .inconclusive
    let likely = isClear ? reading.likely(port: diagnosis.target.port) : []
    return .record([
      "planned_s": JSONValue(seconds: reading.ladder.longest),
      "rounds": JSONValue(reading.ladder.rounds),
      "holds": .array(reading.holds.map(Self.hold)),
      "result": .string(result.rawValue),
      "on": JSONValue(isClear ? reading.on?.rawValue : nil),
      "after_s": isClear ? .array(reading.interval.map { JSONValue.number($0) }) : .null,
      "keepalives": JSONValue(reading.keepAlives.count),
      "likely": .array(likely.map(Self.known)),
    ])
  }

  private static func hold(_ hold: HoldObservation) -> JSONValue {
    .record([
      "planned_s": JSONValue(seconds: hold.planned),
      "held_s": JSONValue(seconds: hold.held),
      "round": JSONValue(hold.round),
      "ended": .string(IdleReading.ending(of: hold).rawValue),
      "on": JSONValue(IdleReading.occasion(of: hold)?.rawValue),
      "events": .array(hold.events.map(event)),
      "questions": JSONValue(hold.questions),
      "connection": JSONValue(hold.attempt),
      "packets": packets(hold.packets + [hold.answer].compactMap(\.self)),
    ])
  }

  private static func event(_ event: HoldObservation.Event) -> JSONValue {
    .record([
      "kind": .string(event.kind.rawValue), "after_s": JSONValue(seconds: event.after),
      "packet": JSONValue(event.packet),
    ])
  }

  private static func known(_ known: KnownTimeout) -> JSONValue {
    .record([
      "name": .string(known.name), "seconds": JSONValue(known.seconds),
      "source": .string(known.source),
    ])
  }
}

extension Diagnosis {
  /// What is said of the idle holds: what the reading says, where a finding bears it out.
  var idleResult: IdleReading.Result {
    guard let reading = conclusion.connections?.idle,
      conclusion.findings.contains(where: { $0.code.rawValue == "idle-\(reading.result.rawValue)" })
    else { return .inconclusive }
    return reading.result
  }
}
