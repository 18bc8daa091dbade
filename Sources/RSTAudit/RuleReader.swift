import RSTCore

/// Reads the rules of a policy; what is wrong is collected, and the rest read on.
struct RuleReader {
  /// What is wrong so far.
  var mistakes: [PolicyMistake] = []

  let variables: PolicyVariables

  init(_ variables: PolicyVariables) { self.variables = variables }

  private static let keys = ["name", "targets", "ports", "expect", "severity", "comment"]

  mutating func complain(_ place: PolicyPlace, _ problem: String, hint: String = "") {
    mistakes.append(PolicyMistake(at: place, problem, hint: hint))
  }

  /// Complains of keys that nobody knows, and of those that are there twice.
  mutating func checkKeys(
    of pairs: [(key: PolicyNode.Key, value: PolicyNode)], among words: [String], of what: String
  ) {
    var seen: [String: PolicyPlace] = [:]
    for (key, _) in pairs {
      if let first = seen[key.text] {
        complain(
          key.place, "the key '\(key.text)' is given twice",
          hint: "first in line \(first.line); keep one of them")
      } else if !words.contains(key.text) {
        complain(
          key.place, "\(what) has no key '\(key.text.prefix(60))'",
          hint: NearestWord.hint(for: key.text, among: words))
      }
      seen[key.text] = seen[key.text] ?? key.place
    }
  }

  /// Reads one rule; nil where it cannot be used, and `mistakes` says why.
  mutating func rule(_ node: PolicyNode, isForEverythingElse: Bool) -> AuditRule? {
    guard case .map(let pairs) = node.value else {
      complain(node.place, "a rule is a mapping, not \(node.kind)")
      return nil
    }
    let before = mistakes.count
    checkKeys(of: pairs, among: Self.keys, of: "a rule")
    func value(_ key: String) -> PolicyNode? { pairs.first { $0.key.text == key }?.value }
    let place = pairs.first { $0.key.text == "name" }?.value.place ?? node.place
    for key in isForEverythingElse ? ["ports", "expect"] : ["name", "targets", "ports", "expect"]
    where value(key) == nil {
      complain(node.place, "the rule has no '\(key)'")
    }
    let name = value("name").map { text($0, "a rule's name") } ?? "everything else"
    let targets = value("targets").map { self.targets($0) } ?? []
    let ports = value("ports").flatMap { self.ports($0) }
    var reader = ExpectationReader(variables)
    let expectations = value("expect").map { reader.expectations($0) } ?? []
    mistakes += reader.mistakes
    let severity = value("severity").flatMap { self.severity($0) } ?? .medium
    let comment = value("comment").flatMap { text($0, "a comment") } ?? ""
    guard mistakes.count == before, let ports, let name else { return nil }
    return AuditRule(
      name: name, place: place, targets: targets, ports: ports, expectations: expectations,
      severity: severity, comment: comment, isForEverythingElse: isForEverythingElse)
  }

  private mutating func text(_ node: PolicyNode, _ what: String) -> String? {
    guard let text = node.text, text.count <= 500 else {
      complain(node.place, "\(what) is a text of up to 500 characters, not \(node.kind)")
      return nil
    }
    return text
  }

  private mutating func targets(_ node: PolicyNode) -> [TargetExpression] {
    let (values, mistakes) = variables.flatten(node)
    self.mistakes += mistakes
    if values.isEmpty, mistakes.isEmpty { complain(node.place, "there are no targets") }
    return values.compactMap { value in
      guard let text = value.text else {
        complain(value.place, "a target is expected, not \(value.kind)")
        return nil
      }
      do throws(TargetTextError) {
        return try TargetExpression(parsing: text, isExact: true)
      } catch {
        complain(value.place, error.problem, hint: error.hint)
        return nil
      }
    }
  }

  private mutating func ports(_ node: PolicyNode) -> PortList? {
    let (values, mistakes) = variables.flatten(node, splitsCommas: true)
    self.mistakes += mistakes
    if values.isEmpty, mistakes.isEmpty { complain(node.place, "there are no ports") }
    var ranges: [ClosedRange<UInt16>] = []
    for value in values {
      guard let text = value.text else {
        complain(value.place, "ports are expected, not \(value.kind)")
        continue
      }
      do throws(TargetTextError) { ranges += try PortList(parsing: text).ranges } catch {
        complain(value.place, error.problem, hint: error.hint)
      }
    }
    return ranges.isEmpty ? nil : PortList(ranges)
  }

  private mutating func severity(_ node: PolicyNode) -> AuditSeverity? {
    let words = AuditSeverity.allCases.map(\.rawValue)
    guard let severity = node.text.flatMap(AuditSeverity.init(rawValue:)) else {
      complain(
        node.place, "there is no severity \(node.kind)",
        hint: NearestWord.hint(for: node.text ?? "", among: words))
      return nil
    }
    return severity
  }
}
