import RSTWire

/// Values that a genuine answer has no reason to carry, drawn anew for each attempt.
enum Canary {
  /// Assured-forwarding and class-selector code points below the control classes, with ECN 0:
  /// common enough to pass, and different from attempt to attempt.
  ///
  /// RFC 2597, RFC 2474.
  static let codePoints: [UInt8] = [
    8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30, 32, 34, 36,
  ]

  /// Not 0, which the kernel would replace.
  static func identification(_ random: inout SplitMix) -> UInt16 {
    UInt16.random(in: 0x0101...0xfffe, using: &random)
  }

  /// Odd, so that it is no stack's default.
  static func window(_ random: inout SplitMix) -> UInt16 {
    UInt16.random(in: 1_000...32_000, using: &random) | 1
  }

  /// Not 0, and with two equal low octets: libnet cannot write others.
  static func flowLabel(_ random: inout SplitMix) -> UInt32 {
    let octet = UInt32.random(in: 1...255, using: &random)
    return UInt32.random(in: 1...15, using: &random) << 16 | octet << 8 | octet
  }
}

extension SplitMix {
  /// 32 random bits.
  mutating func number() -> UInt32 { UInt32(truncatingIfNeeded: next()) }
}
