/// How a host's TCP/IP stack makes its packets, as far as stacks differ.
public struct StackTraits: Hashable, Sendable {
  /// Initial time to live or hop limit of everything it sends.
  public var hopLimit: UInt8 = 64
  /// Whether resets carry the DSCP of the segment that drew them, ECN cleared.
  public var resetsCopyTrafficClass = true
  /// Whether resets, SYN ACKs and echo replies carry the record-route option on.
  public var echoesRecordRoute = true
  /// Whether IPv6 packets carry a flow label of its own.
  public var hasFlowLabels = true
  /// The window of a reset.
  public var resetWindow: UInt16 = 0
  /// Don't fragment on everything it sends.
  public var dontFragment = true
  /// Whether its identification counts up where Linux sends 0.
  public var countsIdentification = false
  /// Whether every reset has the ACK bit and the number of the acknowledgement field.
  public var resetsAlwaysAcknowledge = false
  /// Whether a listener takes SYN with FIN for a SYN.
  public var acceptsSYNFIN = false
  /// Whether a segment signed after RFC 2385 without a key draws nothing at all.
  public var ignoresSigned = true

  /// Makes the traits of Linux.
  public init() {}
}
