/// A TCP header with every bit kept.
///
/// RFC 9293, section 3.1.
public struct TCPHeader: Hashable, Sendable {
  /// Source port, host order.
  public var sourcePort: UInt16
  /// Destination port, host order.
  public var destinationPort: UInt16
  /// Sequence number of the first octet (of the SYN when set).
  public var sequence: SequenceNumber
  /// The acknowledgement field, also when the ACK flag is clear.
  public var acknowledgement: SequenceNumber
  /// The data offset field as it stands, in 32-bit words: 0...15.
  public var dataOffset: UInt8
  /// The four bits between data offset and CWR: 0...15.
  public var reserved: UInt8
  /// The control bits.
  public var flags: TCPFlags
  /// The window field, unscaled.
  public var window: UInt16
  /// The checksum field as it stands.
  public var checksum: UInt16
  /// The urgent pointer field as it stands.
  public var urgentPointer: UInt16
  /// The options in their order.
  public var options: [TCPOption]
  /// Octets of the option area that are no option: after end-of-list, or malformed.
  public var optionTail: [UInt8]

  /// Makes a header; the data offset is that of the options unless given.
  public init(
    sourcePort: UInt16, destinationPort: UInt16, sequence: SequenceNumber,
    acknowledgement: SequenceNumber = SequenceNumber(0), dataOffset: UInt8 = 5,
    reserved: UInt8 = 0, flags: TCPFlags, window: UInt16 = 0, checksum: UInt16 = 0,
    urgentPointer: UInt16 = 0, options: [TCPOption] = [], optionTail: [UInt8] = []
  ) {
    self.sourcePort = sourcePort
    self.destinationPort = destinationPort
    self.sequence = sequence
    self.acknowledgement = acknowledgement
    self.dataOffset = dataOffset
    self.reserved = reserved
    self.flags = flags
    self.window = window
    self.checksum = checksum
    self.urgentPointer = urgentPointer
    self.options = options
    self.optionTail = optionTail
  }
}

extension TCPHeader {
  /// The first maximum segment size option, in octets; nil when there is none.
  public var maximumSegmentSize: UInt16? {
    for case .maximumSegmentSize(let size) in options { return size }
    return nil
  }

  /// The first window scale option's shift count, as sent; nil when there is none.
  public var windowScale: UInt8? {
    for case .windowScale(let shift) in options { return shift }
    return nil
  }

  /// The first timestamps option, in ticks of the sender's clock; nil when there is none.
  public var timestamps: (value: UInt32, echo: UInt32)? {
    for case .timestamps(let value, let echo) in options { return (value, echo) }
    return nil
  }

  /// The octets of the header, every field as it stands (data offset and checksum too).
  ///
  /// The option area is padded with end-of-list octets to a multiple of 4; what is beyond 40 octets
  /// is left out.
  public func encoded() -> [UInt8] {
    let area = TCPOption.area(of: options, tail: optionTail)
    var octets: [UInt8] = []
    octets.reserveCapacity(20 + area.count)
    octets.append(bigEndian: sourcePort)
    octets.append(bigEndian: destinationPort)
    octets.append(bigEndian: sequence.rawValue)
    octets.append(bigEndian: acknowledgement.rawValue)
    octets.append(dataOffset << 4 | reserved & 0x0f)
    octets.append(flags.rawValue)
    octets.append(bigEndian: window)
    octets.append(bigEndian: checksum)
    octets.append(bigEndian: urgentPointer)
    octets.append(contentsOf: area)
    return octets
  }

  /// The octets of a whole segment, with the data offset and checksum that belong to it.
  func encodedSegment(
    payload: [UInt8], source: IPAddress, destination: IPAddress
  ) -> [UInt8] {
    var octets = encoded()
    octets[12] = UInt8(octets.count / 4) << 4 | reserved & 0x0f
    octets.store(bigEndian: 0, at: Self.checksumOffset)
    octets.append(contentsOf: payload)
    var checksum = InternetChecksum(
      source: source, destination: destination, protocolNumber: 6, length: octets.count)
    checksum.add(octets.span)
    octets.store(bigEndian: checksum.value, at: Self.checksumOffset)
    return octets
  }

  /// Where the checksum field begins, in octets.
  static let checksumOffset = 16

  /// Reads a header with its options; nil when the data offset is below 5 or points past the end.
  ///
  /// Appends what is odd about the header to `anomalies`.
  init?(parsing octets: Span<UInt8>, anomalies: inout [Anomaly]) {
    guard octets.count >= 20 else { return nil }
    let dataOffset = octets[12] >> 4
    let length = Int(dataOffset) * 4
    guard length >= 20, length <= octets.count else { return nil }
    let area = octets.extracting(20..<length)
    var optionsLength = 0
    var isMalformed = false
    let options = TCPOption.parse(area, length: &optionsLength, isMalformed: &isMalformed)
    self.init(
      sourcePort: octets.uint16(at: 0), destinationPort: octets.uint16(at: 2),
      sequence: SequenceNumber(octets.uint32(at: 4)),
      acknowledgement: SequenceNumber(octets.uint32(at: 8)), dataOffset: dataOffset,
      reserved: octets[12] & 0x0f, flags: TCPFlags(rawValue: octets[13]),
      window: octets.uint16(at: 14), checksum: octets.uint16(at: Self.checksumOffset),
      urgentPointer: octets.uint16(at: 18), options: options,
      optionTail: Array(copying: area.extracting(optionsLength...)))
    if reserved != 0 { anomalies.append(.reservedBits) }
    if isMalformed { anomalies.append(.malformedOption) }
  }
}
