public import RSTCore
import RSTWire

/// What a program that lists rules came to.
public enum RuleListing: Hashable, Sendable {
  /// What it wrote.
  case said([UInt8])
  /// It is not installed.
  case notInstalled
  /// It would not, and why.
  case refused(String)
}

/// Puts together what nft and both kinds of iptables list.
///
/// Rules that iptables made through nftables appear in both listings: its own says more of them. What
/// could not be listed is said; it may hold anything.
public enum RuleReading {
  /// Reads all listings.
  ///
  /// - Parameter listings: What each program came to, by the program's name.
  /// - Returns: The rules, and what is not known.
  public static func read(_ listings: [String: RuleListing]) -> FilterChecks {
    var checks = FilterChecks()
    var programs: Set<String> = []
    let nft = read(nft: listings["nft"] ?? .notInstalled, &checks, &programs)
    for (program, isIPv4) in [
      ("iptables-save", true), ("ip6tables-save", false), ("iptables-legacy-save", true),
      ("ip6tables-legacy-save", false),
    ] {
      switch listings[program] {
      case .said(let octets):
        let text = String(decoding: octets, as: UTF8.self)
        let name = String(program.dropLast("-save".count))
        let saved = SavedTables(text, family: isIPv4 ? .ipv4 : .ipv6, program: name)
        if text.contains("(nf_tables)") {
          let own = Set(saved.tables.map { "\(isIPv4 ? "ip" : "ip6") \($0)" })
          checks.chains.removeAll { own.contains($0.table) }
        }
        let known = Set(checks.chains.map(\.table))
        checks.chains += saved.chains.filter { !known.contains($0.table) }
        if saved.isCutShort { checks.unread.append("\(program): more rules than are read") }
      case .refused(let why):
        // Where nft has listed all, nothing is missing but what only iptables calls by name.
        if !nft || program.contains("legacy") {
          checks.unread.append("\(program): \(why)")
          programs.insert(program)
        }
      case .notInstalled where program.contains("legacy"):
        checks.unread.append("\(program) is not installed, and the kernel has tables of its kind")
      case .notInstalled, nil: break
      }
    }
    if !programs.isEmpty {
      checks.remedy = "run as root: sudo \(programs.sorted().joined(separator: ", sudo "))"
    } else if !checks.unread.isEmpty {
      checks.remedy = "apt-get install nftables iptables"
    }
    return checks
  }

  /// Whether nft's rules are known.
  private static func read(
    nft: RuleListing, _ checks: inout FilterChecks, _ programs: inout Set<String>
  ) -> Bool {
    switch nft {
    case .said(let octets):
      guard let listing = NFTListing(octets) else {
        checks.unread.append("nft -j list ruleset: what it lists is not understood")
        programs.insert("nft list ruleset")
        return false
      }
      checks.chains += listing.chains
      return true
    case .notInstalled:
      checks.unread.append("nft is not installed, so rules of nftables are not known")
      return false
    case .refused(let why):
      checks.unread.append("nft list ruleset: \(why)")
      programs.insert("nft list ruleset")
      return false
    }
  }
}
