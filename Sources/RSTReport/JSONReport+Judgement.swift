import RSTCore
import RSTWire

// MARK: - Verdict and findings

extension JSONReport {
  /// What was concluded; whether it is proven, where a witness at the target may have proven it.
  static func verdict(_ conclusion: Conclusion, hasWitness: Bool = false) -> JSONValue {
    let verdict = conclusion.verdict
    let members = JSONValue.record([
      "port": .string(verdict.port.rawValue),
      "responder": .string(verdict.responder.rawValue),
      "confidence": JSONValue(confidence: verdict.confidence),
      "hop": JSONValue(verdict.hop),
      "hop_range": JSONValue(verdict.hopRange),
      "alternatives": .array(verdict.alternatives.map(alternative)),
      "headline": .string(conclusion.headline),
      "next_step": .string(conclusion.nextStep),
      "path": .array(conclusion.path.map(hop)),
    ])
    guard hasWitness, case .object(let list) = members else { return members }
    return .object(list + [.init("proven", .bool(verdict.isProven))])
  }

  private static func alternative(_ alternative: Alternative) -> JSONValue {
    .record([
      "port": .string(alternative.port.rawValue),
      "responder": .string(alternative.responder.rawValue),
      "confidence": JSONValue(confidence: alternative.confidence),
    ])
  }

  private static func hop(_ hop: Hop) -> JSONValue {
    .record([
      "hop": JSONValue(hop.number),
      "address": JSONValue(hop.address.map { "\($0)" }),
    ])
  }

  static func finding(_ finding: Finding) -> JSONValue {
    var members: [JSONValue.Member] = [
      .init("code", .string(finding.code.rawValue)),
      .init("confidence", JSONValue(confidence: finding.confidence)),
      .init("responder", .string(finding.responder.rawValue)),
      .init("phase", JSONValue(finding.phase?.rawValue)),
      .init("evidence", .array(finding.evidence.map(evidence))),
      .init("explanation", .string(finding.explanation)),
      .init("next_step", .string(finding.nextStep)),
      .init("hop_range", JSONValue(finding.hopRange)),
      .init("occurrences", occurrences(finding.occurrences)),
    ]
    // VOCABULARY, section 3 gives this member to one finding alone.
    if finding.code.rawValue == "silent-drop" {
      let between = finding.droppedBetween
      let isKnown = between.count == 2
      members.append(.init("dropped_between", isKnown ? .array(between.map(hop)) : .null))
    }
    if finding.isProven { members.append(.init("proven", .bool(true))) }
    members += finding.details.map { .init($0.key, JSONValue($0.value)) }
    return .object(members)
  }

  private static func occurrences(_ occurrences: Finding.Occurrences?) -> JSONValue {
    guard let occurrences else { return .null }
    return .record([
      "count": JSONValue(occurrences.count), "total": JSONValue(occurrences.total),
    ])
  }

  private static func evidence(_ evidence: Evidence) -> JSONValue {
    let weight = evidence.weight.isFinite ? evidence.weight : 0
    return .record([
      "code": .string(evidence.code),
      "weight": .number((weight * 10_000).rounded() / 10_000),
      "detail": .string(evidence.detail),
      "packets": .array(evidence.packets.map { JSONValue($0) }),
      "source": .string(evidence.source),
    ])
  }
}
