/// A named oddity of a packet: data about the sender, never an error of ours.
public struct Anomaly: RawRepresentable, Hashable, Sendable {
  /// The name in kebab-case.
  public var rawValue: String

  /// Makes an anomaly from its name.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// The capture ends before the packet does.
  public static let truncated = Self(rawValue: "truncated")
  /// A length field contradicts another, or the octets there are.
  public static let badLength = Self(rawValue: "bad-length")
  /// The checksum of the IPv4 header is wrong.
  public static let badHeaderChecksum = Self(rawValue: "bad-header-checksum")
  /// The checksum of the TCP segment or ICMP message is wrong (and it is complete).
  public static let badChecksum = Self(rawValue: "bad-checksum")
  /// The data offset is below 5 or points past the end.
  public static let badDataOffset = Self(rawValue: "bad-data-offset")
  /// A TCP option's length is impossible.
  public static let malformedOption = Self(rawValue: "malformed-option")
  /// One of the four reserved bits is set.
  public static let reservedBits = Self(rawValue: "reserved-bits")
  /// A fragment: not the whole datagram.
  public static let fragment = Self(rawValue: "fragment")
  /// Extension headers that could not be walked to their end.
  public static let extensionHeaders = Self(rawValue: "extension-headers")
}
