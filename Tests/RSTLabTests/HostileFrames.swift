import RSTWire

/// What a network may send to a machine that listens: frames towards the prober.
struct HostileFrames {
  /// The kinds of hostile traffic.
  enum Kind: String, CaseIterable, Sendable {
    /// Of other flows altogether.
    case unrelated
    /// From the target's port to ours, with random flags and numbers.
    case segments
    /// Cut off, too long, or with lengths that contradict each other.
    case malformed
    /// ICMP errors that quote others' packets, or ours with wrong numbers.
    case errors
    /// Fragments that overlap and never come together.
    case fragments
  }

  /// The target's and the prober's address.
  var target: IPAddress
  var prober: IPAddress
  /// The target's port, and source ports that the run uses.
  var port: UInt16
  var guarded: [UInt16]
  var random = Numbers(state: 20_261_123)

  /// A repeatable generator: splitmix64.
  struct Numbers: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9e37_79b9_7f4a_7c15
      var mixed = state
      mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
      return mixed ^ (mixed >> 31)
    }
  }

  /// Ethernet frames of some kinds, mixed.
  mutating func frames(_ kinds: [Kind], count: Int) -> [[UInt8]] {
    let isIPv4 = target.family == .ipv4
    // The lab's link addresses: prober, wire; then IEEE 802's number of IPv4 or IPv6.
    let header: [UInt8] =
      [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2] + (isIPv4 ? [0x08, 0x00] : [0x86, 0xdd])
    return (0..<count).map { index in
      let packet: [UInt8] =
        switch kinds[index % kinds.count] {
        case .unrelated: unrelated()
        case .segments: segment().encoded()
        case .malformed: malformed()
        case .errors: error()
        case .fragments: fragment()
        }
      return header + packet.prefix(1500)
    }
  }

  private mutating func number<Value: FixedWidthInteger>() -> Value {
    Value.random(in: .min ... .max, using: &random)
  }

  private mutating func stranger() -> IPAddress {
    // 203.0.113.0/24 and 2001:db8:ff00::/40.
    target.family == .ipv4
      ? .v4(IPv4Address(rawValue: 0xcb00_7100 | UInt32(number() as UInt8)))
      : .v6(IPv6Address(rawValue: 0x2001_0db8_ff00 << 80 | UInt128(number() as UInt32)))
  }

  private mutating func octets(_ count: Int) -> [UInt8] { (0..<count).map { _ in number() } }

  private mutating func draft(
    from source: IPAddress, to destination: IPAddress, ports: (UInt16, UInt16)
  ) -> PacketDraft {
    PacketDraft(
      source: source, destination: destination, hopLimit: number(), trafficClass: number(),
      identification: number() | 1,
      content: .segment(
        SegmentDraft(
          sourcePort: ports.0, destinationPort: ports.1, sequence: SequenceNumber(number()),
          acknowledgement: SequenceNumber(number()), flags: TCPFlags(rawValue: number()),
          window: number(), payload: octets(Int.random(in: 0...20, using: &random)))))
  }

  private mutating func unrelated() -> [UInt8] {
    draft(from: stranger(), to: prober, ports: (number(), number())).encoded()
  }

  private mutating func segment() -> PacketDraft {
    draft(from: target, to: prober, ports: (port, guarded.randomElement(using: &random) ?? port))
  }

  /// A segment with one thing wrong in each of a few places, or with an end that is not its own.
  private mutating func malformed() -> [UInt8] {
    var packet = segment().encoded()
    let transport = target.family == .ipv4 ? 20 : 40
    // Version and header length, total or payload length, next header, data offset, options.
    let places = [0, 1, 2, 3, 4, 5, 6, 9, transport + 12, transport + 13]
    for _ in 0..<Int.random(in: 1...3, using: &random) {
      if let place = places.randomElement(using: &random) { packet[place] = number() }
    }
    switch Int.random(in: 0...2, using: &random) {
    case 0: return Array(packet.prefix(Int.random(in: 0...packet.count, using: &random)))
    case 1: return packet + octets(Int.random(in: 1...1200, using: &random))
    default: return packet
    }
  }

  /// An ICMP error: a quote that is cut off anywhere, of a stranger's packet or of one like ours.
  private mutating func error() -> [UInt8] {
    let quoted =
      Bool.random(using: &random)
      ? draft(from: prober, to: stranger(), ports: (number(), number()))
      : draft(
        from: prober, to: target,
        ports: (guarded.randomElement(using: &random) ?? port, port))
    let quote = quoted.encoded()
    let isIPv4 = target.family == .ipv4
    let types: [UInt8] = isIPv4 ? [3, 4, 5, 11, 12] : [1, 2, 3, 4]
    var message = [types.randomElement(using: &random) ?? 3, number() & 15, 0, 0] + octets(4)
    message += quote.prefix(Int.random(in: 0...quote.count, using: &random))
    let source = Bool.random(using: &random) ? target : stranger()
    var sum =
      isIPv4
      ? InternetChecksum()
      : InternetChecksum(
        source: source, destination: prober, protocolNumber: 58, length: message.count)
    sum.add(message.span)
    message[2] = UInt8(sum.value >> 8)
    message[3] = UInt8(truncatingIfNeeded: sum.value)
    return header(from: source, carrying: isIPv4 ? 1 : 58, length: message.count) + message
  }

  private mutating func fragment() -> [UInt8] {
    let whole = segment().encoded()
    let offset = UInt16.random(in: 0...6, using: &random)
    let hasMore: UInt16 = Bool.random(using: &random) ? 1 : 0
    guard target.family == .ipv4 else {
      // RFC 8200, section 4.5: next header, reserved, offset and flag, identification.
      let field = offset << 3 | hasMore
      let extended: [UInt8] =
        [6, 0, UInt8(field >> 8), UInt8(truncatingIfNeeded: field)] + octets(4) + whole[40...]
      return header(from: target, carrying: 44, length: extended.count) + extended
    }
    var packet = whole
    packet[6] = UInt8(hasMore << 5)
    packet[7] = UInt8(offset)
    return packet
  }

  private func header(
    from source: IPAddress, carrying number: UInt8, length: Int
  ) -> [UInt8] {
    let source = Self.octets(of: source)
    let destination = Self.octets(of: prober)
    guard source.count == 4 else {
      return [0x60, 0, 0, 0, UInt8(length >> 8), UInt8(length & 0xff), number, 60]
        + source + destination
    }
    let total = length + 20
    var octets: [UInt8] =
      [0x45, 0, UInt8(total >> 8), UInt8(total & 0xff), 0, 1, 0, 0, 60, number, 0, 0]
      + source + destination
    var sum = InternetChecksum()
    sum.add(octets.span)
    octets[10] = UInt8(sum.value >> 8)
    octets[11] = UInt8(truncatingIfNeeded: sum.value)
    return octets
  }

  private static func octets(of address: IPAddress) -> [UInt8] {
    switch address {
    case .v4(let address):
      (0..<4).map { UInt8(truncatingIfNeeded: address.rawValue >> (24 - 8 * $0)) }
    case .v6(let address):
      (0..<16).map { UInt8(truncatingIfNeeded: address.rawValue >> (120 - 8 * $0)) }
    }
  }
}
