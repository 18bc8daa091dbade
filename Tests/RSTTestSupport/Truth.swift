public import RSTCore

/// What is so in a scenario: what may be said of it, what must, and what else may.
public struct Truth: Sendable {
  /// The states that are true.
  public var ports: [PortState]
  /// Who answers; empty where anybody may be said.
  public var responders: [Responder]
  /// The responder's hop.
  public var hop: Int?
  /// The findings that a certain verdict must say.
  public var must: [String]
  /// The findings that it may say too; nothing else may be said.
  public var may: [String]
  /// Between which hops SYNs vanish.
  public var droppedBetween: [Int] = []
  /// Whether the words have no answer here, so that `inconclusive` is right.
  public var allowsInconclusive = false

  /// Makes a truth.
  public init(
    _ ports: PortState..., by responders: Responder..., hop: Int? = nil, must: String = "",
    may: String = "", droppedBetween: [Int] = [], allowsInconclusive: Bool = false
  ) {
    self.ports = ports
    self.responders = responders
    self.hop = hop
    self.must = must.split(separator: " ").map(String.init)
    self.may = may.split(separator: " ").map(String.init)
    self.droppedBetween = droppedBetween
    self.allowsInconclusive = allowsInconclusive
  }

  /// How what was said compares with it.
  public struct Judgement: Sendable {
    /// What is false.
    public var wrong: [String] = []
    /// What could have been said and is not.
    public var missing: [String] = []
  }

  /// Compares a conclusion.
  public func judge(_ conclusion: Conclusion) -> Judgement {
    var judgement = Judgement()
    let verdict = conclusion.verdict
    if verdict.port == .inconclusive {
      let possible = Set(verdict.alternatives.map(\.port))
      if !allowsInconclusive {
        let words = verdict.alternatives.map { "\($0.port) by \($0.responder) \($0.confidence)" }
        if possible.isDisjoint(with: ports) {
          judgement.wrong.append("inconclusive without the truth: \(words)")
        } else {
          judgement.missing.append("inconclusive: \(words)")
        }
      }
    } else {
      judgeVerdict(verdict, &judgement)
    }
    let codes = conclusion.findings.map(\.code.rawValue)
    for code in codes where !must.contains(code) && !may.contains(code) {
      judgement.wrong.append("said \(code)")
    }
    if Set(codes).count != codes.count { judgement.wrong.append("said a code twice: \(codes)") }
    for finding in conclusion.findings where !finding.droppedBetween.isEmpty {
      let hops = finding.droppedBetween.map(\.number)
      if hops.count != 2 || !droppedBetween.isEmpty && hops != droppedBetween {
        judgement.wrong.append("dropped between \(hops), not \(droppedBetween)")
      }
    }
    if verdict.port != .inconclusive {
      judgement.missing += must.filter { !codes.contains($0) }.map { "did not say \($0)" }
    }
    return judgement
  }

  private func judgeVerdict(_ verdict: Verdict, _ judgement: inout Judgement) {
    if !ports.contains(verdict.port) {
      judgement.wrong.append("\(verdict.port) by \(verdict.responder) (\(verdict.confidence))")
    } else if !responders.isEmpty, !responders.contains(verdict.responder) {
      let words = "\(verdict.port) by \(verdict.responder) (\(verdict.confidence))"
      if verdict.responder == .unknown {
        judgement.missing.append(words)
      } else {
        judgement.wrong.append(words)
      }
    }
    guard let hop, verdict.responder != .none else { return }
    if let said = verdict.hop, said != hop { judgement.wrong.append("hop \(said), not \(hop)") }
    if let range = verdict.hopRange, !range.contains(hop) {
      judgement.wrong.append("hops \(range), not \(hop)")
    }
  }
}
