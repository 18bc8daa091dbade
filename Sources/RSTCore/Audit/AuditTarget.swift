public import RSTWire

/// Whose ports a rule is about: a name, an address, a CIDR block or a range of addresses.
public enum AuditTarget: Hashable, Sendable {
  /// A name, which is resolved when the audit runs.
  case name(String)
  /// Addresses of one family from the first to the last, both included.
  case addresses(AuditAddresses)
}

/// Addresses of one family that follow each other.
public struct AuditAddresses: Hashable, Sendable {
  /// Which family.
  public let family: AddressFamily
  /// The first and the last address as numbers, in host order.
  let numbers: ClosedRange<UInt128>

  /// One address.
  public init(_ address: IPAddress) {
    self.init(address.family, address.position...address.position)
  }

  init(_ family: AddressFamily, _ numbers: ClosedRange<UInt128>) {
    self.family = family
    self.numbers = numbers
  }

  /// How many there are; `UInt128.max` also where there are more.
  public var count: UInt128 {
    let (sum, isOver) = (numbers.upperBound - numbers.lowerBound).addingReportingOverflow(1)
    return isOver ? .max : sum
  }

  /// Every address, in order; ask `count` first.
  public var all: [IPAddress] { numbers.map { IPAddress(family, position: $0) } }

  /// Whether an address is one of them.
  public func contains(_ address: IPAddress) -> Bool {
    address.family == family && numbers.contains(address.position)
  }

  /// Whether both have an address in common.
  func overlaps(_ other: Self) -> Bool {
    family == other.family && numbers.overlaps(other.numbers)
  }
}

extension AuditTarget {
  /// Why a text is no target, with what may be written instead.
  public struct Mistake: Error, Hashable, Sendable {
    /// What is wrong.
    public var problem: String
    /// What to write; empty where nobody can know.
    public var hint: String
  }

  /// Reads `name`, `192.0.2.1`, `192.0.2.0/24`, `192.0.2.1-192.0.2.9`, `192.0.2.1-9` and the same of
  /// IPv6, but for the last.
  ///
  /// - Parameter text: The text, without spaces around it.
  /// - Throws: `Mistake`.
  public init(parsing text: String) throws(Mistake) {
    if let address = IPAddress(text) {
      self = .addresses(AuditAddresses(address))
    } else if text.contains("/") {
      self = .addresses(try Self.block(text))
    } else if let range = try Self.range(text) {
      self = .addresses(range)
    } else {
      do throws(HostNameError) { self = .name(try HostName(text).text.lowercased()) } catch {
        throw Mistake(
          problem: "'\(text)' is neither an address nor a name: it \(error)",
          hint: "write a name, an address, a block as 192.0.2.0/24, or a range as "
            + "192.0.2.1-192.0.2.9")
      }
    }
  }

  /// RFC 4632, section 3.1; RFC 4291, section 2.3.
  private static func block(_ text: String) throws(Mistake) -> AuditAddresses {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, let address = IPAddress(parts[0]) else {
      throw Mistake(
        problem: "'\(text)' is no block of addresses",
        hint: "write ADDRESS/LENGTH, as in 192.0.2.0/24 or 2001:db8::/120")
    }
    let width = address.family == .ipv4 ? 32 : 128
    guard parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }), let length = Int(parts[1]),
      length <= width
    else {
      throw Mistake(
        problem: "'\(text)' has no prefix length from 0 to \(width)",
        hint: address.family == .ipv4 ? "write a length, no netmask: 192.0.2.0/24" : "")
    }
    let rest = width - length
    let mask: UInt128 = rest == 128 ? .max : (1 << UInt128(rest)) - 1
    let first = address.position & ~mask
    guard first == address.position else {
      throw Mistake(
        problem: "'\(text)' has bits set behind its prefix",
        hint: "write \(IPAddress(address.family, position: first))/\(length) for the block, or "
          + "\(address) for the one address")
    }
    return AuditAddresses(address.family, first...(first | mask))
  }

  /// Nil where the text is no range at all: names may hold hyphens too.
  private static func range(_ text: String) throws(Mistake) -> AuditAddresses? {
    let parts = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
      .map(String.init)
    guard parts.count == 2, let first = IPAddress(parts[0]) else { return nil }
    var last = IPAddress(parts[1])
    if last == nil, first.family == .ipv4, let octet = UInt8(parts[1]) {
      last = IPAddress(.ipv4, position: first.position & ~0xff | UInt128(octet))
    }
    guard let last, last.family == first.family else {
      throw Mistake(
        problem: "'\(text)' is no range: '\(parts[1])' is no address of the first one's family",
        hint: "write FIRST-LAST, as in 192.0.2.1-192.0.2.9")
    }
    guard first.position <= last.position else {
      throw Mistake(problem: "'\(text)' ends before it begins", hint: "write \(last)-\(first)")
    }
    return AuditAddresses(first.family, first.position...last.position)
  }

  /// Whether both may mean one host; a name and an address are not compared.
  func overlaps(_ other: Self) -> Bool {
    switch (self, other) {
    case (.name(let name), .name(let other)): name == other
    case (.addresses(let addresses), .addresses(let other)): addresses.overlaps(other)
    case (.name, .addresses), (.addresses, .name): false
    }
  }

  /// How many hosts it means.
  public var count: UInt128 {
    switch self {
    case .name: 1
    case .addresses(let addresses): addresses.count
    }
  }
}

extension IPAddress {
  /// The address as a number, in host order.
  var position: UInt128 {
    switch self {
    case .v4(let address): UInt128(address.rawValue)
    case .v6(let address): address.rawValue
    }
  }

  /// The address of a number; what IPv4 has no room for is cut off.
  init(_ family: AddressFamily, position: UInt128) {
    switch family {
    case .ipv4: self = .v4(IPv4Address(rawValue: UInt32(truncatingIfNeeded: position)))
    case .ipv6: self = .v6(IPv6Address(rawValue: position))
    }
  }
}
