/// A TCP header with every bit kept. RFC 9293, section 3.1.
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
