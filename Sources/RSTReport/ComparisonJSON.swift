import RSTCore

/// What a comparison of two captures says, for programs.
enum ComparisonJSON {
  /// What holds for both captures as a whole.
  static func summary(_ comparison: Comparison) -> JSONValue {
    .record([
      "clock_offset_s": offset(comparison.clock),
      "paired": JSONValue(comparison.paired.values.reduce(0, +)),
      "paired_by": .object(
        comparison.paired.sorted { $0.key < $1.key }.map { .init($0.key, JSONValue($0.value)) }),
      "only_first": JSONValue(comparison.onlyFirst),
      "only_second": JSONValue(comparison.onlySecond),
      "left_out": .array([
        JSONValue(comparison.leftOut.first), JSONValue(comparison.leftOut.second),
      ]),
      "segments": counts(comparison.totals),
      "changes": .array(
        PathChange.Kind.allCases.compactMap { kind in
          comparison.changes[kind].map {
            .record([
              "what": .string(kind.rawValue), "connections": JSONValue($0.connections),
              "example": change($0.example),
            ])
          }
        }),
    ])
  }

  /// What holds for one connection.
  static func connection(_ comparison: ConnectionComparison) -> JSONValue {
    .record([
      "paired_by": JSONValue(comparison.pairedBy),
      "client": JSONValue(comparison.counterpart.map { Words.endpoint($0.client) }),
      "server": JSONValue(comparison.counterpart.map { Words.endpoint($0.server) }),
      "first_frame": JSONValue(comparison.counterpart?.firstFrame),
      "nearer_to_client": JSONValue(comparison.nearerToClient?.rawValue),
      "from_client": side(comparison.clientSide),
      "from_server": side(comparison.serverSide),
      "changes": .array(comparison.changes.map(change)),
    ])
  }

  /// A finding: as any other, with the frames of each file.
  static func finding(_ compared: ComparedFinding) -> JSONValue {
    guard case .object(var members) = JSONReport.finding(compared.finding) else { return .null }
    members += [
      .init("frames", .array(compared.firstFrames.map { JSONValue($0) })),
      .init("frames_compared", .array(compared.secondFrames.map { JSONValue($0) })),
      .init("display_filter", .string(CaptureText.filter(compared.firstFrames))),
      .init("display_filter_compared", .string(CaptureText.filter(compared.secondFrames))),
    ]
    return .object(members)
  }

  private static func offset(_ clock: ClockOffset) -> JSONValue {
    guard clock.passages > 0, !clock.isContradictory else { return .null }
    func bound(_ bound: Duration?) -> JSONValue {
      bound.map { .number(Double($0.nanoseconds) / 1e9) } ?? .null
    }
    return .array([bound(clock.low), bound(clock.high)])
  }

  private static func side(_ side: SideComparison) -> JSONValue {
    guard case .object(var members) = counts(side) else { return .null }
    members.append(.init("absences", .array(side.absences.map(absence))))
    return .object(members)
  }

  private static func counts(_ side: SideComparison) -> JSONValue {
    .record([
      "passed": JSONValue(side.passed), "lost": JSONValue(side.lost),
      "never_sent": JSONValue(side.neverSent), "doubled": JSONValue(side.doubled),
      "recut": JSONValue(side.recut), "missed": JSONValue(side.missed),
      "undecided": JSONValue(side.undecided),
    ])
  }

  private static func absence(_ absence: Absence) -> JSONValue {
    .record([
      "fate": .string(absence.fate.rawValue), "file": .string(absence.seenAt.rawValue),
      "frame": JSONValue(absence.segment.frame), "doubt": .string(absence.doubt.rawValue),
    ])
  }

  private static func change(_ change: PathChange) -> JSONValue {
    .record([
      "what": .string(change.kind.rawValue), "from": .string(change.side.rawValue),
      "before": .string(change.before), "after": .string(change.after),
    ])
  }
}
