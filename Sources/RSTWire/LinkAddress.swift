/// A link-layer (MAC) address, 48 bits in the low bits of the number.
public struct LinkAddress: RawRepresentable, Hashable, Sendable {
  /// The 48 bits, host order.
  public var rawValue: UInt64

  /// Makes an address from its 48 bits, host order.
  public init(rawValue: UInt64) { self.rawValue = rawValue }
}

extension LinkAddress: CustomStringConvertible {
  /// Six octets in hexadecimal with colons, as in 02:00:00:00:00:01.
  public var description: String {
    stride(from: 40, through: 0, by: -8).map { shift in
      let octet = UInt8(truncatingIfNeeded: rawValue >> shift)
      return (octet < 16 ? "0" : "") + String(octet, radix: 16)
    }.joined(separator: ":")
  }
}
