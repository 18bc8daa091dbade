import Foundation
import RSTCore
import RSTWire

/// Reads the expressions of one rule.
struct NFTRule {
  let table: String
  let sets: NFTSets

  func rule(_ expressions: [Any]) -> FilterRule {
    var rule = FilterRule(matches: [], actions: [])
    for expression in expressions {
      // A chain without a name comes as the text that it was written in.
      if let text = expression as? String {
        rule.actions.append(.unread(Self.line(text)))
        continue
      }
      guard let (kind, value) = (expression as? [String: Any])?.first else { continue }
      switch kind {
      case "match": rule.matches.append(match(value as? [String: Any] ?? [:]))
      case "limit", "quota", "connlimit", "ct count":
        rule.matches.append(FilterMatch(.other(kind), [.unread]))
      case "xt":
        let name = (value as? [String: Any])?["name"] as? String ?? "extension"
        if (value as? [String: Any])?["type"] as? String == "match" {
          rule.matches.append(FilterMatch(.other(name), [.unread]))
        } else {
          rule.actions.append(.unread(name))
        }
      default:
        if let action = action(kind, value) { rule.actions.append(action) }
      }
    }
    return rule
  }

  private func match(_ match: [String: Any]) -> FilterMatch {
    let field = Self.field(match["left"])
    if field.field == Self.notTCP { return FilterMatch(.transport, [.word("not tcp")]) }
    if case .flags = field.field { return flags(field.field, match) }
    let values = values(match["right"])
    switch match["op"] as? String {
    case "==", "in": return FilterMatch(field.field, values, family: field.family)
    case "!=": return FilterMatch(field.field, isNegated: true, values, family: field.family)
    default: return FilterMatch(.other("comparison"), [.unread], family: field.family)
    }
  }

  /// Bits that are compared at once, or one of several that is set.
  private func flags(_ field: FilterMatch.Field, _ match: [String: Any]) -> FilterMatch {
    guard let bits = Self.flags(match["right"]) else { return FilterMatch(field, [.unread]) }
    switch match["op"] as? String {
    case "in": return FilterMatch(.flags(mask: bits), isNegated: true, [.number(0)])
    case "==": return FilterMatch(field, [.number(UInt32(bits))])
    case "!=": return FilterMatch(field, isNegated: true, [.number(UInt32(bits))])
    default: return FilterMatch(field, [.unread])
    }
  }

  /// A field of another protocol: nothing holds of it for a segment, whatever is compared.
  private static let notTCP = FilterMatch.Field.other("not tcp")

  /// What stands on the left of a comparison, and the family that it is of.
  static func field(_ left: Any?) -> (field: FilterMatch.Field, family: AddressFamily?) {
    guard let left = left as? [String: Any] else { return (.other("expression"), nil) }
    if let payload = left["payload"] as? [String: Any] {
      let layer = payload["protocol"] as? String ?? ""
      let family: AddressFamily? = layer == "ip" ? .ipv4 : layer == "ip6" ? .ipv6 : nil
      switch (layer, payload["field"] as? String) {
      case ("ip", "saddr"), ("ip6", "saddr"): return (.source, family)
      case ("ip", "daddr"), ("ip6", "daddr"): return (.destination, family)
      case ("ip", "protocol"), ("ip6", "nexthdr"): return (.transport, family)
      case ("tcp", "sport"), ("th", "sport"): return (.sourcePort, family)
      case ("tcp", "dport"), ("th", "dport"): return (.destinationPort, family)
      case ("tcp", "flags"): return (.flags(mask: 0xff), family)
      case ("udp", _), ("icmp", _), ("icmpv6", _), ("sctp", _), ("udplite", _), ("dccp", _):
        return (notTCP, family)
      default: return (.other("\(layer) \(payload["field"] as? String ?? "")"), family)
      }
    }
    if let meta = left["meta"] as? [String: Any] {
      switch meta["key"] as? String {
      case "oifname", "oif": return (.outInterface, nil)
      case "iifname", "iif": return (.inInterface, nil)
      case "l4proto": return (.transport, nil)
      case "nfproto", "protocol": return (.family, nil)
      case "skuid": return (.user, nil)
      case "skgid": return (.group, nil)
      case let key: return (.other("meta \(key ?? "")"), nil)
      }
    }
    if let state = left["ct"] as? [String: Any], state["key"] as? String == "state" {
      return (.state, nil)
    }
    if let parts = left["concat"] as? [Any] {
      let fields = parts.map { field($0) }
      return (.all(fields.map(\.field)), fields.lazy.compactMap(\.family).first)
    }
    if let masked = left["&"] as? [Any], masked.count == 2,
      case (.flags, _) = field(masked[0]), let mask = flags(masked[1])
    {
      return (.flags(mask: mask), nil)
    }
    return (.other(left.keys.first ?? "expression"), nil)
  }

  /// Control bits by their names, alone, in a list, or joined by "|".
  private static func flags(_ value: Any?) -> UInt8? {
    let known: [String: UInt8] = [
      "fin": 1, "syn": 2, "rst": 4, "psh": 8, "ack": 16, "urg": 32, "ecn": 64, "cwr": 128,
    ]
    if let number = value as? Int { return UInt8(exactly: number) }
    if let name = value as? String { return known[name] }
    let names = value as? [Any] ?? (value as? [String: Any])?["|"] as? [Any]
    return names?.reduce(UInt8(0) as UInt8?) { bits, name in
      guard let bits, let bit = flags(name) else { return nil }
      return bits | bit
    }
  }

