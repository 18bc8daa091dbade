import Foundation
public import RSTCore
import RSTWire

/// What `nft -j list ruleset` writes, read as rules.
///
/// libnftables-json(5). Nothing in it is trusted: what is not understood makes a match uncertain, or
/// stands as unread.
public struct NFTListing: Sendable {
  /// The most octets of a listing: 16 MiB.
  public static let limit = 1 << 24

  /// The chains of all tables.
  public private(set) var chains: [FilterChain] = []
  /// The tables, as "ip filter".
  public private(set) var tables: [String] = []

  private static let mostRules = 100_000

  /// Reads a listing; nil where it is none.
  ///
  /// - Parameter octets: What the program wrote.
  public init?(_ octets: [UInt8]) {
    guard octets.count <= Self.limit,
      let document = try? JSONSerialization.jsonObject(with: Data(octets)) as? [String: Any],
      let items = document["nftables"] as? [Any]
    else { return nil }
    var places: [String: Int] = [:]
    var rules: [[String: Any]] = []
    var sets = NFTSets()
    for case let item as [String: Any] in items {
      if let table = item["table"] as? [String: Any], let name = Self.table(table, "name") {
        tables.append(name)
      } else if let chain = item["chain"] as? [String: Any], let table = Self.table(chain),
        let name = chain["name"] as? String
      {
        places["\(table)\n\(name)"] = chains.count
        chains.append(
          FilterChain(table: table, name: name, family: Self.family(chain), base: Self.base(chain)))
      } else if let set = (item["set"] ?? item["map"]) as? [String: Any],
        let table = Self.table(set)
      {
        sets.add(set, table: table)
      } else if let rule = item["rule"] as? [String: Any] {
        guard rules.count < Self.mostRules else { return nil }
        rules.append(rule)
      }
    }
    for rule in rules {
      guard let table = Self.table(rule), let name = rule["chain"] as? String,
        let place = places["\(table)\n\(name)"]
      else { continue }
      let reader = NFTRule(table: table, sets: sets)
      chains[place].rules.append(reader.rule(rule["expr"] as? [Any] ?? []))
    }
  }

  private static func table(_ item: [String: Any], _ key: String = "table") -> String? {
    guard let family = item["family"] as? String, let name = item[key] as? String else {
      return nil
    }
    return "\(family) \(name)"
  }

  private static func family(_ chain: [String: Any]) -> AddressFamily? {
    switch chain["family"] as? String {
    case "ip": .ipv4
    case "ip6": .ipv6
    default: nil
    }
  }

  private static func base(_ chain: [String: Any]) -> FilterChain.Base? {
    // Bridges and ARP are no concern of a segment.
    guard let family = chain["family"] as? String,
      ["ip", "ip6", "inet", "netdev"].contains(family),
      let name = chain["hook"] as? String, let hook = FilterHook(rawValue: name)
    else { return nil }
    var devices: [String]?
    if let device = chain["dev"] as? String { devices = [device] }
    if let several = chain["dev"] as? [Any] { devices = several.compactMap { $0 as? String } }
    return FilterChain.Base(
      hook: hook, priority: chain["prio"] as? Int ?? 0,
      isTranslation: chain["type"] as? String == "nat",
      dropsRest: chain["policy"] as? String == "drop", devices: devices)
  }
}

/// The named sets and maps of a listing.
struct NFTSets {
  private var values: [String: [FilterMatch.Value]] = [:]
  private var maps: [String: [FilterAction.Entry]] = [:]

  mutating func add(_ set: [String: Any], table: String) {
    guard let name = set["name"] as? String else { return }
    let key = "\(table)\n\(name)"
    let elements = set["elem"] as? [Any] ?? []
    if set["map"] as? String == "verdict" {
      maps[key] = elements.map { NFTRule.entry($0) }
    } else if set["map"] == nil {
      // Elements of a set that a rule fills in come and go.
      let isDynamic = (set["flags"] as? [Any])?.contains { $0 as? String == "dynamic" } ?? false
      values[key] = elements.map { NFTRule.value($0) } + (isDynamic ? [.unread] : [])
    }
  }

  func set(_ name: String, in table: String) -> [FilterMatch.Value]? { values["\(table)\n\(name)"] }

  func map(_ name: String, in table: String) -> [FilterAction.Entry]? { maps["\(table)\n\(name)"] }
}
