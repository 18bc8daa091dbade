public import RSTWire

/// What is being diagnosed: one port of one address.
public struct Target: Hashable, Sendable {
  /// The host as the user named it.
  public var name: String
  /// The address that is probed.
  public var address: IPAddress
  /// The port, 1...65535.
  public var port: UInt16

  /// Makes a target.
  public init(name: String, address: IPAddress, port: UInt16) {
    self.name = name
    self.address = address
    self.port = port
  }
}

/// Where the probes were sent from.
public struct Vantage: Hashable, Sendable {
  /// Our source address.
  public var source: IPAddress
  /// The name of the interface that the probes left through.
  public var interface: String
  /// The next hop on the way, nil when the target is on the link or is this host.
  public var nextHop: IPAddress?

  /// Makes a vantage.
  public init(source: IPAddress, interface: String, nextHop: IPAddress?) {
    self.source = source
    self.interface = interface
    self.nextHop = nextHop
  }
}
