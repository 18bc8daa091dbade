import RSTWire

/// The name of a host, as it may stand in a request.
///
/// RFC 1123, section 2.1: labels of letters, digits and inner hyphens. Underscores occur and are
/// taken too. The case is kept: who looks for a name may look at it.
public struct HostName: Hashable, Sendable {
  /// The name without a trailing dot; an IPv6 address stands in brackets.
  public let text: String

  /// The longest name, in octets.
  ///
  /// RFC 1035, section 2.3.4, without the octets of the root.
  public static let limit = 253

  /// Checks a name.
  ///
  /// - Parameters:
  ///   - text: The name as the user gave it.
  ///   - permitsAddress: Whether an address may stand in place of the name: HTTP allows it, the
  ///     server name of TLS does not (RFC 6066, section 3).
  /// - Throws: What is wrong with it.
  public init(_ text: String, permitsAddress: Bool = false) throws(HostNameError) {
    if let address = Self.address(in: text) {
      guard permitsAddress else { throw .address }
      self.text = address.family == .ipv6 ? "[\(address)]" : "\(address)"
      return
    }
    let name = text.last == "." ? text.dropLast() : text[...]
    guard !name.isEmpty else { throw .empty }
    guard name.unicodeScalars.allSatisfy(\.isASCII) else { throw .notASCII }
    guard name.utf8.count <= Self.limit else { throw .tooLong }
    let labels = name.split(separator: ".", omittingEmptySubsequences: false)
    for label in labels {
      guard !label.isEmpty else { throw .emptyLabel }
      if let scalar = label.unicodeScalars.first(where: { !Self.isPermitted($0) }) {
        throw .character(scalar)
      }
      guard label.utf8.count <= 63 else { throw .longLabel }
      guard label.first != "-", label.last != "-" else { throw .hyphen }
    }
    // No top-level domain is a number, so that names and addresses can be told apart (RFC 1123).
    guard labels.last?.utf8.allSatisfy({ (0x30...0x39).contains($0) }) == false else {
      throw .numeric
    }
    self.text = String(name)
  }

  /// Reads an address, with or without brackets.
  private static func address(in text: String) -> IPAddress? {
    guard text.hasPrefix("["), text.hasSuffix("]") else { return IPAddress(text) }
    return IPv6Address(String(text.dropFirst().dropLast())).map(IPAddress.v6)
  }

  private static func isPermitted(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", "-", "_": true
    default: false
    }
  }
}

/// What is wrong with the name of a host.
public enum HostNameError: Error, Hashable, Sendable {
  /// There is nothing.
  case empty
  /// It is longer than 253 octets.
  case tooLong
  /// Two dots in a row, or one at the beginning.
  case emptyLabel
  /// A label is longer than 63 octets.
  case longLabel
  /// A label begins or ends with a hyphen.
  case hyphen
  /// Something that no name has.
  case character(Unicode.Scalar)
  /// It is not ASCII.
  case notASCII
  /// An address where a name is wanted.
  case address
  /// It ends in a number and is no address.
  case numeric
}

extension HostNameError: CustomStringConvertible {
  /// What is wrong, to follow the name in a sentence.
  public var description: String {
    switch self {
    case .empty: "is empty"
    case .tooLong: "is longer than 253 octets"
    case .emptyLabel: "has an empty label"
    case .longLabel: "has a label of more than 63 octets"
    case .hyphen: "has a label that begins or ends with a hyphen"
    case .character(" "): "is not a host name: it has a space"
    case .character(let scalar) where scalar.properties.generalCategory == .control:
      "is not a host name: it has a control character"
    case .character(":"): "is not a host name: give the name without a port"
    case .character("/"): "is not a host name: give the name alone, not a URL"
    case .character(let scalar): "is not a host name: '\(scalar)' cannot stand in it"
    case .notASCII: "is not ASCII; give its punycode form, which begins with xn--"
    case .address: "is an address; a server name cannot be one (RFC 6066, section 3)"
    case .numeric: "is neither a host name nor an address"
    }
  }
}
