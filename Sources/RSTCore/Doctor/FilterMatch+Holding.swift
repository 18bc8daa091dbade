import RSTWire

/// Whether something holds, as far as is known.
enum Certainty: Hashable, Sendable {
  case yes, no, maybe

  var negated: Self {
    switch self {
    case .yes: .no
    case .no: .yes
    case .maybe: .maybe
    }
  }
}

extension FilterMatch {
  /// Whether it holds for a packet.
  func holds(for packet: FilterPacket) -> Certainty {
    if let family, family != packet.family { return .no }
    let found = values.reduce(Certainty.no) { best, value in
      guard best != .yes else { return best }
      let next = field.compared(with: value, packet)
      return next == .no ? best : next
    }
    return isNegated ? found.negated : found
  }
}

extension FilterMatch.Field {
  /// Whether a packet has a value here.
  func compared(with value: FilterMatch.Value, _ packet: FilterPacket) -> Certainty {
    switch self {
    case .source: Self.compare(packet.source, value, packet.family)
    case .destination: Self.compare(packet.destination, value, packet.family)
    case .sourcePort: Self.compare(packet.sourcePorts, value)
    case .destinationPort: Self.compare(packet.destinationPorts, value)
    case .inInterface: Self.compare(interface: packet.leaves ? "" : packet.interface, value)
    case .outInterface: Self.compare(interface: packet.leaves ? packet.interface : "", value)
    case .transport: Self.compare(word: "tcp", or: 6, value)
    case .family:
      packet.family == .ipv4
        ? Self.compare(word: value == .word("ip") ? "ip" : "ipv4", or: 2, value)
        : Self.compare(word: value == .word("ip6") ? "ip6" : "ipv6", or: 10, value)
    case .state: Self.compare(word: packet.state, or: nil, value)
    case .flags(let mask): Self.compare(packet.flags.rawValue & mask, value)
    case .user: Self.compare(packet.user, value)
    case .group: Self.compare(packet.group, value)
    case .all(let fields): Self.compare(fields, value, packet)
    case .other: .maybe
    }
  }

  private static func compare(
    _ fields: [Self], _ value: FilterMatch.Value, _ packet: FilterPacket
  ) -> Certainty {
    guard case .all(let parts) = value, parts.count == fields.count else { return .maybe }
    let known = zip(fields, parts).map { $0.compared(with: $1, packet) }
    return known.contains(.no) ? .no : known.contains(.maybe) ? .maybe : .yes
  }

  private static func compare(
    _ address: IPAddress?, _ value: FilterMatch.Value, _ family: AddressFamily
  ) -> Certainty {
    let first: UInt128
    let last: UInt128
    switch value {
    case .prefix(let network, let bits):
      guard network.family == family, bits >= 0, bits <= network.width else { return .no }
      let free = network.width - bits
      let mask = free == 128 ? UInt128.max : (UInt128(1) << UInt128(free)) - 1
      first = network.number & ~mask
      last = network.number | mask
      if bits == 0 { return .yes }
    case .addresses(let low, let high):
      guard low.family == family, high.family == family else { return .no }
      first = low.number
      last = high.number
    default: return .maybe
    }
    guard let number = address?.number else { return .maybe }
    return first <= number && number <= last ? .yes : .no
  }

  private static func compare(
    _ ports: ClosedRange<UInt16>, _ value: FilterMatch.Value
  ) -> Certainty {
    let wanted: ClosedRange<UInt32>
    switch value {
    case .number(let number): wanted = number...number
    case .range(let low, let high) where low <= high: wanted = low...high
    default: return .maybe
    }
    let own = UInt32(ports.lowerBound)...UInt32(ports.upperBound)
    guard wanted.overlaps(own) else { return .no }
    return wanted.contains(own.lowerBound) && wanted.contains(own.upperBound) ? .yes : .maybe
  }

  private static func compare(interface: String?, _ value: FilterMatch.Value) -> Certainty {
    guard case .word(let name) = value, let interface else { return .maybe }
    if let last = name.last, last == "*" || last == "+" {
      return interface.hasPrefix(name.dropLast()) ? .yes : .no
    }
    return name == interface ? .yes : .no
  }

  private static func compare(
    word: String, or number: UInt32?, _ value: FilterMatch.Value
  ) -> Certainty {
    switch value {
    case .word(let other): other.lowercased() == word ? .yes : .no
    case .number(let other): number.map { $0 == other ? .yes : .no } ?? .maybe
    default: .maybe
    }
  }

  private static func compare(_ bits: UInt8, _ value: FilterMatch.Value) -> Certainty {
    guard case .number(let wanted) = value else { return .maybe }
    return UInt32(bits) == wanted ? .yes : .no
  }

  private static func compare(_ owner: UInt32?, _ value: FilterMatch.Value) -> Certainty {
    guard let owner else { return .maybe }
    switch value {
    case .number(let wanted): return owner == wanted ? .yes : .no
    case .range(let low, let high): return low <= owner && owner <= high ? .yes : .no
    default: return .maybe
    }
  }
}

extension IPAddress {
  /// How many bits it has.
  var width: Int { family == .ipv4 ? 32 : 128 }
}
