import RSTCore

/// Reads what a rule expects, after VOCABULARY, section 7.
struct ExpectationReader {
  /// What is wrong so far.
  private(set) var mistakes: [PolicyMistake] = []

  private let variables: PolicyVariables

  init(_ variables: PolicyVariables) { self.variables = variables }

  private static let keys = AuditExpectation.Kind.allCases.map(\.rawValue)

  private mutating func complain(_ place: PolicyPlace, _ problem: String, hint: String = "") {
    mistakes.append(PolicyMistake(at: place, problem, hint: hint))
  }

  /// Reads a mapping of kinds, or the state of the port alone.
  mutating func expectations(_ node: PolicyNode) -> [AuditExpectation] {
    guard let node = resolved(node) else { return [] }
    guard case .map(let pairs) = node.value else {
      return states(node).map { [AuditExpectation(.port($0), at: node.place)] } ?? []
    }
    var keys = RuleReader(variables)
    keys.checkKeys(of: pairs, among: Self.keys, of: "an expectation")
    mistakes += keys.mistakes
    if pairs.isEmpty { complain(node.place, "nothing is expected") }
    let found = pairs.compactMap { key, value -> AuditExpectation? in
      guard let kind = AuditExpectation.Kind(rawValue: key.text) else { return nil }
      return demand(kind, value).map { AuditExpectation($0, at: key.place) }
    }
    checkTogether(found)
    let order = AuditExpectation.Kind.allCases
    return found.sorted {
      (order.firstIndex(of: $0.kind) ?? 0) < (order.firstIndex(of: $1.kind) ?? 0)
    }
  }

  private mutating func demand(
    _ kind: AuditExpectation.Kind, _ node: PolicyNode
  ) -> AuditExpectation.Demand? {
    switch kind {
    case .port: return states(node).map { .port($0) }
    case .responder:
      let all = Responder.allCases.filter { $0 != .unknown }
      return words(node, "responder", all.map { ($0.rawValue, $0) }).map { .responder($0) }
    case .byHop: return hops(node).map { .byHop($0) }
    case .icmp:
      let all = AuditExpectation.ICMPWord.all
      return words(node, "ICMP refusal", all.map { ($0.word, $0) }).map { .icmp($0) }
    case .findings: return codes(node).map { .findings($0) }
    case .never: return codes(node).map { .never($0) }
    case .conformance: return conformance(node)
    case .idleSurvives:
      return duration(node, atLeast: .seconds(1)).map { .idleSurvives($0) }
    case .answersWithin:
      return duration(node, atLeast: .milliseconds(1)).map { .answersWithin($0) }
    }
  }

  private mutating func resolved(_ node: PolicyNode) -> PolicyNode? {
    do throws(PolicyMistake) { return try variables.resolve(node) } catch {
      mistakes.append(error)
      return nil
    }
  }

  private mutating func states(_ node: PolicyNode) -> [PortState]? {
    let all = PortState.allCases.filter { $0 != .inconclusive }
    return words(node, "port state", all.map { ($0.rawValue, $0) })
  }

  /// One word or a list of words; nil where none is right.
  private mutating func words<Word: Hashable>(
    _ node: PolicyNode, _ what: String, _ all: [(String, Word)]
  ) -> [Word]? {
    let (values, mistakes) = variables.flatten(node)
    self.mistakes += mistakes
    if values.isEmpty, mistakes.isEmpty {
      complain(node.place, "a \(what) is expected, not nothing")
    }
    var found: [Word] = []
    for value in values {
      guard let word = all.first(where: { $0.0 == value.text })?.1 else {
        complain(
          value.place, "there is no \(what) \(value.kind)",
          hint: NearestWord.hint(for: value.text ?? "", among: all.map(\.0)))
        continue
      }
      if !found.contains(word) { found.append(word) }
    }
    return found.isEmpty ? nil : found
  }

  private mutating func hops(_ node: PolicyNode) -> ClosedRange<Int>? {
    guard let node = resolved(node) else { return nil }
    let ends = (node.text ?? "").split(separator: "-", omittingEmptySubsequences: false)
      .map { part in UInt8(part.trimmingSpaces).map { Int($0) } ?? 0 }
    guard let first = ends.first, let last = ends.last, ends.count <= 2, first > 0, last >= first
    else {
      complain(
        node.place, "\(node.kind) is no hop", hint: "write 3, or 2-3; the first router is 1")
      return nil
    }
    return first...last
  }

