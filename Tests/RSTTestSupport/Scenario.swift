public import RSTWire

/// A network, a port of it, and what is so.
public struct Scenario: Sendable, CustomStringConvertible {
  /// What it is called.
  public var name: String
  /// The port that is asked about: 80 where somebody listens, 81 where nobody does.
  public var port: UInt16
  /// The network.
  public var network: SimulatedNetwork
  /// What is so.
  public var truth: Truth

  /// Makes a scenario.
  public init(_ name: String, port: UInt16, _ network: SimulatedNetwork, _ truth: Truth) {
    self.name = name
    self.port = port
    self.network = network
    self.truth = truth
  }

  /// Its name.
  public var description: String { name }

  /// Runs it.
  ///
  /// - Throws: `SimulatedWorld.Stuck`.
  public func run(
    _ family: AddressFamily, faults: Faults = Faults(), seed: UInt64 = 1
  ) throws -> SimulatedRun {
    try SimulatedRun(port: port, family, network, faults: faults, seed: seed)
  }
}

/// A short way to write networks: a Linux host with one listener behind two routers.
extension SimulatedNetwork {
  /// Two routers and a Linux host that listens on port 80, changed as a scenario wants it.
  public static func path(
    host: SimulatedHost = .linux(listening: [80]), routers: Int = 2,
    _ change: (inout Self) -> Void = { _ in }
  ) -> Self {
    var network = Self(routers: routers, host: host)
    change(&network)
    return network
  }

  /// Puts a middlebox on the router at a hop; the host's hop means the host itself.
  public mutating func put(_ box: any Middlebox, at hop: Int) {
    if hop == hostHop { hostFilters.append(box) } else { routers[hop - 1].middleboxes.append(box) }
  }

  /// The path with one middlebox at a hop.
  public static func path(
    host: SimulatedHost = .linux(listening: [80]), _ box: any Middlebox, at hop: Int
  ) -> Self {
    path(host: host) { $0.put(box, at: hop) }
  }
}
