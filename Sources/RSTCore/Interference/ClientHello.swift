/// The first message of a TLS client, as current clients send it: TLS 1.3, with 1.2 for those who
/// want it.
///
/// RFC 8446, section 4.1.2. Random numbers are drawn once, so that two hellos of one value differ in
/// the name alone. The key exchange of current browsers with ML-KEM is left out: a hello with it
/// takes two segments, and who cannot put them together sees no name at all.
struct ClientHello: Hashable, Sendable {
  /// The 32 octets of `random`.
  let random: [UInt8]
  /// The session identifier of the compatibility mode: 32 octets (RFC 8446, appendix D.4).
  let session: [UInt8]
  /// The public key for X25519: any 32 octets are one (RFC 7748, section 5).
  let key: [UInt8]
  /// Reserved numbers for a cipher suite, a group, a version and two extensions, which servers have
  /// to ignore (RFC 8701).
  let grease: [UInt16]

  /// Draws the random numbers of a hello.
  init(using generator: inout some RandomNumberGenerator) {
    func octets(_ count: Int) -> [UInt8] {
      (0..<count).map { _ in UInt8.random(in: 0 ... .max, using: &generator) }
    }
    random = octets(32)
    session = octets(32)
    var key = octets(32)
    // The highest bit is no part of the number.
    key[31] &= 0x7f
    self.key = key
    var reserved = (0..<16).map { UInt16($0) * 0x1010 + 0x0a0a }
    reserved.shuffle(using: &generator)
    grease = Array(reserved.prefix(5))
  }

  /// The record with the hello, and where the name stands in it.
  ///
  /// - Parameter name: The server name: ASCII, without a trailing dot (RFC 6066, section 3).
  /// - Returns: At most 540 octets for a name of 253: one segment.
  func record(naming name: String) -> (octets: [UInt8], name: Range<Int>) {
    let host = Array(name.utf8)
    var extensions = Self.extension(grease[3], [])
    let nameBegins = extensions.count + 9
    extensions += Self.extension(0, Self.counted(2, [0] + Self.counted(2, host)))
    extensions += extensionsBehindName
    var body: [UInt8] = [3, 3] + random + Self.counted(1, session)
    body += Self.counted(2, Self.words([grease[0]] + Self.suites))
    // No compression.
    body += [1, 0]
    // The message's own header, and the length of the extensions.
    let headers = 4 + body.count + 2
    extensions += Self.padding(for: headers + extensions.count)
    let message = [1] + Self.counted(3, body + Self.counted(2, extensions))
    // The version of the record is one that old boxes let pass (RFC 8446, section 5.1).
    let record = [22, 3, 1] + Self.counted(2, message)
    let begin = 5 + headers + nameBegins
    return (record, begin..<(begin + host.count))
  }

  /// TLS 1.3 first, then those of 1.2 that servers still have.
  private static let suites: [UInt16] = [
    0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc013, 0xc014, 0x009c,
    0x009d, 0x002f, 0x0035,
  ]

  /// What signatures are understood: ECDSA, RSA-PSS and RSA PKCS #1 (RFC 8446, section 4.2.3).
  private static let signatures: [UInt16] = [
    0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601,
  ]

  private var extensionsBehindName: [UInt8] {
    let protocols = ["h2", "http/1.1"].flatMap { Self.counted(1, Array($0.utf8)) }
    let shares =
      Self.words([grease[1]]) + Self.counted(2, [0]) + Self.words([29])
      + Self.counted(2, key)
    return [
      // extended_master_secret: RFC 7627.
      Self.extension(23, []),
      // renegotiation_info: RFC 5746, section 3.2.
      Self.extension(0xff01, [0]),
      // supported_groups: X25519, P-256, P-384. RFC 8446, section 4.2.7.
      Self.extension(10, Self.counted(2, Self.words([grease[1], 29, 23, 24]))),
      // ec_point_formats: uncompressed. RFC 8422, section 5.1.2.
      Self.extension(11, [1, 0]),
      // session_ticket: RFC 5077, section 3.2.
      Self.extension(35, []),
      // application_layer_protocol_negotiation: RFC 7301, section 3.1.
      Self.extension(16, Self.counted(2, protocols)),
      // status_request: RFC 6066, section 8.
      Self.extension(5, [1, 0, 0, 0, 0]),
      // signature_algorithms: RFC 8446, section 4.2.3.
      Self.extension(13, Self.counted(2, Self.words(Self.signatures))),
      // signed_certificate_timestamp: RFC 6962, section 3.3.1.
      Self.extension(18, []),
      // key_share: RFC 8446, section 4.2.8.
      Self.extension(51, Self.counted(2, shares)),
      // psk_key_exchange_modes, psk_dhe_ke: RFC 8446, section 4.2.9.
      Self.extension(45, [1, 1]),
      // supported_versions: RFC 8446, section 4.2.1.
      Self.extension(43, Self.counted(1, Self.words([grease[2], 0x0304, 0x0303]))),
      Self.extension(grease[4], [0]),
    ].flatMap { $0 }
  }

  /// The padding extension: RFC 7685, section 4.
  ///
  /// Servers exist that do not bear messages of 256 to 511 octets; clients fill those up to 512.
  /// Thereby names of most lengths give hellos of one size, and the size cannot be what provokes.
  private static func padding(for length: Int) -> [UInt8] {
    guard (256..<512).contains(length) else { return [] }
    // A padding of no octets is avoided, as clients do.
    return Self.extension(21, Array(repeating: 0, count: max(512 - length - 4, 1)))
  }

  private static func `extension`(_ type: UInt16, _ content: [UInt8]) -> [UInt8] {
    words([type]) + counted(2, content)
  }

  private static func words(_ numbers: [UInt16]) -> [UInt8] {
    numbers.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xff)] }
  }

  /// Puts the length of something before it, in so many octets.
  private static func counted(_ width: Int, _ content: [UInt8]) -> [UInt8] {
    (0..<width).reversed().map { UInt8(truncatingIfNeeded: content.count >> (8 * $0)) } + content
  }
}
