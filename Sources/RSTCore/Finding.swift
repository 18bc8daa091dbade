public import RSTWire

/// The name of a finding, in kebab-case; each rule adds its own.
///
/// VOCABULARY, section 3.
public struct FindingCode: RawRepresentable, Hashable, Sendable {
  /// The word.
  public var rawValue: String

  /// Makes a code from its word.
  public init(rawValue: String) { self.rawValue = rawValue }
}

/// Where in a connection's life a finding belongs.
public enum Phase: String, Hashable, Sendable {
  /// Before the connection is established.
  case handshake
  /// While data flows.
  case data
  /// While it closes.
  case close
  /// While nothing flows.
  case idle
}

/// One observation that speaks for or against a finding.
public struct Evidence: Hashable, Sendable {
  /// A stable name in kebab-case.
  public var code: String
  /// How much it says, as a change of the log-odds (natural logarithm); negative speaks against.
  public var weight: Double
  /// What was seen, in plain words with the values.
  public var detail: String
  /// Indexes of the packets that show it.
  public var packets: [Int]
  /// What justifies it: RFC and section, paper, or kernel file.
  public var source: String

  /// Makes a piece of evidence.
  public init(
    _ code: String, weight: Double, detail: String, packets: [Int] = [], source: String
  ) {
    self.code = code
    self.weight = weight
    self.detail = detail
    self.packets = packets
    self.source = source
  }
}

/// One more thing that a finding says, under a key of its own in the JSON.
public struct Detail: Hashable, Sendable {
  /// The key, in snake_case.
  public var key: String
  /// What it says.
  public var value: Value

  /// What a detail may say.
  public enum Value: Hashable, Sendable {
    /// A word in kebab-case, or a short text.
    case word(String)
    /// A number.
    case number(Double)
    /// Several numbers, such as the two ends of an interval.
    case numbers([Double])
    /// Several words.
    case words([String])
  }

  /// Makes a detail.
  public init(_ key: String, _ value: Value) {
    self.key = key
    self.value = value
  }
}

/// A hop of the path: a distance, and the address that answered there.
public struct Hop: Hashable, Sendable {
  /// Distance; the first router is 1.
  public var number: Int
  /// The address that answered, nil when nothing did.
  public var address: IPAddress?

  /// Makes a hop.
  public init(number: Int, address: IPAddress?) {
    self.number = number
    self.address = address
  }
}

/// Something that rstprobe says about the target, with what shows it.
public struct Finding: Hashable, Sendable {
  /// What is said.
  public var code: FindingCode
  /// How sure, 0...1.
  public var confidence: Double
  /// Whether a witness at the target proves it.
  public var isProven = false
  /// Who did it.
  public var responder: Responder
  /// Where in the connection's life, where that applies.
  public var phase: Phase?
  /// What speaks for and against it, strongest first.
  public var evidence: [Evidence]
  /// What it means, in plain words.
  public var explanation: String
  /// The one test or place to look that would settle or fix it.
  public var nextStep: String
  /// The interval of hops that the evidence leaves for the responder.
  public var hopRange: ClosedRange<Int>?
  /// For a silent drop: the last hop seen and the first not seen.
  public var droppedBetween: [Hop]
  /// How often it was seen, and out of how many; nil where counting says nothing.
  public var occurrences: Occurrences?
  /// What else it says.
  public var details: [Detail]

  /// A count out of a total.
  public struct Occurrences: Hashable, Sendable {
    /// How many showed it.
    public var count: Int
    /// Out of how many.
    public var total: Int

    /// Makes a count.
    public init(count: Int, total: Int) {
      self.count = count
      self.total = total
    }
  }

  /// Makes a finding.
  public init(
    code: FindingCode, confidence: Double, responder: Responder, phase: Phase? = nil,
    evidence: [Evidence], explanation: String, nextStep: String,
    hopRange: ClosedRange<Int>? = nil, droppedBetween: [Hop] = [], occurrences: Occurrences? = nil,
    details: [Detail] = []
  ) {
    self.code = code
    self.confidence = confidence
    self.responder = responder
    self.phase = phase
    self.evidence = evidence
    self.explanation = explanation
    self.nextStep = nextStep
    self.hopRange = hopRange
    self.droppedBetween = droppedBetween
    self.occurrences = occurrences
    self.details = details
  }
}

extension Finding {
  /// What a claim says, once it is known how sure it is; the strongest evidence comes first.
  init(_ claim: Claim, confidence: Double) {
    self.init(
      code: claim.code, confidence: confidence, responder: claim.responder, phase: claim.phase,
      evidence: claim.evidence.sorted { abs($0.weight) > abs($1.weight) },
      explanation: claim.explanation, nextStep: claim.nextStep, hopRange: claim.hopRange,
      droppedBetween: claim.droppedBetween, occurrences: claim.occurrences,
      details: claim.details)
  }
}
