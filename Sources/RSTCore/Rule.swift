/// A judgement that rests on one kind of evidence: one rule, one file, one code.
public protocol Rule: Sendable {
  /// What the rule may say.
  var code: FindingCode { get }
  /// What it claims about these observations; nil when it has nothing to say.
  func claim(_ seen: Observations) -> Claim?
}

/// What a rule says, with the evidence that speaks for and against it; `Conclusion` weighs it.
public struct Claim: Hashable, Sendable {
  /// What is said.
  public var code: FindingCode
  /// The state of the port in this reading; nil when the claim says nothing about it.
  public var port: PortState?
  /// Whether the claim speaks of some flows only; such claims exclude each other, no state.
  public var isPartial = false
  /// Who did it.
  public var responder: Responder
  /// Where in the connection's life.
  public var phase: Phase?
  /// What speaks for and against it.
  public var evidence: [Evidence]
  /// What it means, in plain words.
  public var explanation: String
  /// What would settle or fix it.
  public var nextStep: String
  /// The interval of hops for the responder.
  public var hopRange: ClosedRange<Int>?
  /// The last hop seen and the first not seen.
  public var droppedBetween: [Hop] = []
  /// How often out of how many.
  public var occurrences: Finding.Occurrences?
  /// What else is said.
  public var details: [Detail] = []

  /// Makes a claim.
  public init(
    _ code: FindingCode, port: PortState? = nil, responder: Responder, phase: Phase? = .handshake,
    evidence: [Evidence] = [], explanation: String, nextStep: String
  ) {
    self.code = code
    self.port = port
    self.responder = responder
    self.phase = phase
    self.evidence = evidence
    self.explanation = explanation
    self.nextStep = nextStep
  }

  /// The sum of the evidence, as log-odds.
  public var score: Double { evidence.reduce(0) { $0 + $1.weight } }

  /// Adds a piece of evidence where its weight is not 0.
  mutating func add(
    _ code: String, _ weight: Double, _ detail: String, _ replies: [Reply] = [],
    packets: [Int] = [], source: String
  ) {
    guard weight != 0 else { return }
    let indexes = replies.map(\.index) + packets
    evidence.append(
      Evidence(
        code, weight: weight, detail: detail, packets: Array(Set(indexes)).sorted(),
        source: source))
  }
}
