/// The eight control bits of octet 13 of the TCP header.
///
/// RFC 9293, section 3.1; RFC 3168.
public struct TCPFlags: OptionSet, Hashable, Sendable {
  /// The bits as they stand in the octet.
  public var rawValue: UInt8

  /// Makes a set from the octet.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// FIN: no more data from the sender.
  public static let fin = Self(rawValue: 0x01)
  /// SYN: synchronise sequence numbers.
  public static let syn = Self(rawValue: 0x02)
  /// RST: reset the connection.
  public static let reset = Self(rawValue: 0x04)
  /// PSH: push.
  public static let push = Self(rawValue: 0x08)
  /// ACK: the acknowledgement field is significant.
  public static let acknowledgement = Self(rawValue: 0x10)
  /// URG: the urgent pointer is significant.
  public static let urgent = Self(rawValue: 0x20)
  /// ECE: explicit congestion notification echo.
  public static let echo = Self(rawValue: 0x40)
  /// CWR: congestion window reduced.
  public static let congestionWindowReduced = Self(rawValue: 0x80)
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
