public import RSTWire

/// What an audit does: each port of each target once, with what the rules about it ask for.
public struct AuditPlan: Hashable, Sendable {
  /// All ports of one host, which are asked one after the other.
  public struct Host: Hashable, Sendable {
    /// The name, or the address as text.
    public var name: String
    /// The address; nil where the name has yet to be resolved.
    public var address: IPAddress?
    /// Its ports, ascending.
    public var tasks: [Task]
  }

  /// One run.
  public struct Task: Hashable, Sendable {
    /// Whose port.
    public var subject: AuditSubject
    /// What is done beyond the diagnosis of the port.
    public var checks: Set<Check>
    /// How long connections are left alone; nil for not at all.
    public var idle: Duration?
    /// The rules about it: their places in the policy.
    public var rules: [Int]
  }

  /// Why a policy cannot be carried out.
  public enum Refusal: Error, Hashable, Sendable {
    /// It is about more ports than are asked in one audit.
    case tooMany(ports: UInt128, limit: Int)
    /// Nothing is left to ask.
    case nothing
  }

  /// The hosts in the order of the policy.
  public private(set) var hosts: [Host] = []

  /// How many runs there are.
  public var count: Int { hosts.reduce(0) { $0 + $1.tasks.count } }

  /// Plans an audit.
  ///
  /// - Parameters:
  ///   - policy: The policy.
  ///   - limit: How many ports may be asked; a port that several rules name counts for each.
  /// - Throws: `Refusal`.
  public init(_ policy: AuditPolicy, limit: Int) throws(Refusal) {
    let everybody = policy.rules.filter { !$0.isForEverythingElse }.flatMap(\.targets)
    // Counted before anything is spread out: a block of IPv6 has no end.
    let sum = policy.rules.reduce(UInt128(0)) { sum, rule in
      (rule.targets.isEmpty ? everybody : rule.targets).reduce(sum) { sum, target in
        let (product, isOver) = target.count.multipliedReportingOverflow(
          by: UInt128(rule.ports.count))
        return isOver || sum > .max - product ? .max : sum + product
      }
    }
    guard sum <= UInt128(limit) else { throw .tooMany(ports: sum, limit: limit) }
    var places: [String: Int] = [:]
    for (number, rule) in policy.rules.enumerated() where !rule.isForEverythingElse {
      for target in rule.targets { add(rule, number, to: target, ports: rule.ports.ports, &places) }
    }
    let named = hosts.map { Set($0.tasks.map(\.subject.port)) }
    for (number, rule) in policy.rules.enumerated() where rule.isForEverythingElse {
      for target in rule.targets.isEmpty ? everybody : rule.targets {
        add(rule, number, to: target, ports: rule.ports.ports, besides: named, &places)
      }
    }
    // Everything else may be nothing at all.
    hosts.removeAll { $0.tasks.isEmpty }
    guard !hosts.isEmpty else { throw .nothing }
    for place in hosts.indices { hosts[place].tasks.sort { $0.subject.port < $1.subject.port } }
  }

  /// Adds a rule's ports to a target's hosts; for rules about everything else `named` holds what of the
  /// first hosts others are about.
  private mutating func add(
    _ rule: AuditRule, _ number: Int, to target: TargetExpression, ports: [UInt16],
    besides named: [Set<UInt16>] = [], _ places: inout [String: Int]
  ) {
    let members: [(String, IPAddress?)] =
      switch target {
      case .name(let name): [(name, nil)]
      case .range(let range): range.addresses.map { ("\($0)", $0) }
      }
    for (name, address) in members {
      let place = places[name] ?? hosts.count
      if place == hosts.count {
        places[name] = place
        hosts.append(Host(name: name, address: address, tasks: []))
      }
      let taken = place < named.count ? named[place] : []
      for port in ports where !taken.contains(port) { hosts[place].add(rule, number, port) }
    }
  }
}

extension AuditPlan.Host {
  /// Adds what a rule asks of a port to the one run about it.
  fileprivate mutating func add(_ rule: AuditRule, _ number: Int, _ port: UInt16) {
    let place = tasks.lastIndex { $0.subject.port == port } ?? tasks.count
    if place == tasks.count {
      tasks.append(
        AuditPlan.Task(
          subject: AuditSubject(name: name, port: port), checks: [.handshake, .path], idle: nil,
          rules: []))
    }
    guard !tasks[place].rules.contains(number) else { return }
    tasks[place].rules.append(number)
    for expectation in rule.expectations {
      tasks[place].checks.formUnion(expectation.checks)
      if case .idleSurvives(let duration) = expectation.demand {
        tasks[place].idle = max(duration, tasks[place].idle ?? .zero)
      }
    }
  }
}

extension AuditExpectation {
  /// What has to be done of an open port to judge it.
  var checks: Set<Check> {
    switch demand {
    case .conformance, .grades: [.conformance]
    case .findings(let codes), .never(let codes):
      Set(
        codes.compactMap { code in
          if case .check(let check) = AuditNeed(of: code) { check } else { nil }
        })
    case .port, .responder, .byHop, .icmp, .idleSurvives, .answersWithin: []
    }
  }
}
