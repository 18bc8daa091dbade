import RSTCore

// MARK: - Triggers

extension JSONReport {
  /// What each trigger did, beside its controls; null where none was tried.
  var interference: JSONValue {
    let triggers = diagnosis.conclusion.connections?.triggers ?? []
    guard !triggers.isEmpty else { return .null }
    return .record(["triggers": .array(triggers.map(trigger))])
  }

  private func trigger(_ report: TriggerReport) -> JSONValue {
    .record([
      "kind": .string(report.trigger.kind.rawValue),
      "name": .string(report.trigger.name),
      "octets": JSONValue(report.trigger.octets.count),
      "harmless_name": JSONValue(report.trigger.harmlessName),
      "outcome": .string(report.outcome),
      "manner": JSONValue(report.manner),
      "direction": JSONValue(report.direction),
      "hop_range": JSONValue(report.hops),
      "split_blocked": report.isSplitBlocked.map { .bool($0) } ?? .null,
      "connections": .array(report.connections.map(connection)),
    ])
  }

  private func connection(_ connection: TriggerReport.Connection) -> JSONValue {
    .record([
      "role": .string(connection.role.name),
      "hop_limit": JSONValue(connection.role.hopLimit),
      "connection": JSONValue(connection.attempt),
      "at_s": seconds(connection.opened),
      "result": .string(connection.result.rawValue),
      "resets": JSONValue(connection.resets),
      "reset_after_s": connection.delay.map { JSONValue(seconds: $0) } ?? .null,
      "router": JSONValue(connection.router.map { "\($0)" }),
      "packets": Self.packets(connection.packets),
    ])
  }
}
