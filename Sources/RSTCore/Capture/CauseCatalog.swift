import RSTWire

/// Every cause there is, and the only place where they compete.
enum CauseCatalog {
  /// The rules; the order says nothing.
  static let all: [any CauseRule] = [
    RefusedPort(), FilterReset(code: .hostFirewallReset), FilterReset(code: .networkFirewallReset),
    OddFlagsCause(), OverflowCause(), LostSYNACK(), TimeWaitRefusal(), TimeWaitAcknowledgement(),
    ClientReset(code: .synScan),
    ClientReset(code: .connectScan), ClientReset(code: .clientAbort), SocketReset(),
    UnknownConnection(code: .desynchronisedReset), UnknownConnection(code: .middleboxForgot),
    ClosingReset(code: .dataAfterCloseReset), ClosingReset(code: .resetAfterFIN),
    ConntrackCause(), GivenUp(), KeepAliveCause(), IdleCause(),
    ZeroWindowCause(), IgnoredReset(), FrontEndReset(), ForgedReset(),
  ]

  /// What is said of a reset, and what else it could be, likeliest first.
  static func judge(_ seen: ResetCase) -> (finding: Finding, others: [Finding]) {
    var claims = all.compactMap { $0.claim(seen) }
    if let origin = seen.origin {
      for index in claims.indices { origin.weigh(&claims[index], of: seen) }
    }
    claims.sort { $0.score > $1.score }
    let shares = Calibration.shares(claims.map(\.score))
    let findings = zip(claims, shares).map { Finding($0, confidence: $1) }
    guard let best = findings.first, best.confidence >= 0.5 else {
      return (unexplained(seen, findings), findings)
    }
    return (best, Array(findings.dropFirst()))
  }

  /// What is known where nothing fits.
  private static func unexplained(_ seen: ResetCase, _ others: [Finding]) -> Finding {
    let known = others.prefix(2).map {
      "\($0.code.rawValue) (\(Int(($0.confidence * 100).rounded())) %)"
    }
    return Finding(
      code: .unexplainedReset, confidence: 1 - (others.first?.confidence ?? 0),
      responder: seen.origin?.maker ?? .unknown, phase: seen.phase,
      evidence: [
        Evidence(
          "what-was-seen", weight: 0,
          detail: "\(seen.segment.flags), hop limit \(seen.segment.hopLimit), window "
            + "\(seen.segment.window), \(seen.segment.optionsLength) octets of options",
          packets: [seen.segment.frame], source: "the capture")
      ],
      explanation: known.isEmpty
        ? "Nothing in this capture explains the reset."
        : "Not enough is known to say why. It may be \(known.joined(separator: " or ")).",
      nextStep: "Capture from before the connection's start, at both sides, and compare.")
  }
}

/// The words that `explain` may say.
public enum CaptureCauses {
  /// Causes of resets, and what is said of whole connections, in the order of the alphabet.
  public static let codes: [String] = Set(
    CauseCatalog.all.map(\.code)
      + [
        .unexplainedReset, .captureOneSided, .retransmissionLimit, .forgedByComparison, .lostInPath,
      ]
  ).map(\.rawValue).sorted()
}

extension FindingCode {
  /// Nothing fits.
  public static let unexplainedReset = Self(rawValue: "unexplained-reset")
}

extension Duration {
  /// For sentences: "0.41 s", "17 s", "6 min".
  var rounded: String {
    let seconds = self.seconds
    if seconds < 0.1 { return "\(Int((seconds * 1000).rounded())) ms" }
    if seconds < 10 { return "\((seconds * 10).rounded() / 10) s" }
    return seconds < 300 ? "\(Int(seconds.rounded())) s" : "\(Int((seconds / 60).rounded())) min"
  }
}
