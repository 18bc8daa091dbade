/// What is expected of a port, one kind of statement each, and where the policy says so.
///
/// VOCABULARY, section 7.
public struct AuditExpectation: Hashable, Sendable {
  /// What is expected.
  public var demand: Demand
  /// Where that stands.
  public var place: PolicyPlace

  /// Makes an expectation.
  public init(_ demand: Demand, at place: PolicyPlace) {
    self.demand = demand
    self.place = place
  }

  /// The kinds, by the words of policies; their order is that of reports.
  public enum Kind: String, CaseIterable, Hashable, Sendable {
    /// The state of the port.
    case port
    /// Who made the decisive packet.
    case responder
    /// How far away that is.
    case byHop = "by_hop"
    /// What ICMP says.
    case icmp
    /// What has to be found.
    case findings
    /// What may not be found.
    case never
    /// The grades of RFC 5961.
    case conformance = "rfc5961"
    /// How long an idle connection stands.
    case idleSurvives = "idle_survives"
    /// How soon the port answers.
    case answersWithin = "answers_within"
  }

  /// What ICMP may be expected to say.
  public enum ICMPWord: Hashable, Sendable {
    /// No refusal at all.
    case none
    /// This refusal.
    case refusal(ICMPRefusal)

    /// Every word of policies.
    public static let all: [Self] = [.none] + ICMPRefusal.allCases.map(Self.refusal)

    /// The word.
    public var word: String {
      switch self {
      case .none: "none"
      case .refusal(let refusal): refusal.rawValue
      }
    }
  }

  /// What RFC 5961 asks about: the keys of `rfc5961` in a policy.
  public enum GradeKey: String, CaseIterable, Hashable, Sendable {
    /// The reset inside the window.
    case reset = "rst"
    /// The SYN in an established connection.
    case syn
    /// Data with an acknowledgement out of range.
    case data
    /// FIN without ACK.
    case fin
  }

  /// What is expected; where several words are given any of them will do.
  public enum Demand: Hashable, Sendable {
    /// The state is one of these.
    case port([PortState])
    /// The responder is one of these.
    case responder([Responder])
    /// The responder stands in this interval of hops; the first router is 1.
    case byHop(ClosedRange<Int>)
    /// ICMP says one of these.
    case icmp([ICMPWord])
    /// All of these are found.
    case findings([FindingCode])
    /// None of these is found.
    case never([FindingCode])
    /// The summary is one of these findings.
    case conformance([FindingCode])
    /// Each key has one of these grades.
    case grades([GradeKey: [Grade]])
    /// A connection left alone for so long stands.
    case idleSurvives(Duration)
    /// The first answer comes within this time.
    case answersWithin(Duration)
  }

  /// Which kind of statement it is.
  public var kind: Kind {
    switch demand {
    case .port: .port
    case .responder: .responder
    case .byHop: .byHop
    case .icmp: .icmp
    case .findings: .findings
    case .never: .never
    case .conformance, .grades: .conformance
    case .idleSurvives: .idleSurvives
    case .answersWithin: .answersWithin
    }
  }

  /// What is expected, in the words of the vocabulary.
  public var words: String {
    switch demand {
    case .port(let states): "port \(Self.either(states.map(\.rawValue)))"
    case .responder(let responders): "responder \(Self.either(responders.map(\.rawValue)))"
    case .byHop(let hops):
      hops.count == 1
        ? "by hop \(hops.lowerBound)" : "by hop \(hops.lowerBound) to \(hops.upperBound)"
    case .icmp(let words): "icmp \(Self.either(words.map(\.word)))"
    case .findings(let codes): "findings \(codes.map(\.rawValue).joined(separator: ", "))"
    case .never(let codes): "never \(codes.map(\.rawValue).joined(separator: ", "))"
    case .conformance(let codes): Self.either(codes.map(\.rawValue))
    case .grades(let grades):
      "rfc5961 "
        + GradeKey.allCases.compactMap { key in
          grades[key].map { "\(key.rawValue) \(Self.either($0.map(\.rawValue)))" }
        }.joined(separator: ", ")
    case .idleSurvives(let duration): "idle survives \(duration.policyText)"
    case .answersWithin(let duration): "answers within \(duration.policyText)"
    }
  }

  private static func either(_ words: [String]) -> String { words.joined(separator: " or ") }
}

extension Duration {
  /// The duration as a DURATION of a policy: "200ms", "90s", "6m", "2h".
  public var policyText: String {
    let milliseconds = Int64((seconds * 1_000).rounded())
    for (suffix, unit) in [("h", 3_600_000), ("m", 60_000), ("s", 1_000)] as [(String, Int64)]
    where milliseconds >= unit && milliseconds % unit == 0 {
      return "\(milliseconds / unit)\(suffix)"
    }
    return "\(milliseconds)ms"
  }
}
