public import RSTWire

/// What iptables-save and ip6tables-save write, read as rules.
///
/// iptables-save(8), iptables-extensions(8). Nothing in it is trusted: what is not understood makes the
/// match uncertain, or the target unread.
public struct SavedTables: Sendable {
  /// The chains of all tables.
  public private(set) var chains: [FilterChain] = []
  /// The names of the tables, such as "filter".
  public private(set) var tables: [String] = []
  /// Whether there were more rules than are read.
  public private(set) var isCutShort = false

  private let family: AddressFamily
  private let program: String

  private static let mostRules = 100_000
  private static let texts: Set = [
    "--comment", "--string", "--hex-string", "--name", "--log-prefix",
  ]

  /// Reads a listing.
  ///
  /// - Parameters:
  ///   - text: What the program wrote.
  ///   - family: Whose rules they are.
  ///   - program: The program's name, to say where a rule stands.
  public init(_ text: String, family: AddressFamily, program: String) {
    self.family = family
    self.program = program
    var places: [String: Int] = [:]
    var table = ""
    var count = 0
    for line in text.split(whereSeparator: \.isNewline) {
      if line.hasPrefix("*") {
        table = String(line.dropFirst())
        tables.append(table)
        places = [:]
      } else if line.hasPrefix(":") {
        let words = line.dropFirst().split(separator: " ")
        guard let name = words.first.map(String.init) else { continue }
        places[name] = chains.count
        let policy = words.count > 1 ? String(words[1]) : "-"
        chains.append(
          FilterChain(
            table: "\(program) \(table)", name: name, family: family,
            base: Self.base(table, name, policy)))
      } else if line.hasPrefix("-A ") {
        count += 1
        guard count <= Self.mostRules else {
          isCutShort = true
          return
        }
        var words = Self.words(of: line)
        guard words.count >= 2, let place = places[words[1]] else { continue }
        words.removeFirst(2)
        chains[place].rules.append(rule(words, isKnown: { places[$0] != nil }))
      }
    }
  }

  private static func base(
    _ table: String, _ name: String, _ policy: String
  ) -> FilterChain.Base? {
    let hook: FilterHook
    switch name {
    case "OUTPUT": hook = .output
    case "POSTROUTING": hook = .postrouting
    case "PREROUTING": hook = .prerouting
    case "INPUT": hook = .input
    default: return nil
    }
    // include/uapi/linux/netfilter_ipv4.h
    let priority =
      switch table {
      case "raw": -300
      case "mangle": -150
      case "nat": hook == .output || hook == .prerouting ? -100 : 100
      case "security": 50
      default: 0
      }
    return FilterChain.Base(
      hook: hook, priority: priority, isTranslation: table == "nat", dropsRest: policy == "DROP")
  }

  /// The words of a line, with those in quotes together.
  static func words(of line: Substring) -> [String] {
    var words: [String] = []
    var word = ""
    var (isQuoted, isEscaped, isOpen) = (false, false, false)
    for character in line {
      switch character {
      case _ where isEscaped:
        word.append(character)
        isEscaped = false
      case "\\" where isQuoted: isEscaped = true
      case "\"":
        isQuoted.toggle()
        isOpen = true
      case " " where !isQuoted:
        if isOpen || !word.isEmpty { words.append(word) }
        (word, isOpen) = ("", false)
      default: word.append(character)
      }
    }
    if isOpen || !word.isEmpty { words.append(word) }
    return words
  }

  private func rule(_ words: [String], isKnown: (String) -> Bool) -> FilterRule {
    var rule = FilterRule(matches: [], actions: [])
    var isNegated = false
    var place = 0
    /// The values of an option: what stands before the next option.
    func values() -> [String] {
      let begins = place + 1
      // Somebody's text may look like an option.
      if Self.texts.contains(words[place]) {
        return Array(words[min(begins, words.count)..<min(begins + 1, words.count)])
      }
      var ends = begins
      while ends < words.count, !words[ends].hasPrefix("-"), words[ends] != "!" { ends += 1 }
      return Array(words[min(begins, words.count)..<ends])
    }
    while place < words.count {
      let word = words[place]
      if word == "!" {
        isNegated = true
        place += 1
        continue
      }
      let given = values()
      if word == "-j" || word == "-g" || word == "--jump" || word == "--goto" {
        let rest = Array(words[min(place + 2, words.count)...])
        rule.actions = action(
          given.first ?? "", rest, isGoTo: word == "-g" || word == "--goto", isKnown)
        return rule
      }
      if let match = match(word, given, isNegated) { rule.matches.append(match) }
      isNegated = false
      place += 1 + given.count
    }
    return rule
  }
}

// MARK: - Matches

