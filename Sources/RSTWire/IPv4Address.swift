/// An IPv4 address.
public struct IPv4Address: RawRepresentable, Hashable, Sendable {
  /// The 32 bits, host order: 192.0.2.1 is 0xc0000201.
  public var rawValue: UInt32

  /// Makes an address from its 32 bits, host order.
  public init(rawValue: UInt32) { self.rawValue = rawValue }
}

extension IPv4Address: LosslessStringConvertible {
  /// Reads dotted decimal with exactly four numbers; nil otherwise.
  ///
  /// A number with leading zeros is refused: some programs take it for octal.
  public init?(_ text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var value: UInt32 = 0
    for part in parts {
      guard part.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let octet = UInt8(part),
        part.utf8.count == 1 || part.utf8.first != 0x30
      else { return nil }
      value = value << 8 | UInt32(octet)
    }
    self.init(rawValue: value)
  }

  /// Dotted decimal.
  public var description: String {
    [24, 16, 8, 0].map { String(rawValue >> $0 & 0xff) }.joined(separator: ".")
  }
}
