/// One of the two captures that are compared.
public enum CapturePoint: String, Hashable, Sendable, CaseIterable {
  /// The one whose resets are explained.
  case first
  /// The one that it is compared with.
  case second

  /// The other one.
  public var other: Self { self == .first ? .second : .first }
}

/// One value for each of the two captures.
public struct PerPoint<Value: Sendable>: Sendable {
  /// What belongs to the first capture.
  public var first: Value
  /// What belongs to the second.
  public var second: Value

  /// Makes a pair of values.
  public init(_ first: Value, _ second: Value) {
    self.first = first
    self.second = second
  }

  /// What belongs to a capture.
  public subscript(point: CapturePoint) -> Value {
    get { point == .first ? first : second }
    set { if point == .first { first = newValue } else { second = newValue } }
  }
}

/// One value for each side of a connection.
public struct PerSide<Value: Sendable>: Sendable {
  /// What belongs to the client.
  public var client: Value
  /// What belongs to the server.
  public var server: Value

  /// Makes a pair of values.
  public init(_ client: Value, _ server: Value) {
    self.client = client
    self.server = server
  }

  /// What belongs to a side.
  public subscript(side: Side) -> Value {
    get { side == .client ? client : server }
    set { if side == .client { client = newValue } else { server = newValue } }
  }
}

extension PerPoint: Equatable where Value: Equatable {}
extension PerSide: Equatable where Value: Equatable {}