  private func values(_ right: Any?) -> [FilterMatch.Value] {
    if let text = right as? String, text.hasPrefix("@") {
      return sets.set(String(text.dropFirst()), in: table) ?? [.unread]
    }
    if let set = (right as? [String: Any])?["set"] as? [Any] { return set.map(Self.value) }
    if let list = right as? [Any] { return list.map(Self.value) }
    return right.map { [Self.value($0)] } ?? [.unread]
  }

  /// A value as sets and comparisons have it.
  static func value(_ value: Any) -> FilterMatch.Value {
    if let number = value as? Int { return UInt32(exactly: number).map { .number($0) } ?? .unread }
    if let text = value as? String {
      if let address = IPAddress(text) {
        return .prefix(address, address.family == .ipv4 ? 32 : 128)
      }
      return .word(text)
    }
    guard let object = value as? [String: Any] else { return .unread }
    if let parts = object["concat"] as? [Any] { return .all(parts.map(Self.value)) }
    if let prefix = object["prefix"] as? [String: Any], let bits = prefix["len"] as? Int,
      let address = (prefix["addr"] as? String).flatMap({ IPAddress($0) }),
      (0...(address.family == .ipv4 ? 32 : 128)).contains(bits)
    {
      return .prefix(address, bits)
    }
    if let range = object["range"] as? [Any], range.count == 2 {
      if let low = range[0] as? Int, let high = range[1] as? Int, let low = UInt32(exactly: low),
        let high = UInt32(exactly: high)
      {
        return .range(low, high)
      }
      if let low = (range[0] as? String).flatMap({ IPAddress($0) }),
        let high = (range[1] as? String).flatMap({ IPAddress($0) })
      {
        return .addresses(low, high)
      }
    }
    // An element with a counter or a time-out.
    if let element = object["elem"] as? [String: Any], let inner = element["val"] {
      return Self.value(inner)
    }
    return .unread
  }

  /// One entry of a verdict map.
  static func entry(_ element: Any) -> FilterAction.Entry {
    guard let pair = element as? [Any], pair.count == 2 else {
      return FilterAction.Entry(value: .unread, action: .unread("entry of a map"))
    }
    return FilterAction.Entry(value: value(pair[0]), action: verdict(pair[1]))
  }

  private static func verdict(_ value: Any) -> FilterAction {
    guard let (kind, inner) = (value as? [String: Any])?.first else { return .unread("verdict") }
    let target = (inner as? [String: Any])?["target"] as? String
    switch (kind, target) {
    case ("accept", _): return .accept
    case ("drop", _): return .drop
    case ("return", _): return .leaveChain
    case ("jump", let target?): return .jump(target)
    case ("goto", let target?): return .goTo(target)
    case ("continue", _): return .change("nothing")
    default: return .unread(kind)
    }
  }

  /// What a statement does; nil for one that changes nothing of a packet.
  private func action(_ kind: String, _ value: Any) -> FilterAction? {
    let options = value as? [String: Any] ?? [:]
    switch kind {
    case "accept", "drop", "return", "jump", "goto": return Self.verdict([kind: value])
    case "reject":
      let how = [options["type"], options["expr"]].compactMap { $0 as? String }
      return .reject(how.isEmpty ? "an ICMP error" : how.joined(separator: " "))
    case "redirect", "tproxy":
      return .redirect((options["port"] as? Int).map(String.init) ?? "its own")
    case "dnat", "snat", "masquerade":
      let address = options["addr"] as? String
      let port = (options["port"] as? Int).map { "port \($0)" }
      return .translate(([kind] + [address, port].compactMap(\.self)).joined(separator: " "))
    case "mangle": return Self.change(options)
    case "queue": return .queue
    case "vmap":
      let (field, family) = Self.field(options["key"])
      if field == Self.notTCP { return nil }
      return .map(field, family: family, entries(options["data"]))
    case "fwd", "dup", "synproxy", "reset": return .change(kind)
    case "counter", "log", "comment", "notrack", "set", "map", "meter", "ct helper", "ct timeout",
      "ct expectation", "flow", "secmark", "last":
      return nil
    default: return .unread(kind)
    }
  }

  private func entries(_ data: Any?) -> [FilterAction.Entry]? {
    if let name = data as? String, name.hasPrefix("@") {
      return sets.map(String(name.dropFirst()), in: table)
    }
    return ((data as? [String: Any])?["set"] as? [Any])?.map(Self.entry)
  }

  /// A field that is given another value; marks are no part of a packet.
  private static func change(_ options: [String: Any]) -> FilterAction? {
    let key = options["key"] as? [String: Any] ?? [:]
    if key["meta"] != nil || key["ct"] != nil { return nil }
    if let payload = key["payload"] as? [String: Any] {
      let words = [payload["protocol"], payload["field"]].compactMap { $0 as? String }
      return .change((words + ["set"]).joined(separator: " "))
    }
    if let option = key["tcp option"] as? [String: Any] {
      return .change("tcp option \(option["name"] as? String ?? "") set")
    }
    return .change("a field set")
  }

  /// A text of several lines as one.
  private static func line(_ text: String) -> String {
    String(text.split(whereSeparator: \.isWhitespace).joined(separator: " ").prefix(160))
  }
}
