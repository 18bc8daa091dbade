extension FindingCode {
  /// Resets stop coming above a rate.
  public static let resetRateLimited = Self(rawValue: "reset-rate-limited")
}

/// Equal SYNs are answered when sent slowly and mostly not when sent together.
struct RateLimitedReset: Rule {
  let code = FindingCode.resetRateLimited

  func claim(_ seen: Observations) -> Claim? {
    let fast = Self.fast(seen)
    let slow = seen.target("slow-syn").filter(\.hasLeft)
    let answered = slow.filter { $0.reset != nil }
    // Slow ones must fare better than chance: where every other SYN is lost, five in a row are luck.
    let share = Double(fast.count { $0.reset != nil }) / Double(max(fast.count, 1))
    guard Self.isSuspected(seen), answered.count >= slow.count - 1,
      Double.power(share, answered.count) < 0.01
    else { return nil }
    let silent = fast.filter(\.isSilent)
    var claim = Claim(
      code, responder: .unknown,
      explanation: "Refusals are rationed: they stop coming above a rate, so silence at speed is "
        + "no sign of a filter that drops.",
      nextStep: "Scan this host slowly, or its closed ports will look filtered.")
    claim.add(
      "thins-out", min(-Double.logarithm(Self.chance(seen)) / 2, 5),
      "\(silent.count) of \(fast.count) probes sent together drew nothing",
      packets: silent.flatMap(\.sent), source: "net/netfilter/xt_limit.c; FreeBSD icmplim")
    claim.add(
      "slow-answered", 1, "\(answered.count) of \(slow.count) sent slowly were answered",
      answered.compactMap(\.reset), source: "the same")
    claim.add("prior", -3, "few hosts ration within a dozen probes", source: "prior")
    claim.occurrences = .init(count: silent.count, total: fast.count)
    return claim
  }

  /// Segments to the target's port that the same rule or stack refuses alike.
  private static func fast(_ seen: Observations) -> [Exchange] {
    let probes = [
      "syn", "bare-syn", "ecn-syn", "syn-psh", "syn-urg", "syn-data", "flow-syn", "plain-syn",
      "unknown-option-syn", "reserved-syn",
    ]
    return seen.exchanges(probes) { $0 == .target }.filter { $0.hasLeft && $0.attempt.isSettled }
  }

  /// The chance that loss alone silenced as many.
  private static func chance(_ seen: Observations) -> Double {
    let fast = fast(seen)
    let silent = fast.count(where: \.isSilent)
    guard silent > 0 else { return 1 }
    // The sum of the binomial tail, term by term.
    let lost = seen.lossRate
    var total = 0.0
    for count in silent...fast.count {
      var ways = 1.0
      for index in 0..<count { ways *= Double(fast.count - index) / Double(index + 1) }
      total += ways * Double.power(lost, count) * Double.power(1 - lost, fast.count - count)
    }
    return total
  }

  /// Whether some are reset and more are silent than the path loses.
  static func isSuspected(_ seen: Observations) -> Bool {
    let fast = fast(seen)
    guard fast.count >= 6, fast.contains(where: { $0.reset != nil }),
      !fast.contains(where: { $0.synAck != nil })
    else { return false }
    return chance(seen) < 1e-6
  }
}
