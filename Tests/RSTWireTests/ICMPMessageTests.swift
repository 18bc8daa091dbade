import RSTWire
import Testing

@Suite struct ICMPMessageTests {
  static func type(_ family: AddressFamily) -> UInt8 { family == .ipv4 ? 11 : 3 }

  static func sent(_ family: AddressFamily, _ message: ICMPMessage) throws -> ICMPMessage {
    let packet = Packet(network: Samples.network(family), icmp: message)
    #expect(packet.anomalies.isEmpty)
    return try #require(packet.icmp)
  }

  static func quoted(_ message: ICMPMessage) -> QuotedPacket? {
    if case .error(let quoted) = message.body { quoted } else { nil }
  }

  @Test(arguments: AddressFamily.allCases)
  func `an error quotes as much as its limit lets it`(family: AddressFamily) throws {
    let original = Samples.syn(family)
    let header = family == .ipv4 ? 20 : 40
    for limit in 0...(original.count + 1) {
      let message = try Self.sent(
        family,
        .error(type: Self.type(family), code: 0, quoting: original, limit: limit))
      let quoted = Self.quoted(message)
      #expect((quoted == nil) == (limit < header))
      #expect(quoted?.octets.count == (limit < header ? nil : min(limit, original.count)))
      #expect((quoted?.segmentStart != nil) == (limit >= header + 8))
      #expect((quoted?.tcp != nil) == (limit >= original.count))
    }
  }

