public import RSTWire

/// One end of a captured connection.
public enum Side: String, Hashable, Sendable, CaseIterable {
  /// Who opened it.
  case client
  /// Who was asked.
  case server

  /// The other end.
  public var opposite: Self { self == .client ? .server : .client }
}

/// An address with a port.
public struct Endpoint: Hashable, Sendable {
  /// The address.
  public var address: IPAddress
  /// The port, host order.
  public var port: UInt16

  /// Makes an endpoint.
  public init(address: IPAddress, port: UInt16) {
    self.address = address
    self.port = port
  }
}
