/// Something whose content may provoke somebody on the way.
public struct Trigger: Hashable, Sendable {
  /// What protocol it speaks.
  public enum Kind: String, Hashable, Sendable {
    /// An HTTP request whose `Host` names somebody.
    case httpHost = "http-host"
    /// A TLS ClientHello whose server name names somebody.
    case sni
    /// Octets that the user gave.
    case payload
  }

  /// What protocol it speaks.
  public var kind: Kind
  /// The host name, or the file's name as given.
  public var name: String
  /// What is sent.
  public var octets: [UInt8]
  /// The same protocol with a harmless name; nil where there is none.
  ///
  /// A ClientHello has the random numbers of the trigger: nothing differs but the name, and what
  /// counts its octets.
  public var harmless: [UInt8]?
  /// The harmless name; nil where there is none.
  public var harmlessName: String?
  /// How many octets the first segment has, where it is sent in two: cut in the midst of the name.
  ///
  /// Nil where it is sent in one only.
  public var split: Int?

  /// A request over HTTP.
  ///
  /// - Parameter name: What `Host` says, as `HostName` has it.
  /// - Returns: The trigger with its harmless control.
  public static func httpHost(_ name: String) -> Self {
    let other = harmlessName(besides: name)
    return Self(
      kind: .httpHost, name: name, octets: HTTPRequest.octets(host: name),
      harmless: HTTPRequest.octets(host: other), harmlessName: other)
  }

  /// A ClientHello.
  ///
  /// - Parameters:
  ///   - name: The server name, as `HostName` has it; no address.
  ///   - random: Where the hello's random numbers come from.
  /// - Returns: The trigger with its harmless control.
  public static func sni(_ name: String, using random: inout some RandomNumberGenerator) -> Self {
    let hello = ClientHello(using: &random)
    let other = harmlessName(besides: name)
    let record = hello.record(naming: name)
    return Self(
      kind: .sni, name: name, octets: record.octets,
      harmless: hello.record(naming: other).octets, harmlessName: other,
      split: record.name.lowerBound + record.name.count / 2)
  }

  /// Octets of the user's own; nobody knows what would be harmless in their place.
  ///
  /// - Parameters:
  ///   - octets: What is sent.
  ///   - name: The file's name.
  /// - Returns: The trigger.
  public static func payload(_ octets: [UInt8], name: String) -> Self {
    Self(kind: .payload, name: name, octets: octets)
  }

  /// A name that nobody minds (RFC 2606, section 3), and that is not the trigger's own, nor above it.
  static func harmlessName(besides name: String) -> String {
    let name = name.lowercased()
    return ["example.com", "example.org"].first { name != $0 && !name.hasSuffix("." + $0) }
      ?? "example.net"
  }
}
