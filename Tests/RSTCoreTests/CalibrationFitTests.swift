import Testing

@testable import RSTCore

/// Confidence is earned: the temperature was fitted on one half of the lab's scenarios, and what
/// the other half says with it must keep the promise.
///
/// `Scripts/calibrate` writes the runs.
@Suite struct CalibrationFitTests {
  struct Claim {
    let code: String
    let score: Double
    let isTrue: Bool
  }

  struct Run {
    let count: Int
    let claims: [Claim]
  }

  static let states: Set<String> = [
    "open-port", "closed-port", "host-firewall-reset", "network-firewall-reset",
    "firewall-icmp-reject", "icmp-unreachable", "silent-drop", "accept-queue-full",
    "accept-queue-overflow-reset",
  ]
  static let resets: Set<String> = ["closed-port", "host-firewall-reset", "network-firewall-reset"]

  static func runs(_ half: String) -> [Run] {
    CalibrationRuns.lines.split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ")
      guard words.count > 3, words[0] == half, let count = Int(words[1]) else { return nil }
      let claims = words[3...].compactMap { word -> Claim? in
        let parts = word.split(separator: ":")
        guard parts.count == 3, let score = Double(String(parts[1])) else { return nil }
        return Claim(code: String(parts[0]), score: score, isTrue: parts[2] == "t")
      }
      return Run(count: count, claims: claims)
    }
  }

  /// The confidence of every claim, weighed as `Conclusion` does: states exclude each other, and so
  /// do makers of resets where other flows are accepted.
  static func confidences(_ run: Run, temperature: Double) -> [(claim: Claim, confidence: Double)] {
    let isMixed = run.claims.contains { $0.code == "open-port" }
    let partial = run.claims.filter { isMixed && resets.contains($0.code) }
    let exclusive = run.claims.filter {
      states.contains($0.code) && !(isMixed && resets.contains($0.code))
    }
    let rest = run.claims.filter { !states.contains($0.code) }
    func shares(_ claims: [Claim]) -> [(Claim, Double)] {
      let powers = claims.map { Double.exponential($0.score / temperature) }
      let total = powers.reduce(1, +)
      return zip(claims, powers).map { ($0, $1 / total) }
    }
    return shares(exclusive) + shares(partial) + rest.flatMap { shares([$0]) }
  }

  static func loss(_ runs: [Run], temperature: Double) -> Double {
    var total = 0.0
    var count = 0
    for run in runs {
      for (claim, confidence) in confidences(run, temperature: temperature) {
        let right = claim.isTrue ? confidence : 1 - confidence
        total -= Double(run.count) * Double.logarithm(min(max(right, 1e-6), 1))
        count += run.count
      }
    }
    return total / Double(max(count, 1))
  }

  @Test func `the temperature is no lower than what fits one half of the scenarios`() {
    let runs = Self.runs("fit")
    #expect(runs.reduce(0) { $0 + $1.count } > 500)
    let best = (10...60).map { Double($0) / 20 }.min {
      Self.loss(runs, temperature: $0) < Self.loss(runs, temperature: $1)
    }
    #expect(Calibration.temperature >= (best ?? .infinity) - 0.05)
  }

  @Test func `of what the other half says with 0.9 or more at least 99 % are true`() {
    var said = 0
    var wrong = 0
    for run in Self.runs("check") {
      for (claim, confidence) in Self.confidences(run, temperature: Calibration.temperature)
      where confidence >= 0.9 {
        said += run.count
        wrong += claim.isTrue ? 0 : run.count
      }
    }
    #expect(said > 500)
    #expect(wrong * 100 <= said)
  }

  @Test func `both halves know claims that are false`() {
    for half in ["fit", "check"] {
      #expect(Self.runs(half).contains { $0.claims.contains { !$0.isTrue } })
    }
  }
}
