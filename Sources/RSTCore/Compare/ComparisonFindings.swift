import RSTWire

extension FindingCode {
  /// Seen at one capture point, and never sent at the other.
  public static let forgedByComparison = Self(rawValue: "forged-by-comparison")
  /// Sent at one capture point, and never arrived at the other.
  public static let lostInPath = Self(rawValue: "lost-in-path")
}

/// What a comparison says of a connection.
struct ComparisonFindings {
  let connection: ComparedConnection
  let sides: PerSide<SideComparison>

  /// How many frames a finding names of each capture.
  private static let mostFrames = 16

  /// Everything that is to be said.
  func all() -> [ComparedFinding] {
    let absences = (sides.client.absences + sides.server.absences)
      .sorted { $0.segment.moment < $1.segment.moment }
    return [forged(absences), lost(absences)].compactMap(\.self)
  }

  private func forged(_ all: [Absence]) -> ComparedFinding? {
    let forged = all.filter { $0.fate == .neverSent }
    guard let surest = surest(forged) else { return nil }
    let passed = forged.compactMap {
      $0.segment.isReset ? connection.hasProvocationPassed($0.segment, at: $0.seenAt) : nil
    }
    let isKept = passed.contains(false) && !passed.contains(true)
    return finding(
      .forgedByComparison, surest, forged, code: "never-sent",
      responder: isKept ? .networkDevice : .injector,
      explanation:
        "Somebody between the two points made \(Self.segments(forged)) in the name of "
        + "\(Self.names(forged)): the capture nearer to that side never saw \(Self.them(forged)). "
        + (isKept
          ? "What was answered so did not go on: a device in line does it."
          : "The real sender knows nothing of it."),
      nextStep:
        "Move the two capture points towards each other until both show it: whoever makes it sits "
        + "between the last two.")
  }

  private func lost(_ all: [Absence]) -> ComparedFinding? {
    let lost = all.filter { $0.fate == .lost }
    guard let surest = surest(lost) else { return nil }
    return finding(
      .lostInPath, surest, lost, code: "never-arrived", responder: .unknown,
      explanation:
        "\(Self.segments(lost).capitalisedFirst) of \(Self.names(lost)) left one point and did not "
        + "arrive at the other: lost, or kept back by a device between.",
      nextStep:
        "See whether only such segments vanish (a filter) or others too (loss): compare the counts."
    )
  }

  private func surest(_ absences: [Absence]) -> Doubt? {
    Doubt.allCases.first { doubt in absences.contains { $0.doubt == doubt } }
  }

  private func finding(
    _ word: FindingCode, _ doubt: Doubt, _ absences: [Absence], code: String,
    responder: Responder, explanation: String, nextStep: String
  ) -> ComparedFinding {
    var evidence: [Evidence] = []
    var frames = PerPoint<Set<Int>>([], [])
    for side in Side.allCases {
      for point in CapturePoint.allCases {
        let own = absences.filter { $0.segment.side == side && $0.seenAt == point }
        guard !own.isEmpty else { continue }
        let listed = own.prefix(Self.mostFrames).map(\.segment.frame)
        frames[point].formUnion(listed)
        for absence in own.prefix(Self.mostFrames) { add(absence, &frames) }
        evidence.append(
          Evidence(
            code, weight: doubt == .none ? 5 : doubt == .elsewhere ? 1.5 : 0.5,
            detail:
              "\(own.count) of the \(side.rawValue)'s: \(Self.kinds(own)); in the \(point.rawValue) "
              + "file alone" + (point == .second ? ", frames \(Self.list(listed))" : ""),
            packets: point == .first ? listed : [], source: "the comparison of two captures"))
      }
    }
    if let sentence = Self.sentence(doubt) {
      evidence.append(
        Evidence(
          "may-be-missed", weight: -1.5, detail: sentence,
          source: "the comparison of two captures"))
    }
    let finding = Finding(
      code: word, confidence: doubt.confidence, responder: responder, phase: phase(absences),
      evidence: evidence, explanation: explanation, nextStep: nextStep,
      occurrences: Finding.Occurrences(
        count: absences.count,
        total: absences.count + sides.client.passed + sides.server.passed),
      details: [Detail("doubt", .word(doubt.rawValue))])
    return ComparedFinding(
      finding: finding, firstFrames: frames.first.sorted(), secondFrames: frames.second.sorted())
  }

  /// What both captures show right before and behind, so that a look at either file tells the place.
  private func add(_ absence: Absence, _ frames: inout PerPoint<Set<Int>>) {
    let passages = connection.pairing.passages
    let point = absence.seenAt
    let before = passages.last { $0[point].frame < absence.segment.frame }
    let behind = passages.first { $0[point].frame > absence.segment.frame }
    for passage in [before, behind].compactMap(\.self) {
      frames.first.insert(passage.first.frame)
      frames.second.insert(passage.second.frame)
    }
  }

  private func phase(_ absences: [Absence]) -> Phase? {
    guard let first = absences.first else { return nil }
    let beginning = connection.segments[first.seenAt].filter {
      $0.frame < first.segment.frame && !$0.isReset
    }
    if beginning.contains(where: { $0.flags.contains(.fin) }) { return .close }
    let hasHandshake =
      beginning.contains(where: \.isSYNACK)
      && beginning.contains { $0.side == .client && $0.flags.contains(.acknowledgement) }
    return hasHandshake || !beginning.contains(where: \.isSYN) ? .data : .handshake
  }
}

// MARK: - Words

extension ComparisonFindings {
  private static func segments(_ absences: [Absence]) -> String {
    let noun = absences.allSatisfy(\.segment.isReset) ? "reset" : "segment"
    return absences.count == 1 ? "one \(noun)" : "\(absences.count) \(noun)s"
  }

  private static func them(_ absences: [Absence]) -> String { absences.count == 1 ? "it" : "them" }

  private static func names(_ absences: [Absence]) -> String {
    let sides = Set(absences.map(\.segment.side))
    return Side.allCases.filter(sides.contains).map { "the \($0.rawValue)" }
      .joined(separator: " and ")
  }

  private static func kinds(_ absences: [Absence]) -> String {
    var counts: [(String, Int)] = []
    for absence in absences {
      let kind = kind(absence.segment)
      if let place = counts.firstIndex(where: { $0.0 == kind }) {
        counts[place].1 += 1
      } else {
        counts.append((kind, 1))
      }
    }
    return counts.map { "\($0.1) \($0.0)" }.joined(separator: ", ")
  }

  private static func kind(_ segment: LoggedSegment) -> String {
    if segment.isReset { return "RST" }
    if segment.isSYNACK { return "SYN ACK" }
    if segment.flags.contains(.syn) { return "SYN" }
    return segment.length > 0 ? "with data" : "FIN"
  }

  private static func list(_ frames: [Int]) -> String {
    frames.map { "\($0)" }.joined(separator: ", ")
  }

  private static func sentence(_ doubt: Doubt) -> String? {
    switch doubt {
    case .none: nil
    case .elsewhere: "the capture that does not show them misses others that did pass"
    case .stopped: "the capture that does not show them may not have run then"
    }
  }
}

extension String {
  fileprivate var capitalisedFirst: String { prefix(1).uppercased() + dropFirst() }
}
