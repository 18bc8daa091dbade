public import RSTWire

/// What came back and may belong to a probe of a sweep, in a fixed size.
public struct SweepAnswer: Sendable {
  /// What it says.
  public enum Kind: Hashable, Sendable {
    /// A SYN-ACK.
    case synAck
    /// A reset.
    case reset
    /// An ICMP error that refuses.
    case refusal(ICMPRefusal)
    /// The hop limit ended on the way: a loop, since probes are sent to go all the way.
    case timeExceeded
  }

  /// What it says.
  public var kind: Kind
  /// The endpoint that was asked, as the answer tells it.
  public var endpoint: Endpoint
  /// The port of ours that it came to, or that is quoted as the source.
  public var port: UInt16
  /// The sequence number of ours that it shows to have seen.
  public var sequence: UInt32
  /// Who sent it.
  public var sender: IPAddress
  /// Its hop limit on arrival.
  public var hopLimit: UInt8
  /// Its DSCP and ECN.
  public var trafficClass: UInt8
  /// Its window; 0 for ICMP.
  public var window: UInt16
  /// Whether it looks in every field as netfilter's own resets do: identification 0, "don't
  /// fragment", window 0, no options.
  public var looksLikeNetfilter: Bool

  /// Reads a segment; nil where it is neither a SYN-ACK nor a reset that acknowledges something.
  ///
  /// A reset may acknowledge the SYN or, with odd stacks, what was before it; `sequence` supposes the
  /// former.
  public init?(_ segment: CapturedSegment) {
    // The cookie proves more than a checksum, which is often wrong where a driver was to fill it in.
    guard segment.flags.contains(.acknowledgement) else { return nil }
    let isReset = segment.flags.contains(.reset)
    guard isReset || segment.flags.contains(.syn) else { return nil }
    kind = isReset ? .reset : .synAck
    endpoint = Endpoint(address: segment.source, port: segment.sourcePort)
    port = segment.destinationPort
    sequence = segment.acknowledgement.rawValue &- 1
    sender = segment.source
    hopLimit = segment.hopLimit
    trafficClass = segment.trafficClass
    window = segment.window
    looksLikeNetfilter =
      segment.window == 0 && segment.options.length == 0 && (segment.identification ?? 0) == 0
      && segment.dontFragment ?? true
  }

  /// Reads an ICMP error that quotes a segment of ours; nil for anything else.
  public init?(_ packet: Packet) {
    guard let message = packet.icmp, case .error(let quoted) = message.body,
      let start = quoted.segmentStart
    else { return nil }
    let family = packet.network.source.family
    if let refusal = ICMPRefusal(message, family: family) {
      kind = .refusal(refusal)
    } else if ICMPRefusal.isTimeExceeded(message, family: family) {
      kind = .timeExceeded
    } else {
      return nil
    }
    endpoint = Endpoint(address: quoted.network.destination, port: start.destinationPort)
    port = start.sourcePort
    sequence = start.sequence.rawValue
    sender = packet.network.source
    hopLimit = packet.network.hopLimit
    trafficClass = packet.network.trafficClass
    window = 0
    looksLikeNetfilter = false
  }

  /// An answer that was read elsewhere.
  public init(
    kind: Kind, endpoint: Endpoint, port: UInt16, sequence: UInt32, sender: IPAddress,
    hopLimit: UInt8, trafficClass: UInt8, window: UInt16, looksLikeNetfilter: Bool
  ) {
    self.kind = kind
    self.endpoint = endpoint
    self.port = port
    self.sequence = sequence
    self.sender = sender
    self.hopLimit = hopLimit
    self.trafficClass = trafficClass
    self.window = window
    self.looksLikeNetfilter = looksLikeNetfilter
  }
}