  @Test(arguments: AddressFamily.allCases)
  func `eight octets of the segment are enough for ports and sequence number`(
    family: AddressFamily
  ) throws {
    let message = try Self.sent(
      family,
      .error(
        type: Self.type(family), code: 0, quoting: Samples.syn(family),
        limit: family == .ipv4 ? 28 : 48))
    let quoted = try #require(Self.quoted(message))
    #expect(
      quoted.segmentStart
        == QuotedPacket.SegmentStart(
          sourcePort: 40_000, destinationPort: 443, sequence: SequenceNumber(0x0102_0304)))
    #expect(quoted.tcp == nil)
    #expect(quoted.network.source == Samples.draft(family).source)
  }

  @Test(arguments: [
    (AddressFamily.ipv4, [3, 4, 5, 11, 12] as [UInt8]), (.ipv6, [1, 2, 3, 4]),
  ])
  func `only the errors of the family quote`(family: AddressFamily, errors: [UInt8]) throws {
    for type in UInt8.min...UInt8.max {
      let message = try Self.sent(
        family, .error(type: type, code: 1, quoting: Samples.syn(family), parameter: 0))
      #expect((Self.quoted(message) != nil) == errors.contains(type))
      #expect(message.type == type)
      #expect(message.code == 1)
    }
  }

  @Test(arguments: [(AddressFamily.ipv4, Samples.echo4), (.ipv6, Samples.echo6)])
  func `an echo request is read, alone and quoted`(family: AddressFamily, octets: [UInt8]) throws {
    let packet = try #require(Packet(datagram: octets))
    #expect(packet.anomalies.isEmpty)
    #expect(packet.icmp?.body == .echo(identifier: 0x1111, sequence: 5, data: [97, 98, 99]))
    let message = try Self.sent(
      family, .error(type: Self.type(family), code: 0, quoting: packet, limit: 48))
    #expect(
      Self.quoted(message)?.echo == QuotedPacket.EchoNumbers(identifier: 0x1111, sequence: 5))
    #expect(Self.quoted(message)?.segmentStart == nil)
  }

  @Test(arguments: AddressFamily.allCases)
  func `padding and extensions behind the length of RFC 4884 are no quote`(
    family: AddressFamily
  ) throws {
    let original = Samples.syn(family)
    var message = ICMPMessage.error(
      type: Self.type(family), code: 0, quoting: original,
      parameter: family == .ipv4 ? 32 << 16 : 16 << 24)
    let behind =
      [UInt8](repeating: 0, count: 128 - original.count) + [0x20, 0, 0, 0, 0, 8, 1, 1, 0, 1, 2, 3]
    message.trailer = behind
    let read = try Self.sent(family, message)
    #expect(Self.quoted(read)?.octets == original)
    #expect(read.trailer == behind)
    // Without the length nobody can tell; everything counts as quoted.
    message.parameter = 0
    let plain = try Self.sent(family, message)
    #expect(Self.quoted(plain)?.octets == original + behind)
    #expect(Self.quoted(plain)?.tcp?.options == Samples.syn.options)
  }

  @Test func `padding behind a packet that ends in its TCP header is no part of it`() throws {
    // Found by Scripts/fuzz: 36 octets of a packet are quoted, and the padding was read as its header.
    var original = Samples.syn4
    original[3] = 36
    let quote = Array(original.prefix(36)) + [UInt8](repeating: 0, count: 92)
    let message = ICMPMessage.error(type: 11, code: 0, quoting: quote, parameter: 32 << 16)
    let read = try #require(Self.quoted(try Self.sent(.ipv4, message)))
    #expect(read.octets.count == 36)
    #expect(read.segmentStart != nil)
    #expect(read.tcp == nil)
  }

  @Test func `a length that claims more than there is changes nothing`() throws {
    let message = try Self.sent(
      .ipv4, .error(type: 3, code: 1, quoting: Samples.syn4, parameter: 0xff << 16))
    #expect(Self.quoted(message)?.octets == Samples.syn4)
  }

  @Test func `a pointer, gateway or MTU is no length`() throws {
    for (family, type) in [(AddressFamily.ipv4, UInt8(5)), (.ipv6, 2), (.ipv6, 4)] {
      let message = try Self.sent(
        family, .error(type: type, code: 0, quoting: Samples.syn(family), parameter: 0x0101_0101))
      #expect(Self.quoted(message)?.octets == Samples.syn(family))
      #expect(message.parameter == 0x0101_0101)
    }
  }

  @Test func `a quote of the other family or of nonsense is left unread`() throws {
    let foreign = try Self.sent(.ipv4, .error(type: 3, code: 1, quoting: Samples.syn6))
    #expect(foreign.body == .other([0, 0, 0, 0] + Samples.syn6))
    let nonsense = try Self.sent(.ipv6, .error(type: 1, code: 1, quoting: [0xff, 1, 2]))
    #expect(nonsense.body == .other([0, 0, 0, 0, 0xff, 1, 2]))
  }

  @Test func `a quote of a later fragment has no ports`() throws {
    var octets = Samples.syn4
    octets[7] = 1
    let message = try Self.sent(.ipv4, .error(type: 11, code: 1, quoting: octets))
    #expect(Self.quoted(message)?.segmentStart == nil)
    #expect(Self.quoted(message)?.network.dontFragment == true)
  }

  @Test(arguments: AddressFamily.allCases)
  func `every truncation of an error is read or refused`(family: AddressFamily) throws {
    let whole = Packet(
      network: Samples.network(family),
      icmp: .error(type: Self.type(family), code: 0, quoting: Samples.syn(family))
    ).octets
    let header = family == .ipv4 ? 20 : 40
    for length in header..<whole.count {
      let packet = try #require(
        Packet(link: .raw, octets: Array(whole.prefix(length)), originalLength: whole.count))
      #expect(packet.anomalies == [.truncated])
      #expect((packet.icmp != nil) == (length >= header + 4))
      #expect((packet.icmp.flatMap(Self.quoted) != nil) == (length >= 2 * header + 8))
    }
  }

  @Test(arguments: AddressFamily.allCases)
  func `a wrong checksum is named`(family: AddressFamily) throws {
    var octets = family == .ipv4 ? Samples.echo4 : Samples.echo6
    octets[octets.count - 1] ^= 0x10
    #expect(Packet(datagram: octets)?.anomalies == [.badChecksum])
  }

  @Test func `ICMP of the other family is another protocol`() throws {
    var octets = Samples.echo6
    octets[6] = 1
    #expect(Packet(datagram: octets)?.transport == .other(protocolNumber: 1))
  }
}
