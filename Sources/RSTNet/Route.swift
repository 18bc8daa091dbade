internal import CLinux
public import RSTWire

/// Why a target cannot be reached from here as asked.
public enum RouteError: Error, Hashable, Sendable {
  /// The routing table has no way there, from the source asked for; the kernel's reason.
  case noRoute(IPAddress, from: IPAddress?, reason: SystemFailure)
  /// There is no interface of that name.
  case unknownInterface(String)
  /// The interface is down.
  case interfaceDown(String)
  /// The address asked for as source is not one of this machine's.
  case foreignSource(IPAddress)
  /// Source and target are of different families.
  case familyMismatch(source: IPAddress, target: IPAddress)
  /// The interface has no address to send from.
  case noSource(interface: String, family: AddressFamily)
  /// The address is no single host's: multicast, broadcast, or unspecified.
  case notUnicast(IPAddress)
  /// A link-local address without an interface.
  case missingScope(IPAddress)
}

extension RouteError: CustomStringConvertible {
  /// One line for people.
  public var description: String {
    switch self {
    case .noRoute(let address, let source?, let reason):
      "no route to \(address) from \(source): \(reason)"
    case .noRoute(let address, nil, let reason):
      "no route to \(address): \(reason)"
    case .unknownInterface(let name):
      "there is no interface \(name)"
    case .interfaceDown(let name):
      "interface \(name) is down"
    case .foreignSource(let address):
      "source address \(address) is not an address of this machine"
    case .familyMismatch(let source, let target):
      "source address \(source) and target \(target) are of different families"
    case .noSource(let interface, let family):
      "interface \(interface) has no \(family == .ipv4 ? "IPv4" : "IPv6") address to send from"
    case .notUnicast(let address):
      "\(address) is not the address of a single host"
    case .missingScope(let address):
      "\(address) is link-local: name its interface, as in [\(address)%eth0]:PORT"
    }
  }
}

/// The way to a target: out of which interface, from which address, through which router.
public struct Route: Hashable, Sendable {
  /// The target's address.
  public var destination: IPAddress
  /// Our address that packets carry.
  public var source: IPAddress
  /// The interface that they leave through.
  public var interface: Interface
  /// The router, nil when the target is on the link or is this machine.
  public var gateway: IPAddress?
  /// Whether the target is this machine.
  public var isLocal: Bool
  /// The scope of link-local addresses: the interface's index, else 0.
  public var scope: UInt32

  /// Asks the kernel for the way to an address.
  ///
  /// - Parameters:
  ///   - destination: The target.
  ///   - scope: The interface's index of a link-local target, 0 when none was given.
  ///   - interface: The name of the interface to use, nil to let the routing table choose.
  ///   - source: The address to send from, nil to let the kernel choose.
  /// - Throws: `RouteError`.
  public init(
    to destination: IPAddress, scope: UInt32 = 0, interface: String? = nil,
    source: IPAddress? = nil
  ) throws(RouteError) {
    let wanted = source
    var output: Interface?
    if let interface {
      output = try Interface(named: interface)
    } else if scope != 0 {
      output = try Interface(index: scope)
    }
    if let output, !output.isUp { throw .interfaceDown(output.name) }
    if let wanted {
      guard wanted.family == destination.family else {
        throw .familyMismatch(source: wanted, target: destination)
      }
      guard Self.isOwn(wanted, on: output) else { throw .foreignSource(wanted) }
    }
    guard !destination.isLinkLocal || output != nil else { throw .missingScope(destination) }
    guard !destination.isUnspecified, !destination.isMulticast else {
      throw .notUnicast(destination)
    }

    let answer: RouteAnswer
    do throws(SystemFailure) {
      answer = try RouteAnswer(
        parsing: Self.query(destination, output: output, source: wanted).ask())
    } catch {
      throw .noRoute(destination, from: wanted, reason: Self.reason(of: error))
    }
    switch Int(answer.kind) {
    case Int(RTN_UNICAST), Int(RTN_LOCAL), Int(RTN_ANYCAST): break
    case Int(RTN_BROADCAST), Int(RTN_MULTICAST): throw .notUnicast(destination)
    case Int(RTN_PROHIBIT):
      throw .noRoute(destination, from: wanted, reason: SystemFailure(number: EACCES))
    default: throw .noRoute(destination, from: wanted, reason: SystemFailure(number: ENETUNREACH))
    }
    guard let index = answer.number(RTA_OIF) else {
      throw .noRoute(destination, from: wanted, reason: SystemFailure(number: ENETUNREACH))
    }
    let leaving = try Interface(index: index)
    guard leaving.isUp else { throw .interfaceDown(leaving.name) }
    guard let chosen = wanted ?? answer.address(RTA_PREFSRC), !chosen.isUnspecified
    else {
      throw .noSource(interface: leaving.name, family: destination.family)
    }
    self.destination = destination
    self.source = chosen
    self.interface = leaving
    gateway = answer.gateway
    isLocal = Int(answer.kind) == Int(RTN_LOCAL)
    self.scope = destination.isLinkLocal || chosen.isLinkLocal ? (output ?? leaving).index : 0
  }

  /// The kernel says EINVAL where a route discards, or where the source cannot go there.
  private static func reason(of failure: SystemFailure) -> SystemFailure {
    failure.number == EINVAL ? SystemFailure(number: ENETUNREACH) : failure
  }

  private static func query(
    _ destination: IPAddress, output: Interface?, source: IPAddress?
  ) -> NetlinkQuery {
    let octets = destination.networkOctets
    let bits = UInt8(octets.count * 8)
    var query = NetlinkQuery.route(
      family: destination.socketFamily, destinationBits: bits,
      sourceBits: source == nil ? 0 : bits)
    query.add(RTA_DST.rawValue, octets)
    if let source { query.add(RTA_SRC.rawValue, source.networkOctets) }
    if let output { query.add(RTA_OIF.rawValue, output.index) }
    return query
  }

  /// Whether an address is one of this machine's: then the way to it is a local one.
  private static func isOwn(_ address: IPAddress, on output: Interface?) -> Bool {
    let scope = address.isLinkLocal ? output : nil
    let answer = try? RouteAnswer(
      parsing: query(address, output: scope, source: nil).ask())
    return answer.map { Int($0.kind) == Int(RTN_LOCAL) } ?? false
  }
}

extension RouteAnswer {
  /// The address that an attribute holds; nil when there is none.
  fileprivate func address(_ kind: rtattr_type_t) -> IPAddress? {
    attributes[UInt16(kind.rawValue)].flatMap { IPAddress(networkOctets: $0) }
  }

  /// The router, also when it is of the other family (RTA_VIA: family, then the address).
  fileprivate var gateway: IPAddress? {
    if let gateway = address(RTA_GATEWAY) { return gateway }
    return attributes[UInt16(RTA_VIA.rawValue)].flatMap {
      IPAddress(networkOctets: $0.dropFirst(2))
    }
  }
}

extension IPAddress {
  fileprivate var isUnspecified: Bool { networkOctets.allSatisfy { $0 == 0 } }

  fileprivate var isMulticast: Bool {
    switch self {
    case .v4(let address): address.rawValue >> 28 == 0xe || address.rawValue == .max
    case .v6(let address): address.rawValue >> 120 == 0xff
    }
  }
}
