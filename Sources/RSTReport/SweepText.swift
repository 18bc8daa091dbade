public import RSTCore

/// What a sweep says to people: before it starts, while it goes on, and at the end.
public enum SweepText {
  /// What a sweep will take.
  public struct Plan: Sendable {
    /// Hosts and ports of the whole.
    public var hosts: UInt64
    /// How many ports each is asked for.
    public var ports: Int
    /// Targets of this part.
    public var targets: UInt64
    /// Targets of the whole.
    public var total: UInt64
    /// Which part.
    public var shard: Shard
    /// What the order follows from.
    public var seed: UInt64
    /// SYNs per second; nil for as fast as can be.
    public var rate: Double?

    /// Makes a plan.
    public init(
      hosts: UInt64, ports: Int, targets: UInt64, total: UInt64, shard: Shard, seed: UInt64,
      rate: Double?
    ) {
      self.hosts = hosts
      self.ports = ports
      self.targets = targets
      self.total = total
      self.shard = shard
      self.seed = seed
      self.rate = rate
    }
  }

  /// What a sweep will take, as several lines.
  ///
  /// All that answers takes one SYN; what stays silent is asked again at falling rates, five times
  /// without loss, and each time with control probes.
  public static func estimate(_ plan: Plan) -> String {
    let most = plan.targets * 6
    var lines = [
      "\(plan.hosts) hosts, \(plan.ports) ports: \(plan.total) targets"
        + (plan.shard.count > 1 ? ", of which part \(plan.shard) has \(plan.targets)" : ""),
      "packets: \(plan.targets) SYNs where all answer, some \(most) where none does",
    ]
    if let rate = plan.rate {
      let least = Double(plan.targets) / rate
      // Five more passes at half the rate.
      let longest = least * 11
      lines.append(
        "time: \(time(least)) where all answer, up to some \(time(longest + 8)) where none does, "
          + "at \(Int(rate)) SYNs a second")
    } else {
      lines.append("time: as fast as this machine sends")
    }
    lines.append("seed: \(plan.seed)")
    return lines.map { $0 + "\n" }.joined()
  }

  /// One line of progress.
  public static func progress(
    _ tally: SweepTally, targets: UInt64, unanswered: UInt64, rate: Double, chosen: Double?
  ) -> String {
    let left = Double(unanswered) / max(chosen ?? rate, 1)
    let shown = tally.states.values.reduce(0, +)
    let pass = tally.rounds > 0 ? "pass \(tally.rounds + 1), " : ""
    return "\(pass)\(Int(rate)) SYNs/s, \(shown) of \(targets) said (\(kinds(tally))), "
      + "\(unanswered) silent, \(time(left)) left"
  }

  /// What a sweep found, as several lines.
  public static func summary(_ tally: SweepTally, targets: UInt64, elapsed: Duration) -> String {
    var lines = [
      "\(tally.states.values.reduce(0, +)) of \(targets) targets in \(time(elapsed.seconds)): "
        + (tally.states.isEmpty ? "none" : kinds(tally)),
      "\(tally.sent) SYNs (\(tally.controls) of them controls), \(tally.answers) answers, "
        + "\(tally.rounds + 1) pass\(tally.rounds == 0 ? "" : "es")",
    ]
    if tally.captureDrops > 0 {
      lines.append("\(tally.captureDrops) packets lost on this machine; their targets asked again")
    }
    if tally.refused > 0 { lines.append("\(tally.refused) SYNs refused by this machine's kernel") }
    if tally.unproven > 0 {
      lines.append("\(tally.unproven) packets that no probe of ours can have drawn, ignored")
    }
    return lines.map { $0 + "\n" }.joined()
  }

  private static func kinds(_ tally: SweepTally) -> String {
    PortState.allCases.compactMap { state in
      tally.states[state].map { "\($0) \(state.rawValue)" }
    }.joined(separator: ", ")
  }

  /// A time in the unit that suits it.
  static func time(_ seconds: Double) -> String {
    guard seconds.isFinite else { return "an unknown time" }
    if seconds < 90 { return "\((max(seconds, 0) * 10).rounded() / 10) s" }
    if seconds < 5400 { return "\(Int((seconds / 60).rounded())) min" }
    if seconds < 172_800 { return "\((seconds / 360).rounded() / 10) h" }
    return "\(Int(min(seconds / 86_400, 1e9).rounded())) days"
  }
}
