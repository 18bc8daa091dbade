/// Two expectations of one port that cannot both hold.
public struct AuditContradiction: Hashable, Sendable {
  /// The rule that stands first.
  public var first: AuditExpectation
  /// The one that contradicts it.
  public var second: AuditExpectation
  /// The first rule's name.
  public var firstRule: String

  /// Every contradiction of a policy, at most one for two rules.
  ///
  /// - Parameter rules: Its rules; those about everything else contradict nobody.
  /// - Returns: The contradictions, in the order of the later rule.
  public static func all(in rules: [AuditRule]) -> [Self] {
    let named = rules.filter { !$0.isForEverythingElse }
    var found: [Self] = []
    for (place, rule) in named.enumerated() {
      for other in named[..<place] {
        // Cheapest first: most rules agree, or are about other ports.
        guard let pair = clash(other, rule), other.ports.overlaps(rule.ports),
          rule.targets.contains(where: { target in other.targets.contains { $0.overlaps(target) } })
        else { continue }
        found.append(Self(first: pair.0, second: pair.1, firstRule: other.name))
      }
    }
    return found
  }

  private static func clash(
    _ rule: AuditRule, _ other: AuditRule
  ) -> (AuditExpectation, AuditExpectation)? {
    for first in rule.expectations {
      for second in other.expectations where excludes(first.demand, second.demand) {
        return (first, second)
      }
    }
    return nil
  }

  static func excludes(
    _ demand: AuditExpectation.Demand, _ other: AuditExpectation.Demand
  ) -> Bool {
    switch (demand, other) {
    case (.port(let words), .port(let others)): Set(words).isDisjoint(with: others)
    case (.responder(let words), .responder(let others)): Set(words).isDisjoint(with: others)
    case (.icmp(let words), .icmp(let others)): Set(words).isDisjoint(with: others)
    case (.byHop(let hops), .byHop(let others)): !hops.overlaps(others)
    case (.findings(let codes), .never(let others)), (.never(let others), .findings(let codes)):
      !Set(codes).isDisjoint(with: others)
    case (.conformance(let words), .conformance(let others)): Set(words).isDisjoint(with: others)
    case (.grades(let grades), .grades(let others)):
      grades.contains { key, words in others[key].map { Set(words).isDisjoint(with: $0) } ?? false }
    default: false
    }
  }
}
