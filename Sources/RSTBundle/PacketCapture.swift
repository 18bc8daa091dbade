import RSTWire

/// A capture file in the making: pcapng, which libpcap reads and does not write.
///
/// draft-ietf-opsawg-pcapng-03; numbers are written in network byte order, nanoseconds since 1970.
struct PacketCapture {
  /// The octets so far: at any time a whole file.
  private(set) var octets: [UInt8] = []
  private var interfaces: UInt32 = 0

  /// The longest comment, in octets; options are counted in 16 bits.
  static let commentLimit = 2_048
  /// How many comments a packet has at most.
  static let mostComments = 16

  /// Begins with a section header (section 4.1) that names the program.
  init() {
    var body: [UInt8] = []
    body.append(bigEndian: UInt32(0x1a2b_3c4d))
    body.append(bigEndian: UInt16(1))
    body.append(bigEndian: UInt16(0))
    // How long the section is, is not said.
    body.append(bigEndian: UInt64.max)
    Self.append(option: 4, text: "rstprobe", to: &body)
    Self.endOptions(of: &body)
    append(block: 0x0a0d_0d0a, body)
  }

  /// Adds an interface (section 4.2).
  ///
  /// - Parameters:
  ///   - linkType: What its frames begin with.
  ///   - name: What it is called; empty for nothing.
  ///   - description: What was captured there; empty for nothing.
  /// - Returns: Its number, for its packets.
  mutating func addInterface(
    _ linkType: LinkType, name: String = "", description: String = ""
  ) -> UInt32 {
    var body: [UInt8] = []
    body.append(bigEndian: linkType.registeredNumber)
    body.append(bigEndian: UInt16(0))
    // No frame is cut by a limit.
    body.append(bigEndian: UInt32(0))
    if !name.isEmpty { Self.append(option: 2, text: name, to: &body) }
    if !description.isEmpty { Self.append(option: 3, text: description, to: &body) }
    // if_tsresol: stamps count nanoseconds.
    Self.append(option: 9, [9], to: &body)
    Self.endOptions(of: &body)
    append(block: 1, body)
    interfaces += 1
    return interfaces - 1
  }

  /// Adds an enhanced packet (section 4.3).
  ///
  /// - Parameters:
  ///   - frame: Its octets, from the link layer on.
  ///   - originalLength: How long it was on the link, in octets.
  ///   - nanoseconds: When it was captured, since 1970; before that there is no stamp.
  ///   - interface: Which interface it was captured on.
  ///   - comments: What is to be said of it.
  mutating func add(
    _ frame: [UInt8], originalLength: Int, at nanoseconds: Int64, interface: UInt32,
    comments: [String] = []
  ) {
    var body: [UInt8] = []
    body.append(bigEndian: interface)
    body.append(bigEndian: UInt64(clamping: nanoseconds))
    body.append(bigEndian: UInt32(clamping: frame.count))
    body.append(bigEndian: UInt32(clamping: max(originalLength, frame.count)))
    body += frame
    body.pad(toMultipleOf: 4)
    if !comments.isEmpty {
      for comment in comments.prefix(Self.mostComments) {
        Self.append(option: 1, text: comment, to: &body)
      }
      Self.endOptions(of: &body)
    }
    append(block: 6, body)
  }

  /// Adds the statistics of an interface (section 4.6): what it received, and what was dropped.
  mutating func addStatistics(
    interface: UInt32, at nanoseconds: Int64, received: Int, dropped: Int
  ) {
    var body: [UInt8] = []
    body.append(bigEndian: interface)
    body.append(bigEndian: UInt64(clamping: nanoseconds))
    // isb_ifrecv and isb_ifdrop.
    for (code, count) in [(UInt16(4), received), (5, dropped)] {
      var value: [UInt8] = []
      value.append(bigEndian: UInt64(clamping: count))
      Self.append(option: code, value, to: &body)
    }
    Self.endOptions(of: &body)
    append(block: 5, body)
  }

  // MARK: - Blocks and options

  /// Section 3.1: type, length, body, and the length once more.
  private mutating func append(block type: UInt32, _ body: [UInt8]) {
    let length = UInt32(clamping: body.count + 12)
    octets.append(bigEndian: type)
    octets.append(bigEndian: length)
    octets += body
    octets.append(bigEndian: length)
  }

  /// Section 3.5: code, length, value, padded to 32 bits.
  private static func append(option code: UInt16, _ value: [UInt8], to body: inout [UInt8]) {
    body.append(bigEndian: code)
    body.append(bigEndian: UInt16(clamping: value.count))
    body += value
    body.pad(toMultipleOf: 4)
  }

  private static func append(option code: UInt16, text: String, to body: inout [UInt8]) {
    append(option: code, text.octets(atMost: commentLimit), to: &body)
  }

  private static func endOptions(of body: inout [UInt8]) { append(option: 0, [], to: &body) }
}

extension LinkType {
  /// The number that capture files know it by.
  fileprivate var registeredNumber: UInt16 {
    switch self {
    case .loopback: 0
    case .ethernet: 1
    case .raw: 101
    case .linuxCooked: 113
    case .linuxCooked2: 276
    }
  }
}

extension String {
  /// The octets in UTF-8, cut between characters where there are more.
  fileprivate func octets(atMost limit: Int) -> [UInt8] {
    guard utf8.count > limit else { return Array(utf8) }
    var octets: [UInt8] = []
    for scalar in unicodeScalars {
      let more = UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
      guard octets.count + more.count <= limit else { break }
      octets += more
    }
    return octets
  }
}
