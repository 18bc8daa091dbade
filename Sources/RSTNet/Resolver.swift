internal import CLinux
public import RSTWire

/// Why a name gives no address.
public enum ResolverError: Error, Hashable, Sendable {
  /// Nobody knows the name; the resolver's reason.
  case unknownName(String, reason: String)
  /// The name has addresses, but none of the family asked for.
  case noAddress(name: String, family: AddressFamily)
  /// The resolver could not answer now.
  case unavailable(String, reason: String)
}

extension ResolverError: CustomStringConvertible {
  /// One line for people.
  public var description: String {
    switch self {
    case .unknownName(let name, let reason):
      "cannot resolve \(name): \(reason)"
    case .noAddress(let name, let family):
      "\(name) has no \(family == .ipv4 ? "IPv4" : "IPv6") address"
    case .unavailable(let name, let reason):
      "cannot resolve \(name) now: \(reason)"
    }
  }
}

/// An address that a name stands for.
public struct ResolvedAddress: Hashable, Sendable {
  /// The address.
  public var address: IPAddress
  /// The interface's index of a link-local address, else 0.
  public var scope: UInt32
}

/// Names to addresses, by the system's own means (getaddrinfo).
public enum Resolver {
  /// The address that the system prefers for a name (RFC 6724), or the one that the text is.
  ///
  /// - Parameters:
  ///   - name: A name, or an address with or without scope.
  ///   - family: The family to look in, nil for both.
  /// - Returns: The address, with the interface of a link-local one.
  /// - Throws: `ResolverError`.
  public static func resolve(
    _ name: String, family: AddressFamily? = nil
  ) throws(ResolverError) -> ResolvedAddress {
    if let address = IPAddress(name) {
      guard family == nil || family == address.family else {
        throw .noAddress(name: name, family: address.family == .ipv4 ? .ipv6 : .ipv4)
      }
      return ResolvedAddress(address: address, scope: 0)
    }
    if let scoped = try resolveScoped(name) {
      guard family != .ipv4 else { throw .noAddress(name: name, family: .ipv4) }
      return scoped
    }
    switch lookUp(name, family: family) {
    case .success(let address):
      return address
    case .failure(let failure):
      if let family, failure.code != EAI_AGAIN, case .success = lookUp(name, family: nil) {
        throw .noAddress(name: name, family: family)
      }
      switch failure.code {
      case EAI_AGAIN, EAI_SYSTEM, EAI_MEMORY: throw .unavailable(name, reason: failure.text)
      default: throw .unknownName(name, reason: failure.text)
      }
    }
  }

  /// Reads an IPv6 address with the name or number of an interface (RFC 4007, section 11); nil
  /// where the text is something else.
  private static func resolveScoped(_ text: String) throws(ResolverError) -> ResolvedAddress? {
    let parts = text.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, let address = IPv6Address(String(parts[0])) else { return nil }
    let zone = String(parts[1])
    if let interface = try? Interface(named: zone) {
      return ResolvedAddress(address: .v6(address), scope: interface.index)
    }
    guard let number = UInt32(zone), let interface = try? Interface(index: number) else {
      throw .unknownName(text, reason: "\(RouteError.unknownInterface(zone))")
    }
    return ResolvedAddress(address: .v6(address), scope: interface.index)
  }

  private struct Failure: Error {
    var code: Int32
    var text: String { unsafe String(cString: gai_strerror(code)) }
  }

  private static func lookUp(
    _ name: String, family: AddressFamily?
  ) -> Result<ResolvedAddress, Failure> {
    var hints = unsafe addrinfo()
    unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    unsafe hints.ai_family =
      switch family {
      case .ipv4?: AF_INET
      case .ipv6?: AF_INET6
      case nil: AF_UNSPEC
      }
    var list: UnsafeMutablePointer<addrinfo>?
    let code = unsafe getaddrinfo(name, nil, &hints, &list)
    guard code == 0 else { return .failure(Failure(code: code)) }
    defer { unsafe freeaddrinfo(list) }
    var entry = unsafe list
    while let current = unsafe entry {
      if let pointer = unsafe current.pointee.ai_addr,
        let found = unsafe IPAddress.reading(pointer)
      {
        return .success(ResolvedAddress(address: found.address, scope: found.scope))
      }
      unsafe entry = current.pointee.ai_next
    }
    return .failure(Failure(code: EAI_NONAME))
  }
}
