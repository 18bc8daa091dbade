public import RSTWire

/// What routers and hosts do to the octets of a datagram on its way.
extension Packet {
  /// Changes the network header and writes the octets anew, with the header checksum that belongs
  /// to it; what the datagram carries is left alone, wrong checksums too.
  public mutating func rewriteHeader(_ change: (inout NetworkHeader) -> Void) {
    let upper = octets.dropFirst(network.encoded().count)
    change(&network)
    if case .ipv4(var header) = network {
      header.checksum = 0
      header.checksum = Self.checksum(ofHeader: header.encoded())
      network = .ipv4(header)
    }
    octets = network.encoded() + upper
  }

  /// One hop further: the hop limit is one lower, and record route has one address more.
  ///
  /// RFC 1812, sections 5.3.1 and 5.2.4.1.
  public mutating func forward(by address: IPAddress) {
    rewriteHeader { network in
      switch network {
      case .ipv4(var header):
        header.hopLimit -= 1
        if case .v4(let address) = address { header.options.recordRoute(address) }
        network = .ipv4(header)
      case .ipv6(var header):
        header.hopLimit -= 1
        network = .ipv6(header)
      }
    }
  }

  /// The type of service or traffic class, set to something else.
  public mutating func mark(_ trafficClass: UInt8) {
    rewriteHeader { network in
      switch network {
      case .ipv4(var header):
        header.trafficClass = trafficClass
        network = .ipv4(header)
      case .ipv6(var header):
        header.trafficClass = trafficClass
        network = .ipv6(header)
      }
    }
  }

  /// Whether the IPv4 option area asks to record the route.
  public var recordsRoute: Bool {
    if case .ipv4(let header) = network { header.options.first == 7 } else { false }
  }

  /// RFC 1071, written down a second time so that simulated peers share no code with RSTWire.
  private static func checksum(ofHeader octets: [UInt8]) -> UInt16 {
    var sum: UInt32 = 0
    for index in stride(from: 0, to: octets.count - 1, by: 2) {
      sum += UInt32(octets[index]) << 8 | UInt32(octets[index + 1])
    }
    while sum > 0xffff { sum = sum & 0xffff + sum >> 16 }
    return ~UInt16(sum)
  }
}

extension [UInt8] {
  /// Adds an address to the record-route option that an area begins with, where there is room.
  mutating func recordRoute(_ address: IPv4Address) {
    guard count >= 3, self[0] == 7 else { return }
    let pointer = Int(self[2])
    guard pointer >= 4, pointer + 3 <= Int(self[1]), pointer + 3 <= count else { return }
    for (index, shift) in [24, 16, 8, 0].enumerated() {
      self[pointer - 1 + index] = UInt8(truncatingIfNeeded: address.rawValue >> shift)
    }
    self[2] += 4
  }
}

/// The fields of the network header of an answer that its maker chooses.
public struct AnswerHeader: Hashable, Sendable {
  /// Initial time to live or hop limit.
  public var hopLimit: UInt8 = 64
  /// Type of service or traffic class.
  public var trafficClass: UInt8 = 0
  /// IPv4 identification.
  public var identification: UInt16 = 0
  /// IPv4 don't fragment.
  public var dontFragment = true
  /// IPv6 flow label.
  public var flowLabel: UInt32 = 0
  /// IPv4 option area.
  public var options: [UInt8] = []
  /// Who answers, where it is not the address that was asked.
  public var source: IPAddress?

  /// Makes the fields of a plain answer.
  public init(hopLimit: UInt8 = 64) { self.hopLimit = hopLimit }

  /// The header of an answer to `packet`.
  public func answering(_ packet: Packet) -> NetworkHeader {
    switch packet.network {
    case .ipv4(let asked):
      var source = asked.destination
      if case .v4(let own) = self.source { source = own }
      return .ipv4(
        IPv4Header(
          trafficClass: trafficClass, identification: identification, dontFragment: dontFragment,
          hopLimit: hopLimit, source: source, destination: asked.source, options: options))
    case .ipv6(let asked):
      var source = asked.destination
      if case .v6(let own) = self.source { source = own }
      return .ipv6(
        IPv6Header(
          trafficClass: trafficClass, flowLabel: flowLabel, hopLimit: hopLimit, source: source,
          destination: asked.source))
    }
  }
}

extension TCPHeader {
  /// The length in sequence space.
  ///
  /// RFC 9293, section 3.4.
  public func length(payload: Int) -> Int {
    payload + (flags.contains(.syn) ? 1 : 0) + (flags.contains(.fin) ? 1 : 0)
  }

  /// The reset that answers this segment; nil where it is a reset itself.
  ///
  /// RFC 9293, section 3.5.2.
  public func reset(payload: Int, window: UInt16 = 0) -> TCPHeader? {
    guard !flags.contains(.reset) else { return nil }
    let hasNumber = flags.contains(.acknowledgement)
    return TCPHeader(
      sourcePort: destinationPort, destinationPort: sourcePort,
      sequence: hasNumber ? acknowledgement : SequenceNumber(0),
      acknowledgement: hasNumber ? SequenceNumber(0) : sequence + length(payload: payload),
      flags: hasNumber ? .reset : [.reset, .acknowledgement], window: window)
  }

  /// Whether it carries a signature after RFC 2385.
  public var isSigned: Bool {
    options.contains { if case .other(19, let data) = $0 { data.count == 16 } else { false } }
  }
}
