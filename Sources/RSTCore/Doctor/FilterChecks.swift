/// What this machine's rules do to a run, as checks.
public struct FilterChecks {
  /// What was read.
  public var chains: [FilterChain] = []
  /// What could not be read, each with its reason: what is not known to be absent may be there.
  public var unread: [String] = []
  /// How to read it.
  public var remedy = ""

  /// Makes checks over nothing.
  public init() {}

  /// What the rules do to a SYN on its way out, to odd segments, and to the answers.
  ///
  /// - Parameter packet: The SYN.
  /// - Returns: The checks, the weightiest first.
  public func checks(for packet: FilterPacket) -> [DoctorCheck] {
    [output(packet), odd(packet), input(packet), reading].compactMap(\.self)
  }

  private func output(_ packet: FilterPacket) -> DoctorCheck {
    let walk = FilterWalk(packet, through: chains)
    return check(
      "filter-output", walk, "SYNs on their way out",
      nothing: "no rule that was read keeps or changes SYNs",
      remedy: "accept them before, or exempt them: nft list ruleset, iptables-save, ip6tables-save")
  }

  /// Probes that a stateful filter calls invalid are some of many: a run says less without them.
  private func odd(_ packet: FilterPacket) -> DoctorCheck? {
    let known = Set(FilterWalk(packet, through: chains).effects)
    let walk = FilterWalk(packet.odd, through: chains)
    let more = walk.effects.filter { !known.contains($0) }
    guard !more.isEmpty else { return nil }
    return DoctorCheck(
      "filter-odd-segments", more.contains(where: \.isCertain) ? .warning : .unknown,
      isNeeded: false,
      "odd segments, which tell filters from hosts: " + Self.words(more),
      remedy: "take the drop of invalid segments out of the output chains for the time of a run")
  }

  /// A capture sees answers before they are dropped; but what is refused here is refused to the target.
  private func input(_ packet: FilterPacket) -> DoctorCheck {
    let walk = FilterWalk(packet.answer, through: chains)
    let harmful = walk.effects.filter { if case .rejected = $0.kind { true } else { false } }
    if !harmful.isEmpty {
      return DoctorCheck(
        "filter-input", harmful.contains(where: \.isCertain) ? .warning : .unknown,
        "answers are refused, and the target is told so: " + Self.words(harmful),
        remedy: "accept answers to the ports 32768-60999 before: nft list ruleset, iptables-save")
    }
    let drops = walk.effects.contains { $0.kind == .dropped }
    return DoctorCheck(
      "filter-input", .good,
      drops
        ? "answers may be dropped, after the capture has seen them: that does not matter"
        : "no rule that was read refuses answers")
  }

  private var reading: DoctorCheck? {
    guard !unread.isEmpty else { return nil }
    return DoctorCheck("filter-reading", .unknown, unread.joined(separator: "; "), remedy: remedy)
  }

  private func check(
    _ name: String, _ walk: FilterWalk, _ subject: String, nothing: String, remedy: String
  ) -> DoctorCheck {
    let certain = walk.effects.filter(\.isCertain)
    let possible = walk.effects.filter { !$0.isCertain }
    if !certain.isEmpty {
      return DoctorCheck(name, .warning, "\(subject): " + Self.words(certain), remedy: remedy)
    }
    if !possible.isEmpty || walk.isCutShort {
      let words = possible.isEmpty ? "more rules than are followed" : Self.words(possible)
      return DoctorCheck(
        name, .unknown, "\(subject), where conditions hold that cannot be found out: \(words)",
        remedy: remedy)
    }
    return DoctorCheck(name, .good, nothing)
  }

  private static func words(_ effects: [FilterEffect]) -> String {
    let all = effects.map { "\($0.words) (\($0.place))" }
    return all.few(4).joined(separator: "; ")
  }
}

extension FilterEffect {
  fileprivate var words: String {
    switch kind {
    case .dropped: "dropped"
    case .rejected(let how): "refused with \(how)"
    case .redirected(let port): "redirected to local port \(port)" + Self.proxy(port)
    case .translated: "given other addresses"
    case .changed: "changed"
    case .queued: "handed to a program"
    case .unread: "not understood"
    }
  }

  /// Whose port it is by default.
  private static func proxy(_ port: String) -> String {
    switch port {
    case "15001", "15006": ", as Istio's sidecar has it"
    case "4140", "4143": ", as Linkerd's proxy has it"
    default: ""
    }
  }
}