  private mutating func codes(_ node: PolicyNode) -> [FindingCode]? {
    let (values, mistakes) = variables.flatten(node)
    self.mistakes += mistakes
    if values.isEmpty, mistakes.isEmpty { complain(node.place, "finding codes are expected") }
    var found: [FindingCode] = []
    for value in values {
      let code = FindingCode(rawValue: value.text ?? "")
      switch AuditNeed(of: code) {
      case .diagnosis, .check, .idle: found.append(code)
      case .trigger:
        complain(
          value.place, "'\(code.rawValue)' takes a trigger, which an audit does not send",
          hint: "try rstprobe HOST:PORT --http-host or --sni")
      case .capture:
        complain(
          value.place, "'\(code.rawValue)' is said of capture files alone",
          hint: "see rstprobe explain --fail-on")
      case nil:
        complain(
          value.place, "there is no finding \(value.kind)",
          hint: NearestWord.hint(for: code.rawValue, among: AuditNeed.codes.map(\.rawValue)))
      }
    }
    return found.isEmpty ? nil : found
  }

  private mutating func conformance(_ node: PolicyNode) -> AuditExpectation.Demand? {
    guard let node = resolved(node) else { return nil }
    guard case .map(let pairs) = node.value else {
      let all = [FindingCode.rfc5961Conformant, .rfc5961Partial, .rfc5961Vulnerable]
      let names = all.map { (String($0.rawValue.dropFirst("rfc5961-".count)), $0) }
      return words(node, "summary of RFC 5961", names).map { .conformance($0) }
    }
    var keys = RuleReader(variables)
    let names = AuditExpectation.GradeKey.allCases.map(\.rawValue)
    keys.checkKeys(of: pairs, among: names, of: "rfc5961")
    mistakes += keys.mistakes
    let known = [Grade.mitigated, .vulnerable, .silent]
    var grades: [AuditExpectation.GradeKey: [Grade]] = [:]
    for (key, value) in pairs {
      guard let name = AuditExpectation.GradeKey(rawValue: key.text) else { continue }
      grades[name] = words(value, "grade", known.map { ($0.rawValue, $0) })
    }
    return grades.isEmpty ? nil : .grades(grades)
  }

  private mutating func duration(_ node: PolicyNode, atLeast least: Duration) -> Duration? {
    guard let node = resolved(node) else { return nil }
    guard let duration = node.text.flatMap(PolicyDuration.read) else {
      complain(
        node.place, "\(node.kind) is no duration",
        hint: "write seconds, or a number with ms, s, m or h")
      return nil
    }
    guard duration >= least, duration <= .seconds(86_400) else {
      complain(
        node.place, "\(node.kind) is out of range",
        hint: "\(least.policyText) at least, 24h at most")
      return nil
    }
    return duration
  }

  /// What expectations of one rule ask of each other.
  private mutating func checkTogether(_ found: [AuditExpectation]) {
    var asked: Set<FindingCode> = []
    var states: [PortState] = []
    var isLeftAlone = false
    for expectation in found {
      if case .findings(let codes) = expectation.demand { asked.formUnion(codes) }
      if case .port(let words) = expectation.demand { states = words }
      if case .idleSurvives = expectation.demand { isLeftAlone = true }
    }
    for expectation in found {
      var codes: [FindingCode] = []
      switch expectation.demand {
      case .findings(let words): codes = words
      case .never(let words):
        codes = words
        for code in words where asked.contains(code) {
          complain(
            expectation.place, "'\(code.rawValue)' is expected and forbidden at once")
        }
      case .conformance, .grades, .idleSurvives:
        if !states.isEmpty, !states.contains(.open) {
          complain(
            expectation.place,
            "'\(expectation.kind.rawValue)' takes a connection, and the port is expected not to be "
              + "open")
        }
      case .port, .responder, .byHop, .icmp, .answersWithin: break
      }
      for code in codes where AuditNeed(of: code) == .idle && !isLeftAlone {
        complain(
          expectation.place, "'\(code.rawValue)' takes connections that are left alone",
          hint: "add idle_survives: DURATION")
      }
    }
  }
}

/// A DURATION of the command line: VOCABULARY, section 6.
enum PolicyDuration {
  /// Reads a number of seconds, or one with `ms`, `s`, `m` or `h`; nil where it is none.
  static func read(_ text: String) -> Duration? {
    let units: [(suffix: String, milliseconds: Double)] = [
      ("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000),
    ]
    let unit = units.first { text.hasSuffix($0.suffix) } ?? ("", 1_000)
    let digits = text.dropLast(unit.suffix.count)
    guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2e }),
      let number = Double(digits), number * unit.milliseconds < 1e12
    else { return nil }
    return .milliseconds(Int64(number * unit.milliseconds))
  }
}

extension Substring {
  /// Without spaces at its ends.
  var trimmingSpaces: Substring {
    let start = drop { $0 == " " }
    return start.lastIndex { $0 != " " }.map { start[...$0] } ?? ""
  }
}
