/// What one run showed, as far as policies ask about it.
public struct AuditObservation: Hashable, Sendable {
  /// The answer to the question that was asked.
  public var verdict: Verdict
  /// What is said.
  public var findings: [Finding]
  /// What was weighed and is not said.
  public var considered: [Finding]
  /// What ICMP says about the port, each word once.
  public var refusals: [ICMPRefusal]
  /// From a SYN to the first answer of any kind about the port, the shortest; nil where none came.
  public var answeredAfter: Duration?
  /// What connections of our own showed; nil where none was opened.
  public var connections: ConnectionReading?
  /// The one thing to do next, by the run itself.
  public var nextStep: String
  /// Whether the run was ended early.
  public var isInterrupted: Bool

  /// Makes an observation.
  public init(
    verdict: Verdict, findings: [Finding] = [], considered: [Finding] = [],
    refusals: [ICMPRefusal] = [], answeredAfter: Duration? = nil,
    connections: ConnectionReading? = nil, nextStep: String = "", isInterrupted: Bool = false
  ) {
    self.verdict = verdict
    self.findings = findings
    self.considered = considered
    self.refusals = refusals
    self.answeredAfter = answeredAfter
    self.connections = connections
    self.nextStep = nextStep
    self.isInterrupted = isInterrupted
  }

  /// What a diagnosis showed.
  public init(_ diagnosis: Diagnosis) {
    self.init(
      diagnosis.conclusion, by: diagnosis.transcript, of: diagnosis.target,
      isInterrupted: diagnosis.timing.isInterrupted)
  }

  /// What a transcript showed, and what was concluded from it.
  public init(
    _ conclusion: Conclusion, by transcript: Transcript, of target: Target,
    isInterrupted: Bool = false
  ) {
    let seen = Observations(transcript, of: target)
    var refusals: [ICMPRefusal] = []
    for refusal in seen.targetRefusals where !refusals.contains(refusal.says) {
      refusals.append(refusal.says)
    }
    // The first SYN of a run may wait for the neighbour's address; the shortest did not.
    let delays = seen.allSYNs.compactMap { exchange in
      (exchange.synAck ?? exchange.reset ?? exchange.refusal?.reply)?.delay
    }
    self.init(
      verdict: conclusion.verdict, findings: conclusion.findings,
      considered: conclusion.considered, refusals: refusals, answeredAfter: delays.min(),
      connections: conclusion.connections, nextStep: conclusion.nextStep,
      isInterrupted: isInterrupted)
  }

  /// The verdict in a few words: "rejected, responder host-firewall, hop 3".
  public var words: String {
    var words = [verdict.port.rawValue, "responder \(verdict.responder.rawValue)"]
    if let range = verdict.hopRange {
      words.append(
        range.count == 1
          ? "hop \(range.lowerBound)" : "hops \(range.lowerBound) to \(range.upperBound)")
    }
    return words.joined(separator: ", ")
  }

  func finding(_ code: FindingCode) -> Finding? { findings.first { $0.code == code } }

  /// The finding that says what state the port is in; nil where nothing is clear.
  var leading: Finding? { verdict.port == .inconclusive ? nil : findings.first }
}
