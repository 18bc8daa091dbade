/// The eight control bits of octet 13 of the TCP header.
///
/// RFC 9293, section 3.1; RFC 3168.
public struct TCPFlags: OptionSet, Hashable, Sendable {
  /// The bits as they stand in the octet.
  public var rawValue: UInt8

  /// Makes a set from the octet.
  @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// FIN: no more data from the sender.
  @inlinable public static var fin: Self { Self(rawValue: 0x01) }
  /// SYN: synchronise sequence numbers.
  @inlinable public static var syn: Self { Self(rawValue: 0x02) }
  /// RST: reset the connection.
  @inlinable public static var reset: Self { Self(rawValue: 0x04) }
  /// PSH: push.
  @inlinable public static var push: Self { Self(rawValue: 0x08) }
  /// ACK: the acknowledgement field is significant.
  @inlinable public static var acknowledgement: Self { Self(rawValue: 0x10) }
  /// URG: the urgent pointer is significant.
  @inlinable public static var urgent: Self { Self(rawValue: 0x20) }
  /// ECE: explicit congestion notification echo.
  @inlinable public static var echo: Self { Self(rawValue: 0x40) }
  /// CWR: congestion window reduced.
  @inlinable public static var congestionWindowReduced: Self { Self(rawValue: 0x80) }
}

extension TCPFlags: CustomStringConvertible {
  /// The names of the bits, as in "SYN,ACK"; "none" when none is set.
  public var description: String {
    let names: [(TCPFlags, String)] = [
      (.syn, "SYN"), (.fin, "FIN"), (.reset, "RST"), (.push, "PSH"), (.acknowledgement, "ACK"),
      (.urgent, "URG"), (.echo, "ECE"), (.congestionWindowReduced, "CWR"),
    ]
    let present = names.filter { contains($0.0) }.map(\.1)
    return present.isEmpty ? "none" : present.joined(separator: ",")
  }
}
