public import RSTWire

/// What an ICMP destination-unreachable message says, for both families.
///
/// RFC 792, RFC 1812 section 5.2.7.1, RFC 4443 section 3.1.
public enum ICMPRefusal: String, CaseIterable, Hashable, Sendable {
  /// No route to the network, or to the host.
  case noRoute = "no-route"
  /// The host does not answer on its link.
  case hostUnreachable = "host-unreachable"
  /// Communication administratively prohibited, or policy.
  case prohibited = "admin-prohibited"
  /// Port unreachable.
  case portUnreachable = "port-unreachable"
  /// Protocol unreachable.
  case protocolUnreachable = "protocol-unreachable"

  /// Reads the message; nil when it refuses nothing.
  public init?(_ message: ICMPMessage, family: AddressFamily) {
    switch (family, message.type, message.code) {
    case (.ipv4, 3, 0), (.ipv4, 3, 5), (.ipv4, 3, 6), (.ipv4, 3, 11): self = .noRoute
    case (.ipv4, 3, 1), (.ipv4, 3, 7), (.ipv4, 3, 8), (.ipv4, 3, 12): self = .hostUnreachable
    case (.ipv4, 3, 9), (.ipv4, 3, 10), (.ipv4, 3, 13...15): self = .prohibited
    case (.ipv4, 3, 3): self = .portUnreachable
    case (.ipv4, 3, 2): self = .protocolUnreachable
    // Code 6 is "reject route to destination": a route, as the unreachable route of Linux.
    case (.ipv6, 1, 0), (.ipv6, 1, 2), (.ipv6, 1, 6): self = .noRoute
    case (.ipv6, 1, 3): self = .hostUnreachable
    case (.ipv6, 1, 1), (.ipv6, 1, 5): self = .prohibited
    case (.ipv6, 1, 4): self = .portUnreachable
    default: return nil
    }
  }

  /// Whether it says that there is no way to the host, rather than that something refuses.
  public var meansNoWay: Bool { self == .noRoute || self == .hostUnreachable }

  /// Whether the message is "time to live exceeded in transit".
  static func isTimeExceeded(_ message: ICMPMessage, family: AddressFamily) -> Bool {
    message.code == 0 && message.type == (family == .ipv4 ? 11 : 3)
  }
}
