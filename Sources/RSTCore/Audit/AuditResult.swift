/// What became of one expectation for one port of one target.
public struct AuditResult: Hashable, Sendable {
  /// How it ended.
  public enum Outcome: String, CaseIterable, Hashable, Sendable {
    /// What is expected is so.
    case held
    /// It is not so.
    case violated
    /// The evidence does not say; neither of the two.
    case inconclusive
  }

  /// Which rule.
  public var rule: AuditRule
  /// Whose port.
  public var subject: AuditSubject
  /// What was expected.
  public var expectation: AuditExpectation
  /// How it ended.
  public var outcome: Outcome
  /// What is so instead, in a few words.
  public var observed: String
  /// What shows it, strongest first, in plain words.
  public var evidence: [Evidence]
  /// The one thing to do next.
  public var nextStep: String

  /// Makes a result.
  public init(
    rule: AuditRule, subject: AuditSubject, expectation: AuditExpectation, outcome: Outcome,
    observed: String, evidence: [Evidence] = [], nextStep: String = ""
  ) {
    self.rule = rule
    self.subject = subject
    self.expectation = expectation
    self.outcome = outcome
    self.observed = observed
    self.evidence = evidence
    self.nextStep = nextStep
  }

  /// What tells this expectation of this port from all others, from one run to the next.
  ///
  /// Neither a line nor an address is in it, so that moved rules and renumbered names keep theirs.
  public var identity: Identity {
    Identity(
      rule: rule.name, target: subject.name, port: subject.port, expectation: expectation.kind)
  }

  /// Names an expectation of a port.
  public struct Identity: Hashable, Sendable {
    /// The rule's name.
    public var rule: String
    /// The target as the policy names it, or the address of a block.
    public var target: String
    /// The port.
    public var port: UInt16
    /// The kind of expectation.
    public var expectation: AuditExpectation.Kind

    /// Makes a name.
    public init(rule: String, target: String, port: UInt16, expectation: AuditExpectation.Kind) {
      self.rule = rule
      self.target = target
      self.port = port
      self.expectation = expectation
    }
  }
}

/// One port of one target, as an audit asks about it.
public struct AuditSubject: Hashable, Sendable {
  /// The name, or the address as text.
  public var name: String
  /// The port.
  public var port: UInt16

  /// Makes a subject.
  public init(name: String, port: UInt16) {
    self.name = name
    self.port = port
  }
}

extension AuditSubject: CustomStringConvertible {
  /// As a user would type it: an IPv6 address in brackets.
  public var description: String { name.contains(":") ? "[\(name)]:\(port)" : "\(name):\(port)" }
}