extension SavedTables {
  /// What an option asks; nil for one that asks nothing.
  private func match(_ option: String, _ given: [String], _ isNegated: Bool) -> FilterMatch? {
    let value = given.first ?? ""
    func make(_ field: FilterMatch.Field, _ values: [FilterMatch.Value]) -> FilterMatch {
      FilterMatch(field, isNegated: isNegated, values)
    }
    switch option {
    case "-m", "--match", "--comment": return nil
    case "-p", "--protocol": return value == "all" ? nil : make(.transport, [.protocolName(value)])
    case "-s", "--source": return make(.source, [.network(value)])
    case "-d", "--destination": return make(.destination, [.network(value)])
    case "-i", "--in-interface": return make(.inInterface, [.word(value)])
    case "-o", "--out-interface": return make(.outInterface, [.word(value)])
    case "--sport", "--source-port", "--sports", "--source-ports":
      return make(.sourcePort, value.split(separator: ",").map { .ports($0) })
    case "--dport", "--destination-port", "--dports", "--destination-ports":
      return make(.destinationPort, value.split(separator: ",").map { .ports($0) })
    case "--ctstate", "--state":
      return make(.state, value.split(separator: ",").map { .word(String($0)) })
    case "--syn": return make(.flags(mask: 0x17), [.number(0x02)])
    case "--tcp-flags":
      guard let mask = Self.flags(value), given.count > 1, let wanted = Self.flags(given[1]) else {
        return make(.other(option), [.unread])
      }
      return make(.flags(mask: mask), [.number(UInt32(wanted))])
    case "--uid-owner": return make(.user, [.owner(value)])
    case "--gid-owner": return make(.group, [.owner(value)])
    default: return make(.other(option), [.unread])
    }
  }

  private static func flags(_ text: String) -> UInt8? {
    let known: [String: UInt8] = [
      "FIN": 1, "SYN": 2, "RST": 4, "PSH": 8, "ACK": 16, "URG": 32, "ECE": 64, "CWR": 128,
      "NONE": 0, "ALL": 0x3f,
    ]
    return text.split(separator: ",").reduce(UInt8(0) as UInt8?) { bits, name in
      guard let bits, let bit = known[String(name)] else { return nil }
      return bits | bit
    }
  }
}

// MARK: - Targets

extension SavedTables {
  private func action(
    _ target: String, _ options: [String], isGoTo: Bool, _ isKnown: (String) -> Bool
  ) -> [FilterAction] {
    func option(_ name: String) -> String? {
      options.firstIndex(of: name).flatMap {
        options.indices.contains($0 + 1) ? options[$0 + 1] : nil
      }
    }
    if isKnown(target) { return [isGoTo ? .goTo(target) : .jump(target)] }
    let said = ([target] + options.prefix(4)).joined(separator: " ")
    switch target {
    case "", "LOG", "NFLOG", "MARK", "CONNMARK", "TRACE", "SECMARK", "CONNSECMARK", "AUDIT", "SET",
      "CLASSIFY", "NOTRACK", "CT", "RATEEST", "LED", "ULOG":
      return []
    case "ACCEPT": return [.accept]
    case "DROP": return [.drop]
    case "RETURN": return [.leaveChain]
    case "REJECT": return [.reject(option("--reject-with") ?? "an ICMP error")]
    case "REDIRECT": return [.redirect(option("--to-ports") ?? "its own")]
    case "TPROXY": return [.redirect(option("--on-port") ?? "its own")]
    case "DNAT", "SNAT", "MASQUERADE", "NETMAP": return [.translate(said)]
    case "TTL", "HL", "TCPMSS", "TCPOPTSTRIP", "DSCP", "TOS", "ECN", "CHECKSUM":
      return [.change(said)]
    case "NFQUEUE", "QUEUE": return [.queue]
    default: return [.unread(said)]
    }
  }
}

extension FilterMatch.Value {
  /// An address, or a network with the length of its prefix or with a mask.
  static func network(_ text: some StringProtocol) -> Self {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard let first = parts.first, let address = IPAddress(String(first)) else { return .unread }
    let whole = address.family == .ipv4 ? 32 : 128
    guard parts.count > 1 else { return .prefix(address, whole) }
    if let bits = Int(parts[1]), (0...whole).contains(bits) { return .prefix(address, bits) }
    guard let mask = IPAddress(String(parts[1])), mask.family == address.family else {
      return .unread
    }
    // Ones at the front and none behind them.
    let bits = mask.number.nonzeroBitCount
    let free = whole - bits
    let isPrefix = free == 128 || (mask.number >> UInt128(free)) << UInt128(free) == mask.number
    return isPrefix ? .prefix(address, bits) : .unread
  }

  /// A port, or a range as "1000:2000" has it.
  static func ports(_ text: some StringProtocol) -> Self {
    let ends = text.split(separator: ":", omittingEmptySubsequences: false)
    if ends.count == 1 { return UInt16(ends[0]).map { .number(UInt32($0)) } ?? .unread }
    guard ends.count == 2 else { return .unread }
    let low = ends[0].isEmpty ? 0 : UInt16(ends[0])
    let high = ends[1].isEmpty ? 65_535 : UInt16(ends[1])
    guard let low, let high, low <= high else { return .unread }
    return .range(UInt32(low), UInt32(high))
  }

  /// A protocol by its name or number.
  static func protocolName(_ text: String) -> Self {
    UInt32(text).map { .number($0) } ?? .word(text)
  }

  /// An owner by number; names are not looked up.
  static func owner(_ text: String) -> Self {
    let ends = text.split(separator: "-")
    if ends.count == 2, let low = UInt32(ends[0]), let high = UInt32(ends[1]) {
      return .range(low, high)
    }
    return UInt32(text).map { .number($0) } ?? .unread
  }
}
