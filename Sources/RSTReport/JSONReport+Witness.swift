import RSTCore

// MARK: - A witness at the target

extension JSONReport {
  /// What the witness shows of each reset; nil where there was none.
  var witness: JSONValue? {
    guard let witness = diagnosis.witness else { return nil }
    return .record([
      "complete": .bool(witness.gap == nil),
      "gap": JSONValue(witness.gap?.rawValue),
      "reasons": .bool(witness.hasReasons),
      "segments": JSONValue(witness.segments),
      "resets": .array(witness.resets.map(Self.reset)),
    ])
  }

  private static func reset(_ reset: WitnessedReset) -> JSONValue {
    var (origin, maker, reason, state) = ("", String?.none, String?.none, String?.none)
    var (hasArrived, doubt) = (Bool?.none, String?.none)
    switch reset.origin {
    case .sent(.stack(let made)):
      (origin, maker, reason, state) = ("sent", "tcp", made.reason, made.state)
    case .sent(.beside): (origin, maker) = ("sent", "other")
    case .sent(.unknown): (origin, maker) = ("sent", "unknown")
    case .passed: origin = "passed"
    case .neverSent(let arrived): (origin, hasArrived) = ("never-sent", arrived)
    case .unproven(let why): (origin, doubt) = ("unproven", why.rawValue)
    }
    return .record([
      "packet": JSONValue(reset.packet),
      "origin": .string(origin),
      "maker": JSONValue(maker),
      "kernel_reason": JSONValue(reason),
      "kernel_state": JSONValue(state),
      "arrived": JSONValue(hasArrived),
      "doubt": JSONValue(doubt),
    ])
  }
}
