public import RSTWire

/// A packet that a sweep wants to be sent: a SYN, or the exact reset that takes it back.
public struct SweepPacket: Sendable {
  /// Where to.
  public var endpoint: Endpoint
  /// The numbers that follow from the cookie.
  public var numbers: ProbeCookie.Numbers
  /// Whether it is the reset of a half-open connection.
  ///
  /// RFC 9293, section 3.10.7.4: its sequence number is the one that the SYN-ACK expects.
  public var isReset: Bool

  init(endpoint: Endpoint, numbers: ProbeCookie.Numbers, isReset: Bool = false) {
    self.endpoint = endpoint
    self.numbers = numbers
    self.isReset = isReset
  }
}

/// A datagram whose few changing fields are patched, with its checksum kept right by what changed.
///
/// RFC 1624: the sum of the octets that stay is taken once.
public struct PacketTemplate: Sendable {
  /// The datagram: an IP header without options or extension headers, and a TCP header.
  public let octets: [UInt8]
  /// The family of its addresses.
  public let family: AddressFamily

  private let transport: Int
  /// The one's complement sum of everything under the TCP checksum that stays, not folded.
  private let sum: UInt64

  /// Takes a datagram for a template.
  ///
  /// - Parameter octets: A whole IPv4 or IPv6 datagram with a TCP header and no payload; nil for
  ///   anything else.
  public init?(_ octets: [UInt8]) {
    guard octets.count >= 40, let packet = Packet(datagram: octets), packet.tcp != nil,
      packet.anomalies.allSatisfy({ $0 == .badChecksum })
    else { return nil }
    var blank = octets
    switch packet.network {
    case .ipv4(let header):
      guard header.options.isEmpty else { return nil }
      (family, transport) = (.ipv4, 20)
      for place in 16..<20 { blank[place] = 0 }
    case .ipv6(let header):
      guard header.extensionOctets.isEmpty else { return nil }
      (family, transport) = (.ipv6, 40)
      for place in 24..<40 { blank[place] = 0 }
    }
    // Ports, sequence number and checksum are written anew each time.
    for place in transport..<(transport + 8) { blank[place] = 0 }
    for place in (transport + 16)..<(transport + 18) { blank[place] = 0 }
    self.octets = octets
    var sum = UInt64(6 + octets.count - transport)
    let first = family == .ipv4 ? 12 : 8
    for place in stride(from: first, to: blank.count - 1, by: 2) {
      sum += UInt64(blank[place]) << 8 | UInt64(blank[place + 1])
    }
    if (blank.count - first) % 2 != 0 { sum += UInt64(blank[blank.count - 1]) << 8 }
    self.sum = sum
  }

  /// Writes a packet.
  ///
  /// The IPv4 header's own checksum is left to the kernel, which fills it in for raw sockets: raw(7).
  ///
  /// - Parameters:
  ///   - packet: What to write.
  ///   - ports: The guarded ports, by slot.
  ///   - buffer: Where: room for `octets.count` from `offset` on.
  ///   - offset: The first octet.
  public func write(
    _ packet: SweepPacket, ports: [UInt16], to buffer: inout [UInt8], at offset: Int
  ) {
    var span = buffer.mutableSpan
    for place in octets.indices { span[offset + place] = octets[place] }
    var sum = sum
    switch packet.endpoint.address {
    case .v4(let address):
      span[offset + 1] = packet.numbers.trafficClass
      Self.store(packet.numbers.identification, to: &span, at: offset + 4)
      Self.store(address.rawValue, to: &span, at: offset + 16)
      sum += UInt64(address.rawValue >> 16) + UInt64(address.rawValue & 0xffff)
    case .v6(let address):
      let first =
        6 << 28 | UInt32(packet.numbers.trafficClass) << 20 | packet.numbers.flowLabel
      Self.store(first, to: &span, at: offset)
      Self.store(address.rawValue, to: &span, at: offset + 24)
      for shift in stride(from: UInt128(0), to: 128, by: 16) {
        sum += UInt64(truncatingIfNeeded: address.rawValue >> shift & 0xffff)
      }
    }
    let source = ports[packet.numbers.slot]
    let sequence = packet.numbers.sequence
    let start = offset + transport
    Self.store(source, to: &span, at: start)
    Self.store(packet.endpoint.port, to: &span, at: start + 2)
    Self.store(sequence, to: &span, at: start + 4)
    sum += UInt64(source) + UInt64(packet.endpoint.port)
    sum += UInt64(sequence >> 16) + UInt64(sequence & 0xffff)
    while sum > 0xffff { sum = sum >> 16 + sum & 0xffff }
    Self.store(~UInt16(sum), to: &span, at: start + 16)
  }

  @inline(__always)
  private static func store(
    _ number: some FixedWidthInteger, to span: inout MutableSpan<UInt8>, at place: Int
  ) {
    var (rest, last) = (number, place + number.bitWidth / 8)
    while last > place {
      last -= 1
      span[last] = UInt8(truncatingIfNeeded: rest)
      rest >>= 8
    }
  }
}
