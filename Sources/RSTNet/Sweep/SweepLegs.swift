internal import RSTCore
internal import RSTWire

/// Why targets cannot be swept together.
public enum SweepRouteError: Error, Hashable, Sendable, CustomStringConvertible {
  /// One range of addresses is reached in several ways.
  case divided(AddressText, AddressText)
  /// There are too many interfaces or source addresses.
  case tooMany

  /// An address as text.
  public typealias AddressText = String

  /// One line for people.
  public var description: String {
    switch self {
    case .divided(let first, let second):
      "\(first) and \(second) are reached through different interfaces or from different addresses: "
        + "sweep them apart"
    case .tooMany:
      "the targets are reached through more than \(SweepLegs.limit) interfaces: sweep them apart"
    }
  }
}

/// One way out of this machine: a socket, and the ports guarded on its address.
final class SweepLeg {
  let route: Route
  var sender: SweepSender
  private let portGuard: PortGuard

  init(route: Route, portGuard: consuming PortGuard, sender: consuming SweepSender) {
    self.route = route
    self.portGuard = portGuard
    self.sender = sender
  }
}

/// The ways to all targets of a sweep.
struct SweepLegs {
  /// The ways.
  let legs: [SweepLeg]
  /// The guarded ports, the same ones on every source address.
  let ports: [UInt16]
  /// The way for each range of the space.
  private let places: [Int]

  /// How many ways there may be.
  static let limit = 8

  /// Looks the ways up and guards ports.
  ///
  /// - Parameters:
  ///   - space: The targets.
  ///   - interface: The interface to use, nil for the routing table's.
  ///   - source: The address to send from, nil for the kernel's choice.
  /// - Throws: `RouteError`, `SweepRouteError`, `PortGuardError`, `InjectionError`.
  init(_ space: TargetSpace, interface: String?, source: IPAddress?) throws {
    var routes: [Route] = []
    var places: [Int] = []
    for range in space.ranges {
      var place: Int?
      var first = ""
      for address in Self.samples(of: range) {
        let route = try Route(to: address, interface: interface, source: source)
        let found = routes.firstIndex {
          $0.interface.index == route.interface.index && $0.source == route.source
        }
        if found == nil { routes.append(route) }
        let index = found ?? routes.count - 1
        if let place, place != index {
          throw SweepRouteError.divided(first, "\(address)")
        }
        place = index
        first = "\(address)"
      }
      places.append(place ?? 0)
      guard routes.count <= Self.limit else { throw SweepRouteError.tooMany }
    }
    let (guards, ports) = try Self.guarding(routes)
    var legs: [SweepLeg] = []
    let timestamp = UInt32.random(in: 1 ... .max)
    for (route, holder) in zip(routes, guards) {
      guard let portGuard = holder.portGuard.take() else { continue }
      legs.append(
        SweepLeg(
          route: route, portGuard: portGuard,
          sender: try SweepSender(route: route, ports: ports, timestamp: timestamp)))
    }
    self.legs = legs
    self.ports = ports
    self.places = places
  }

  /// The way to an address of the space.
  @inline(__always)
  func leg(for address: IPAddress, in space: TargetSpace) -> SweepLeg {
    if legs.count == 1 { return legs[0] }
    return legs[places[space.rangeIndex(of: address) ?? 0]]
  }

  /// The first and the last address of a range, and some between.
  private static func samples(of range: AddressRange) -> [IPAddress] {
    let last = range.count - 1
    let parts = min(last, 16)
    guard parts > 0 else { return [range.address(at: 0)] }
    // Not the first and last of a block, which are no host's on some links.
    return (0...parts).map { part in
      let offset = last / parts * part
      return range.address(at: last >= 3 ? min(max(offset, 1), last - 1) : offset)
    }
  }

  private final class Holder {
    var portGuard: PortGuard?
    init(_ portGuard: consuming PortGuard) { self.portGuard = consume portGuard }
  }

  /// Guards the same ports on every source address.
  private static func guarding(
    _ routes: [Route]
  ) throws(PortGuardError) -> ([Holder], [UInt16]) {
    for _ in 0..<8 {
      let seed = UInt64.random(in: 0 ... .max)
      var holders: [Holder] = []
      var lists: Set<[UInt16]> = []
      for route in routes {
        var generator = SeededGenerator(seed: seed)
        let portGuard = try PortGuard(
          count: ProbeCookie.attempts, source: route.source, scope: route.scope,
          using: &generator)
        lists.insert(portGuard.ports)
        holders.append(Holder(portGuard))
      }
      if lists.count == 1, let ports = lists.first { return (holders, ports) }
    }
    throw .tooFewPorts(wanted: ProbeCookie.attempts, found: 0)
  }
}
