internal import RSTWire

/// Targets as somebody writes them: a name, an address, a block, or a range.
public enum TargetExpression: Hashable, Sendable {
  /// Addresses.
  case range(AddressRange)
  /// A name that has to be looked up, in small letters (RFC 4343).
  case name(String)

  /// Reads `host.example`, `192.0.2.1`, `192.0.2.0/24`, `192.0.2.1-192.0.2.9` or `192.0.2.1-9`, and
  /// the same of IPv6, but for the last.
  ///
  /// - Parameters:
  ///   - text: The text, without white space around it.
  ///   - isExact: Whether a block has to begin where it says.
  /// - Throws: `TargetTextError`.
  public init(parsing text: String, isExact: Bool = false) throws(TargetTextError) {
    if let address = IPAddress(text) {
      self = .range(AddressRange(address))
    } else if text.contains("/") {
      self = .range(try Self.block(text, isExact: isExact))
    } else if let range = try Self.range(text) {
      self = .range(range)
    } else {
      self = .name(try Self.name(text))
    }
  }

  /// RFC 4632, section 3.1; RFC 4291, section 2.3.
  private static func block(_ text: String, isExact: Bool) throws(TargetTextError) -> AddressRange {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let address = IPAddress(String(parts[0])) else {
      throw TargetTextError(
        "'\(text)' is no block of addresses",
        hint: "write ADDRESS/LENGTH, as in 192.0.2.0/24 or 2001:db8::/120")
    }
    let width = address.family == .ipv4 ? 32 : 128
    guard parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }), let length = Int(parts[1]),
      length <= width
    else {
      throw TargetTextError(
        "'\(text)' has no prefix length from 0 to \(width)",
        hint: address.family == .ipv4 ? "write a length, no netmask: 192.0.2.0/24" : "")
    }
    let rest = width - length
    let mask: UInt128 = rest == 128 ? .max : (1 << UInt128(rest)) - 1
    let first = address.number & ~mask
    guard first == address.number || !isExact else {
      let start = IPAddress(family: address.family, number: first)
      throw TargetTextError(
        "'\(text)' has bits set behind its prefix",
        hint: "write \(start)/\(length) for the block, or \(address) for the one address")
    }
    return AddressRange(family: address.family, bounds: first...(first | mask))
  }

  /// Nil where the text is no range at all: names may hold hyphens too.
  private static func range(_ text: String) throws(TargetTextError) -> AddressRange? {
    guard let dash = text.firstIndex(of: "-"), let first = IPAddress(String(text[..<dash])) else {
      return nil
    }
    let end = String(text[text.index(after: dash)...])
    var last = IPAddress(end)
    if last == nil, first.family == .ipv4, let octet = UInt8(end) {
      last = IPAddress(family: .ipv4, number: first.number & ~0xff | UInt128(octet))
    }
    guard let last, last.family == first.family else {
      throw TargetTextError(
        "'\(text)' is no range: '\(end)' is no address of the first one's family",
        hint: "write FIRST-LAST, as in 192.0.2.1-192.0.2.9")
    }
    guard first.number <= last.number else {
      throw TargetTextError("'\(text)' ends before it begins", hint: "write \(last)-\(first)")
    }
    return AddressRange(family: first.family, bounds: first.number...last.number)
  }

  private static func name(_ text: String) throws(TargetTextError) -> String {
    if text.contains("%") {
      throw TargetTextError(
        "'\(text)' is link-local", hint: "probe it alone, as in rstprobe '[\(text)]:PORT'")
    }
    if text.contains(":") {
      throw TargetTextError("'\(text)' is no IPv6 address", hint: "ports are given apart from it")
    }
    do throws(HostNameError) { return try HostName(text).text.lowercased() } catch {
      throw TargetTextError(
        error == .numeric
          ? "'\(text)' is no IPv4 address"
          : "'\(text)' is neither an address nor a name: it \(error)",
        hint: "write a name, an address, a block as 192.0.2.0/24, or a range as "
          + "192.0.2.1-192.0.2.9")
    }
  }

  /// How many hosts it means.
  public var count: UInt128 {
    switch self {
    case .name: 1
    case .range(let range): range.count
    }
  }

  /// Whether both may mean one host; a name and an address are not compared.
  func overlaps(_ other: Self) -> Bool {
    switch (self, other) {
    case (.name(let name), .name(let other)): name == other
    case (.range(let range), .range(let other)):
      range.family == other.family && range.bounds.overlaps(other.bounds)
    case (.name, .range), (.range, .name): false
    }
  }
}
