/// A policy: what is expected of ports, and the manner in which it is.
public struct AuditPolicy: Hashable, Sendable {
  /// What it is called.
  public var name: String
  /// The file that it was read from.
  public var file: String
  /// The rules in the order of the file; those of included files come first.
  public var rules: [AuditRule]

  /// Makes a policy.
  public init(name: String, file: String, rules: [AuditRule]) {
    self.name = name
    self.file = file
    self.rules = rules
  }
}

/// A place in a policy's file.
public struct PolicyPlace: Hashable, Sendable {
  /// The file, as it was named.
  public var file: String
  /// The line, from 1.
  public var line: Int
  /// The column in Unicode scalars, from 1.
  public var column: Int

  /// Makes a place.
  public init(file: String, line: Int, column: Int) {
    self.file = file
    self.line = line
    self.column = column
  }
}

/// How much a violation matters; it changes what reports show, never the exit status.
public enum AuditSeverity: String, CaseIterable, Hashable, Sendable {
  /// Worth knowing.
  case info
  /// To be looked at some day.
  case low
  /// Unless another is given.
  case medium
  /// To be looked at soon.
  case high
  /// To be looked at now.
  case critical
}

/// One rule of a policy: some ports of some targets, and what is expected of each of them.
public struct AuditRule: Hashable, Sendable {
  /// What it is called; no two rules of a policy have one name.
  public var name: String
  /// Where it begins.
  public var place: PolicyPlace
  /// Whose ports; for "everything else" those of all other rules, unless it names its own.
  public var targets: [TargetExpression]
  /// Which ports.
  public var ports: PortList
  /// What is expected, one of a kind at most.
  public var expectations: [AuditExpectation]
  /// How much a violation matters.
  public var severity: AuditSeverity
  /// Why the rule is there, for people.
  public var comment: String
  /// Whether it is about those ports of its targets alone that no other rule names.
  public var isForEverythingElse: Bool

  /// Makes a rule.
  public init(
    name: String, place: PolicyPlace, targets: [TargetExpression], ports: PortList,
    expectations: [AuditExpectation], severity: AuditSeverity = .medium, comment: String = "",
    isForEverythingElse: Bool = false
  ) {
    self.name = name
    self.place = place
    self.targets = targets
    self.ports = ports
    self.expectations = expectations
    self.severity = severity
    self.comment = comment
    self.isForEverythingElse = isForEverythingElse
  }
}
