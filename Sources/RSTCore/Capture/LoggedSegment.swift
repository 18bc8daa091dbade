public import RSTWire

/// A segment as the log of its connection keeps it: without what all of them share, in 56 octets,
/// since a connection keeps many.
public struct LoggedSegment: Hashable, Sendable {
  /// The frame's number in its file, from 1, as Wireshark shows it.
  public var frame: Int
  /// When it was captured.
  public var moment: Moment
  /// A digest of the payload's beginning; 0 where there is none.
  public var payloadDigest: UInt64
  /// Sequence number of the first octet.
  public var sequence: SequenceNumber
  /// The acknowledgement field, also when the ACK flag is clear.
  public var acknowledgement: SequenceNumber
  private var timestampValue: UInt32
  private var timestampEcho: UInt32
  private var payloadLength: UInt32
  private var identificationField: UInt16
  /// The window field, unscaled.
  public var window: UInt16
  /// The control bits.
  public var flags: TCPFlags
  /// Time to live or hop limit.
  public var hopLimit: UInt8
  /// Type of service or traffic class.
  public var trafficClass: UInt8
  /// Octets of the option area.
  public var optionsLength: UInt8
  private var marks: Marks
  /// Who sent it, or in whose name it was sent.
  public var side: Side

  /// What else is told in single bits; the lower half is the reserved bits.
  private struct Marks: OptionSet, Hashable {
    var rawValue: UInt8
    static let isIPv4 = Self(rawValue: 0x10)
    static let dontFragment = Self(rawValue: 0x20)
    static let timestamps = Self(rawValue: 0x40)
  }

  init(_ segment: CapturedSegment, frame: Int, at moment: Moment, side: Side) {
    self.frame = frame
    self.moment = moment
    self.side = side
    sequence = segment.sequence
    acknowledgement = segment.acknowledgement
    flags = segment.flags
    window = segment.window
    payloadLength = UInt32(clamping: segment.payloadLength)
    payloadDigest = segment.payloadDigest
    hopLimit = segment.hopLimit
    trafficClass = segment.trafficClass
    identificationField = segment.identification ?? 0
    timestampValue = segment.options.timestamps?.value ?? 0
    timestampEcho = segment.options.timestamps?.echo ?? 0
    optionsLength = segment.options.length
    marks = Marks(rawValue: segment.reserved & 0x0f)
    if segment.identification != nil { marks.insert(.isIPv4) }
    if segment.dontFragment == true { marks.insert(.dontFragment) }
    if segment.options.timestamps != nil { marks.insert(.timestamps) }
  }

  /// The four reserved bits: 0...15.
  public var reserved: UInt8 { marks.rawValue & 0x0f }
  /// Octets of payload on the link.
  public var length: Int { Int(payloadLength) }
  /// The IPv4 identification; nil for IPv6.
  public var identification: UInt16? { marks.contains(.isIPv4) ? identificationField : nil }
  /// The IPv4 don't-fragment flag; nil for IPv6.
  public var dontFragment: Bool? {
    marks.contains(.isIPv4) ? marks.contains(.dontFragment) : nil
  }
  /// The timestamps option; nil where there is none.
  public var timestamps: CapturedSegment.Timestamps? {
    marks.contains(.timestamps)
      ? CapturedSegment.Timestamps(value: timestampValue, echo: timestampEcho) : nil
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
  /// A number that copies of it share, and hardly another: what is looked at first.
  var copyMark: UInt32 {
    let numbers = UInt64(sequence.rawValue) << 32 | UInt64(acknowledgement.rawValue)
    let mixed = (numbers ^ payloadDigest) &* 0x9e37_79b9_7f4a_7c15
    return UInt32(truncatingIfNeeded: mixed >> 32) &+ UInt32(identificationField)
  }
}
