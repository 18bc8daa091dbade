// MARK: - Findings

extension AuditJudgement {
  /// From this confidence on a finding that is not said cannot be denied either: what is left to a
  /// state that is said.
  static let deniable = 1 - Conclusion.enough

  static func findings(_ codes: [FindingCode], _ seen: AuditObservation) -> Self {
    let missing = codes.filter { seen.finding($0) == nil }
    guard !missing.isEmpty else {
      return Self(.held, codes.map(\.rawValue).joined(separator: ", "))
    }
    let absent = missing.map(\.rawValue).joined(separator: ", ")
    let doubts = missing.compactMap { doubt(about: $0, seen) }
    guard doubts.count == missing.count else {
      return Self(.violated, "\(seen.words), without \(absent)")
    }
    return Self(.inconclusive, "\(seen.words); \(doubts[0])")
  }

  static func never(_ codes: [FindingCode], _ seen: AuditObservation) -> Self {
    if let found = codes.lazy.compactMap({ seen.finding($0) }).first {
      return Self(
        .violated, "\(found.code.rawValue), responder \(found.responder.rawValue)",
        evidence: Array(found.evidence.prefix(3)), nextStep: found.nextStep)
    }
    if let doubt = codes.lazy.compactMap({ doubt(about: $0, seen) }).first {
      return Self(.inconclusive, "\(seen.words); \(doubt)")
    }
    return Self(.held, "\(seen.words), without \(codes.map(\.rawValue).joined(separator: ", "))")
  }

  /// Why a finding that is not said cannot be denied; nil where it can.
  private static func doubt(about code: FindingCode, _ seen: AuditObservation) -> String? {
    if let weighed = seen.considered.first(where: { $0.code == code }),
      weighed.confidence >= deniable
    {
      return "\(code.rawValue) cannot be excluded"
    }
    if seen.verdict.port == .inconclusive { return "the state of the port is not clear" }
    if seen.isInterrupted { return "the run was interrupted" }
    switch AuditNeed(of: code) {
    case .check(let check):
      // A port that is not open has no connections that could show it: it is not so.
      guard seen.verdict.port == .open else { return nil }
      guard let connections = seen.connections else { return "no connection was opened" }
      if check == .conformance, let doubt = doubt(about: code, connections.conformance) {
        return doubt
      }
      return connections.failures.first
    case .idle:
      guard seen.verdict.port == .open else { return nil }
      guard let idle = seen.connections?.idle else { return "no connection was left alone" }
      return idle.result == .inconclusive ? "what idle connections do is not clear" : nil
    case .diagnosis, .trigger, .capture, nil:
      return nil
    }
  }

  /// One of two grades makes a stack vulnerable; nothing less than all of them makes the other words.
  private static func doubt(about code: FindingCode, _ conformance: Conformance) -> String? {
    let marks =
      code == .rfc5961Vulnerable ? [conformance.reset, conformance.syn] : conformance.decisive
    let isUnclear = marks.contains { !$0.grade.isKnown }
    return isUnclear ? "the grades of RFC 5961 are not clear" : nil
  }
}

// MARK: - Connections

extension AuditJudgement {
  static func conformance(_ codes: [FindingCode], _ seen: AuditObservation) -> Self {
    connected(seen) { connections in
      guard let word = ConformanceSummary.word(connections.conformance) else {
        return Self(.inconclusive, "the grades of RFC 5961 are not clear")
      }
      let found = seen.finding(word)
      return Self(
        codes.contains(word) ? .held : .violated, word.rawValue,
        evidence: Array((found?.evidence ?? []).prefix(3)), nextStep: found?.nextStep ?? "")
    }
  }

  static func grades(
    _ expected: [AuditExpectation.GradeKey: [Grade]], _ seen: AuditObservation
  ) -> Self {
    connected(seen) { connections in
      let marks = AuditExpectation.GradeKey.allCases.compactMap { key in
        expected[key].map { (key, wanted: $0, mark: connections.conformance[key]) }
      }
      let words = marks.map { "\($0.rawValue) \($2.grade.rawValue)" }.joined(separator: ", ")
      let wrong = marks.filter { !$0.wanted.contains($0.mark.grade) }
      guard let first = wrong.first(where: { $0.mark.grade.isKnown }) ?? wrong.first else {
        return Self(.held, words)
      }
      let details = first.mark.detail.isEmpty ? words : "\(words) (\(first.mark.detail))"
      return Self(first.mark.grade.isKnown ? .violated : .inconclusive, details)
    }
  }

  static func idle(_ duration: Duration, _ seen: AuditObservation) -> Self {
    connected(seen) { connections in
      guard let idle = connections.idle, idle.result != .inconclusive else {
        return Self(.inconclusive, "what idle connections do is not clear")
      }
      let stood = "connections stand for \(idle.low.policyText)"
      switch idle.result {
      case .survived:
        // Keep-alives of the peer make it stand too: that is what was asked for.
        let longest = idle.survivors.last?.planned ?? idle.low
        return Self(longest >= duration ? .held : .inconclusive, stood)
      case .close, .reset, .silentDrop:
        guard let end = idle.high, end <= duration + .seconds(1) else {
          return Self(.inconclusive, stood)
        }
        let code = FindingCode(rawValue: "idle-\(idle.result.rawValue)")
        let found = seen.finding(code)
        return Self(
          .violated, "\(code.rawValue) after \(idle.low.policyText) to \(end.policyText)",
          evidence: Array((found?.evidence ?? []).prefix(3)), nextStep: found?.nextStep ?? "")
      case .inconclusive:
        return Self(.inconclusive, "what idle connections do is not clear")
      }
    }
  }

  /// What only connections show: of a port that takes none it is neither so nor not so.
  private static func connected(
    _ seen: AuditObservation, _ judge: (ConnectionReading) -> Self
  ) -> Self {
    guard seen.verdict.port != .inconclusive else { return unclear(seen) }
    guard seen.verdict.port == .open, let connections = seen.connections else {
      return Self(.inconclusive, "\(seen.words): there is no connection to test")
    }
    return judge(connections)
  }
}

extension Conformance {
  subscript(key: AuditExpectation.GradeKey) -> Mark {
    switch key {
    case .reset: reset
    case .syn: syn
    case .data: data
    case .fin: fin
    }
  }
}

extension Grade {
  /// Whether something was found out.
  var isKnown: Bool { self != .inconclusive && self != .notTested }
}
