import RSTWire

/// Probes that left in their flow with other fields than they were built with.
///
/// What rules read is the probe as it left; one that asks another question by that is none.
struct ChangedProbes: OwnSign {
  private let changed: [Exchange]
  private let total: Int
  let changes: [String]

  init?(_ seen: Observations) {
    guard seen.missed == 0 else { return nil }
    changed = seen.exchanges.filter { $0.built != nil }
    guard !changed.isEmpty else { return nil }
    total = seen.exchanges.count(where: \.isSeen)
    changes = Self.words(
      changed.flatMap { exchange in
        exchange.built.map { FieldChange.between($0, exchange.attempt.draft) } ?? []
      }
    ).few(6)
  }

  /// Each field once: "hop limit 64 -> 5", or "DSCP -> 0" where probes had different values.
  private static func words(_ changes: [FieldChange]) -> [String] {
    var fields: [String] = []
    for change in changes where !fields.contains(change.field) { fields.append(change.field) }
    return fields.map { field in
      let all = changes.filter { $0.field == field }
      let built = Set(all.map(\.built))
      let left = Set(all.map(\.left))
      guard let first = all.first, left.count == 1 else { return "\(field) in \(left.count) ways" }
      return built.count == 1 ? first.words : "\(field) -> \(first.left)"
    }
  }

  var evidence: Evidence {
    Evidence(
      "own-field-change", weight: Self.weight,
      detail: "\(changed.count) of \(total) probes left changed: "
        + changes.joined(separator: ", "),
      packets: changed.prefix(8).compactMap(\.sent.first),
      source: "net/netfilter/xt_TCPMSS.c, xt_HL.c, xt_DSCP.c, nft_exthdr.c")
  }

  var headline: String {
    "inconclusive: this machine changes the probes before they leave ("
      + changes.prefix(2).joined(separator: ", ") + ")"
  }

  var nextStep: String {
    "Look at this machine's rules that change packets (nft list ruleset, iptables-save -t mangle, "
      + "tc filter show dev IF egress) and, where checksums are wrong, at ethtool -k IF."
  }
}
