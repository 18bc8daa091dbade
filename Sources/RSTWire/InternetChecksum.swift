/// The one's complement sum that IPv4, TCP, ICMP and ICMPv6 use.
///
/// RFC 1071.
public struct InternetChecksum: Sendable {
  private var sum: UInt64 = 0

  /// Makes the sum of nothing.
  public init() {}

  /// Begins with the pseudo-header of a transport: RFC 9293, section 3.1; RFC 8200, section 8.1.
  ///
  /// `length` is that of the transport header and its payload, in octets. With addresses of two
  /// families the sum is the one's complement sum of both all the same.
  public init(source: IPAddress, destination: IPAddress, protocolNumber: UInt8, length: Int) {
    add(source)
    add(destination)
    add(UInt16(protocolNumber))
    add(UInt16(truncatingIfNeeded: length >> 16))
    add(UInt16(truncatingIfNeeded: length))
  }

  /// Adds 16 bits.
  public mutating func add(_ number: UInt16) { sum &+= UInt64(number) }

  /// Adds octets; an odd last one counts as if a zero followed, so only the last part may be odd.
  public mutating func add(_ octets: Span<UInt8>) {
    var index = 0
    while index + 1 < octets.count {
      sum &+= UInt64(octets.uint16(at: index))
      index += 2
    }
    if index < octets.count { sum &+= UInt64(octets[index]) << 8 }
  }

  /// What belongs into the checksum field; 0 where the field was part of the sum and is right.
  public var value: UInt16 {
    var folded = sum
    while folded > 0xffff { folded = folded >> 16 + folded & 0xffff }
    return ~UInt16(folded)
  }

  /// The checksum of octets without a pseudo-header.
  public static func of(_ octets: Span<UInt8>) -> UInt16 {
    var checksum = Self()
    checksum.add(octets)
    return checksum.value
  }

  private mutating func add(_ address: IPAddress) {
    switch address {
    case .v4(let address):
      add(UInt16(address.rawValue >> 16))
      add(UInt16(truncatingIfNeeded: address.rawValue))
    case .v6(let address):
      for shift in stride(from: 112, through: 0, by: -16) {
        add(UInt16(truncatingIfNeeded: address.rawValue >> shift))
      }
    }
  }
}
