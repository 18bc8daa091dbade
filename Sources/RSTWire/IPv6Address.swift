/// An IPv6 address, without scope.
public struct IPv6Address: RawRepresentable, Hashable, Sendable {
  /// The 128 bits, host order: ::1 is 1.
  public var rawValue: UInt128

  /// Makes an address from its 128 bits, host order.
  public init(rawValue: UInt128) { self.rawValue = rawValue }
}

extension IPv6Address: LosslessStringConvertible {
  /// Reads the text of RFC 4291, section 2.2; nil otherwise.
  public init?(_ text: String) { return nil }

  /// The canonical text of RFC 5952.
  public var description: String { String(rawValue, radix: 16) }
}
