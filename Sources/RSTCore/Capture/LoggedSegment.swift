public import RSTWire

/// A segment as the log of its connection keeps it: without what all of them share.
public struct LoggedSegment: Hashable, Sendable {
  /// The frame's number in its file, from 1, as Wireshark shows it.
  public var frame: Int
  /// When it was captured.
  public var moment: Moment
  /// Who sent it, or in whose name it was sent.
  public var side: Side
  /// Sequence number of the first octet.
  public var sequence: SequenceNumber
  /// The acknowledgement field, also when the ACK flag is clear.
  public var acknowledgement: SequenceNumber
  /// The control bits.
  public var flags: TCPFlags
  /// The four reserved bits: 0...15.
  public var reserved: UInt8
  /// The window field, unscaled.
  public var window: UInt16
  /// Octets of payload on the link.
  public var length: Int
  /// A digest of the payload's beginning; 0 where there is none.
  public var payloadDigest: UInt64
  /// Time to live or hop limit.
  public var hopLimit: UInt8
  /// Type of service or traffic class.
  public var trafficClass: UInt8
  /// The IPv4 identification; nil for IPv6.
  public var identification: UInt16?
  /// The IPv4 don't-fragment flag; nil for IPv6.
  public var dontFragment: Bool?
  /// The timestamps option; nil where there is none.
  public var timestamps: CapturedSegment.Timestamps?
  /// Octets of the option area.
  public var optionsLength: UInt8

  init(_ segment: CapturedSegment, frame: Int, at moment: Moment, side: Side) {
    self.frame = frame
    self.moment = moment
    self.side = side
    sequence = segment.sequence
    acknowledgement = segment.acknowledgement
    flags = segment.flags
    reserved = segment.reserved
    window = segment.window
    length = segment.payloadLength
    payloadDigest = segment.payloadDigest
    hopLimit = segment.hopLimit
    trafficClass = segment.trafficClass
    identification = segment.identification
    dontFragment = segment.dontFragment
    timestamps = segment.options.timestamps
    optionsLength = segment.options.length
  }

  /// How many sequence numbers it takes.
  public var sequenceLength: Int {
    length + (flags.contains(.syn) ? 1 : 0) + (flags.contains(.fin) ? 1 : 0)
  }
  /// The number behind the last that it takes.
  public var end: SequenceNumber { sequence + sequenceLength }
  /// Whether it is a reset.
  public var isReset: Bool { flags.contains(.reset) }
  /// Whether it opens a connection: SYN without ACK.
  public var isSYN: Bool {
    flags.contains(.syn) && flags.isDisjoint(with: [.acknowledgement, .reset])
  }
  /// Whether it does so with no other flags than clients set: RFC 3168, section 6.1.1.
  var isPlainSYN: Bool { flags.subtracting([.echo, .congestionWindowReduced]) == .syn }
  /// Whether it accepts one.
  public var isSYNACK: Bool {
    flags.isSuperset(of: [.syn, .acknowledgement]) && !flags.contains(.reset)
  }
  /// Whether it acknowledges and does nothing else.
  public var isPureAcknowledgement: Bool {
    flags.contains(.acknowledgement) && length == 0
      && flags.isDisjoint(with: [.syn, .fin, .reset])
  }

  /// Whether another frame shows the same segment once more: on a capture of all interfaces, or of a
  /// router's one.
  ///
  /// Whoever sends again gives it another identification, or does so much later: a router in between
  /// changes the hop limit alone.
  func isCopy(of other: LoggedSegment) -> Bool {
    let limit: Duration = (identification ?? 0) != 0 ? .milliseconds(200) : .milliseconds(3)
    return sequence == other.sequence && acknowledgement == other.acknowledgement
      && flags == other.flags && window == other.window && length == other.length
      && payloadDigest == other.payloadDigest && identification == other.identification
      && timestamps == other.timestamps && side == other.side && moment - other.moment <= limit
  }
}
