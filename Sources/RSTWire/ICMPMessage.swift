/// An ICMP or ICMPv6 message.
///
/// RFC 792, RFC 4443, RFC 4884.
public struct ICMPMessage: Hashable, Sendable {
  /// The type field.
  public var type: UInt8
  /// The code field.
  public var code: UInt8
  /// The checksum as it stands.
  public var checksum: UInt16
  /// What the message carries.
  public var body: Body
  /// The second 32-bit word of an error: pointer, gateway, MTU, length of the quote, or unused.
  ///
  /// 0 where the body is none, since there the word is part of the body.
  public var parameter: UInt32
  /// The octets of an error behind the quote: its padding and extensions.
  ///
  /// RFC 4884.
  public var trailer: [UInt8]

  /// What follows the first four octets.
  public enum Body: Hashable, Sendable {
    /// An echo request or reply.
    case echo(identifier: UInt16, sequence: UInt16, data: [UInt8])
    /// An error, with what it quotes of the packet that caused it.
    case error(QuotedPacket)
    /// Anything else, unparsed.
    case other([UInt8])
  }

  /// Makes a message.
  public init(
    type: UInt8, code: UInt8, checksum: UInt16 = 0, body: Body, parameter: UInt32 = 0,
    trailer: [UInt8] = []
  ) {
    self.type = type
    self.code = code
    self.checksum = checksum
    self.body = body
    self.parameter = parameter
    self.trailer = trailer
  }
}

extension ICMPMessage {
  /// Makes an error that quotes the first `limit` octets of a packet, from its network header on.
  ///
  /// `parameter` is the second word: for instance the MTU of "packet too big".
  public static func error(
    type: UInt8, code: UInt8, quoting packet: Packet, limit: Int = 576, parameter: UInt32 = 0
  ) -> Self {
    error(type: type, code: code, quoting: packet.octets, limit: limit, parameter: parameter)
  }

  /// Makes an error that quotes the first `limit` octets of a datagram.
  ///
  /// Where they hold no network header, the body is `.other`.
  public static func error(
    type: UInt8, code: UInt8, quoting datagram: [UInt8], limit: Int = 576, parameter: UInt32 = 0
  ) -> Self {
    let quote = Array(datagram.prefix(max(0, limit)))
    if let quoted = QuotedPacket(parsing: quote.span) {
      return Self(type: type, code: code, body: .error(quoted), parameter: parameter)
    }
    var rest: [UInt8] = []
    rest.append(bigEndian: parameter)
    return Self(type: type, code: code, body: .other(rest + quote))
  }

  /// The octets of the message, the checksum as it stands.
  public func encoded() -> [UInt8] {
    var octets: [UInt8] = [type, code]
    octets.append(bigEndian: checksum)
    switch body {
    case .echo(let identifier, let sequence, let data):
      octets.append(bigEndian: identifier)
      octets.append(bigEndian: sequence)
      octets.append(contentsOf: data)
    case .error(let quoted):
      octets.append(bigEndian: parameter)
      octets.append(contentsOf: quoted.octets)
      octets.append(contentsOf: trailer)
    case .other(let rest):
      octets.append(contentsOf: rest)
    }
    return octets
  }

  /// The octets of the message with the checksum that belongs to it: that of ICMPv6 covers the
  /// pseudo-header too (RFC 4443, section 2.3).
  func encoded(source: IPAddress, destination: IPAddress) -> [UInt8] {
    var octets = encoded()
    octets.store(bigEndian: 0, at: 2)
    octets.store(
      bigEndian: Self.checksum(of: octets.span, source: source, destination: destination), at: 2)
    return octets
  }

  /// The checksum of a message: 0 where it contains its own and that is right.
  static func checksum(
    of octets: Span<UInt8>, source: IPAddress, destination: IPAddress
  ) -> UInt16 {
    guard source.family == .ipv6 else { return InternetChecksum.of(octets) }
    var checksum = InternetChecksum(
      source: source, destination: destination, protocolNumber: 58, length: octets.count)
    checksum.add(octets)
    return checksum.value
  }

  /// Reads a message; nil when not even type, code and checksum are there.
  init?(parsing octets: Span<UInt8>, family: AddressFamily) {
    guard octets.count >= 4 else { return nil }
    self.init(
      type: octets[0], code: octets[1], checksum: octets.uint16(at: 2), body: .other([]))
    if octets.count >= 8, Self.isEcho(type, family) {
      body = .echo(
        identifier: octets.uint16(at: 4), sequence: octets.uint16(at: 6),
        data: Array(copying: octets.extracting(8...)))
    } else if octets.count >= 8, Self.isError(type, family),
      readQuote(of: octets.extracting(8...), word: octets.uint32(at: 4), family: family)
    {
      parameter = octets.uint32(at: 4)
    } else {
      body = .other(Array(copying: octets.extracting(4...)))
    }
  }

  /// Reads the quote and what is behind it; false when it holds no network header.
  private mutating func readQuote(
    of octets: Span<UInt8>, word: UInt32, family: AddressFamily
  ) -> Bool {
    let claimed = Self.quoteLength(type: type, word: word, family: family)
    let area = octets.extracting(..<min(claimed ?? octets.count, octets.count))
    guard var quoted = QuotedPacket(parsing: area), quoted.network.source.family == family else {
      return false
    }
    // Where the length is given, the quote is padded with zeros: to 128 octets, if not more. What stands
    // there is no header of the quoted packet.
    if claimed != nil, let length = quoted.originalLength, length < area.count,
      let packet = QuotedPacket(parsing: area.extracting(..<length))
    {
      quoted = packet
    }
    trailer = Array(copying: octets.extracting(quoted.octets.count...))
    body = .error(quoted)
    return true
  }

  /// The length of the quote by RFC 4884, section 3, in octets; nil where the message has no such
  /// field or it is 0.
  private static func quoteLength(type: UInt8, word: UInt32, family: AddressFamily) -> Int? {
    let length: Int
    switch (family, type) {
    case (.ipv4, 3), (.ipv4, 11), (.ipv4, 12): length = Int(word >> 16 & 0xff) * 4
    case (.ipv6, 1), (.ipv6, 3): length = Int(word >> 24) * 8
    default: return nil
    }
    return length == 0 ? nil : length
  }

  private static func isEcho(_ type: UInt8, _ family: AddressFamily) -> Bool {
    switch family {
    case .ipv4: type == 0 || type == 8
    case .ipv6: type == 128 || type == 129
    }
  }

  private static func isError(_ type: UInt8, _ family: AddressFamily) -> Bool {
    switch family {
    case .ipv4: [3, 4, 5, 11, 12].contains(type)
    case .ipv6: (1...4).contains(type)
    }
  }
}
