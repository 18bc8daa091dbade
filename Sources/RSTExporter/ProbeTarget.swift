internal import RSTCore
public import RSTWire

/// One port of one host, as a request names it.
public struct ProbeTarget: Hashable, Sendable {
  /// How a host is named.
  public enum Host: Hashable, Sendable {
    /// A name that has to be looked up, in small letters, without the dot at its end.
    case name(String)
    /// An address.
    case address(IPAddress)
  }

  /// The host.
  public var host: Host
  /// The port, 1...65535.
  public var port: UInt16

  /// Reads `host.example:22`, `192.0.2.1:22` or `[2001:db8::1]:22`, and nothing else: what the C library
  /// would take for an address too, such as `127.1`, is none here.
  ///
  /// - Throws: `RequestRefusal` with status 400.
  init(parsing text: String) throws(RequestRefusal) {
    guard text.utf8.count <= 300 else { throw RequestRefusal(.malformed, "the target is too long") }
    guard let parts = HostAndPorts(parting: text) else {
      throw RequestRefusal(
        .malformed, "target '\(text)' is not HOST:PORT, with brackets around an IPv6 address")
    }
    let ports: PortList
    let expression: TargetExpression
    do throws(TargetTextError) {
      ports = try PortList(parsing: parts.ports)
      expression = try TargetExpression(parsing: parts.host)
    } catch {
      throw RequestRefusal(.malformed, "target '\(text)': \(error)")
    }
    guard ports.count == 1, let port = ports.ports.first else {
      throw RequestRefusal(.malformed, "target '\(text)' has more than one port")
    }
    self.port = port
    switch expression {
    case .name(let name): host = .name(name)
    case .range(let range):
      guard range.count == 1, !parts.host.contains("/"), IPAddress(parts.host) != nil else {
        throw RequestRefusal(.malformed, "target '\(text)' is more than one host")
      }
      host = .address(range.address(at: 0).unmapped)
    }
  }
}

extension ProbeTarget.Host: CustomStringConvertible {
  /// The name, or the address without brackets.
  public var description: String {
    switch self {
    case .name(let name): name
    case .address(let address): "\(address)"
    }
  }
}

extension ProbeTarget: CustomStringConvertible {
  /// As a request writes it.
  public var description: String {
    if case .address(.v6(let address)) = host { "[\(address)]:\(port)" } else { "\(host):\(port)" }
  }
}

extension IPAddress {
  /// The IPv4 address that an IPv4-mapped one stands for: one host has one address.
  ///
  /// RFC 4291, section 2.5.5.2.
  var unmapped: IPAddress {
    guard case .v6(let address) = self, address.rawValue >> 32 == 0xffff else { return self }
    return .v4(IPv4Address(rawValue: UInt32(truncatingIfNeeded: address.rawValue)))
  }
}
