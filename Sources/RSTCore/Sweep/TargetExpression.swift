internal import RSTWire

/// Why a text names no target, in a phrase that follows the text.
public struct TargetTextError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The phrase.
  public var description: String

  init(_ description: String) { self.description = description }
}

/// A target as somebody writes it: a name, an address, a block, or a range.
public enum TargetExpression: Hashable, Sendable {
  /// Addresses.
  case range(AddressRange)
  /// A name that has to be looked up.
  case name(String)

  /// Reads `host.example`, `192.0.2.1`, `192.0.2.0/24`, `192.0.2.1-192.0.2.9` or `192.0.2.1-9`, and
  /// the same of IPv6.
  ///
  /// - Parameter text: The text, without white space around it.
  /// - Throws: `TargetTextError`.
  public init(parsing text: String) throws(TargetTextError) {
    if let slash = text.firstIndex(of: "/") {
      self = .range(try Self.block(text[..<slash], text[text.index(after: slash)...]))
    } else if let dash = text.firstIndex(of: "-"), let first = IPAddress(String(text[..<dash])) {
      self = .range(try Self.range(first, text[text.index(after: dash)...]))
    } else if let address = IPAddress(text) {
      self = .range(AddressRange(address))
    } else {
      self = .name(try Self.name(text))
    }
  }

  private static func block(
    _ address: Substring, _ length: Substring
  ) throws(TargetTextError) -> AddressRange {
    guard let address = IPAddress(String(address)) else {
      throw TargetTextError("has no IPv4 or IPv6 address before the '/'")
    }
    let width = address.family == .ipv4 ? 32 : 128
    guard let length = decimal(length), length <= width else {
      throw TargetTextError("needs a prefix length from 0 to \(width) after the '/'")
    }
    let host: UInt128 = length == 128 ? 0 : UInt128.max >> UInt128(128 - (width - length))
    let rest = width - length == 0 ? 0 : host
    let first = address.number & ~rest
    return AddressRange(family: address.family, bounds: first...(first | rest))
  }

  private static func range(
    _ first: IPAddress, _ end: Substring
  ) throws(TargetTextError) -> AddressRange {
    let last: UInt128
    if let address = IPAddress(String(end)) {
      guard address.family == first.family else {
        throw TargetTextError("begins and ends with addresses of different families")
      }
      last = address.number
    } else if first.family == .ipv4, let octet = decimal(end), octet <= 255 {
      last = first.number & ~0xff | UInt128(octet)
    } else {
      throw TargetTextError("has no address after the '-', and no last octet from 0 to 255")
    }
    guard first.number <= last else { throw TargetTextError("ends before it begins") }
    return AddressRange(family: first.family, bounds: first.number...last)
  }

  private static func name(_ text: String) throws(TargetTextError) -> String {
    if text.contains("%") {
      throw TargetTextError("is link-local: probe it alone, as in rstprobe '[\(text)]:PORT'")
    }
    if text.contains(":") {
      throw TargetTextError("is no IPv6 address, and ports belong into -p")
    }
    if text.utf8.allSatisfy({ $0 == 0x2e || (0x30...0x39).contains($0) }) {
      throw TargetTextError("is no IPv4 address")
    }
    do throws(HostNameError) {
      return try HostName(text, permitsAddress: false).text
    } catch {
      throw TargetTextError("\(error)")
    }
  }

  static func decimal(_ text: Substring) -> Int? {
    guard (1...5).contains(text.utf8.count),
      text.utf8.allSatisfy({ (0x30...0x39).contains($0) })
    else { return nil }
    return Int(text)
  }
}

/// Ports as `22,80,8000-8100`; each is kept once.
public struct PortList: Hashable, Sendable {
  /// The ports, ascending.
  public let ports: [UInt16]

  /// Reads ports from 1 to 65535 and ranges of them, with commas between.
  ///
  /// - Parameter text: The text.
  /// - Throws: `TargetTextError`.
  public init(parsing text: String) throws(TargetTextError) {
    var isChosen = [Bool](repeating: false, count: 65_536)
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false)
      let numbers = ends.compactMap(TargetExpression.decimal)
      guard (1...2).contains(ends.count), numbers.count == ends.count,
        let first = numbers.first, let last = numbers.last, first >= 1, last <= 65_535
      else {
        throw TargetTextError("'\(part)' is no port or range of ports from 1 to 65535")
      }
      guard first <= last else { throw TargetTextError("'\(part)' ends before it begins") }
      for port in first...last { isChosen[port] = true }
    }
    ports = isChosen.indices.filter { isChosen[$0] }.map { UInt16($0) }
  }

  /// Makes a list.
  public init(_ ports: some Sequence<UInt16>) { self.ports = Set(ports).sorted() }
}
