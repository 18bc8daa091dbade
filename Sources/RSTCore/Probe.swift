public import RSTWire

/// What to do when a probe draws a SYN ACK.
public enum HandshakeReply: Hashable, Sendable {
  /// Take the half-open connection back with an exact reset. RFC 9293, section 3.10.7.4.
  case reset
  /// Complete the handshake, and close it politely at the end.
  case complete
}

/// One kind of packet to send, and why.
public protocol Probe: Sendable {
  /// The name in reports and `probes[].probe`, in kebab-case.
  var name: String { get }
  /// What it is, in a few words, for the ladder of packets.
  var summary: String { get }
  /// What to do when it draws a SYN ACK.
  var handshakeReply: HandshakeReply { get }
  /// Whether it is a SYN that a current client might send, so that any listener answers it.
  var isOrdinarySYN: Bool { get }
  /// Whether a sound path and host leave it unanswered, so that nothing waits for it long.
  var expectsSilence: Bool { get }
  /// Whether all its attempts share one source port, as the rungs of a ladder do.
  var sharesFlow: Bool { get }
  /// Which flow it shares: probes of the same name send on the same 4-tuple.
  var flowName: String { get }
  /// How far the sequence numbers of two attempts on a shared flow lie apart.
  var sequenceStep: Int { get }
  /// The packet.
  func draft(_ setting: ProbeSetting) -> PacketDraft
}

extension Probe {
  /// Most probes take a half-open connection back at once.
  public var handshakeReply: HandshakeReply { .reset }
  /// Most probes are not ordinary.
  public var isOrdinarySYN: Bool { false }
  /// Most probes are answered by a sound host.
  public var expectsSilence: Bool { false }
  /// Most probes have a source port of their own.
  public var sharesFlow: Bool { false }
  /// A flow of its own, where it is shared at all.
  public var flowName: String { name }
  /// Far enough apart that no answer fits two rungs.
  public var sequenceStep: Int { 16 }
}

/// The numbers that one attempt of a probe is sent with: its addresses and its canaries.
///
/// Canaries differ from attempt to attempt, so that an answer made from our packet shows it.
public struct ProbeSetting: Hashable, Sendable {
  /// Our address.
  public var source: IPAddress
  /// The target's address.
  public var destination: IPAddress
  /// Our guarded port.
  public var sourcePort: UInt16
  /// The port probed.
  public var destinationPort: UInt16
  /// Sequence number.
  public var sequence: SequenceNumber
  /// Acknowledgement number; it comes back as the sequence number of a reset.
  public var acknowledgement: SequenceNumber
  /// DSCP canary, in the upper six bits; the ECN bits are 0.
  public var trafficClass: UInt8
  /// IPv4 identification canary, not 0.
  public var identification: UInt16
  /// Window canary.
  public var window: UInt16
  /// IPv6 flow label canary, 20 bits.
  public var flowLabel: UInt32
  /// Hop limit.
  public var hopLimit: UInt8
  /// What its timestamps say; of no probe and no run where nothing else is set.
  var mark = ProbeMark(probe: "", run: 0)

  /// The hop limit of probes that go all the way, which is that of most senders.
  public static let hopLimit: UInt8 = 64

  /// Makes a setting.
  public init(
    source: IPAddress, destination: IPAddress, sourcePort: UInt16, destinationPort: UInt16,
    sequence: SequenceNumber, acknowledgement: SequenceNumber, trafficClass: UInt8,
    identification: UInt16, window: UInt16, flowLabel: UInt32,
    hopLimit: UInt8 = Self.hopLimit
  ) {
    self.source = source
    self.destination = destination
    self.sourcePort = sourcePort
    self.destinationPort = destinationPort
    self.sequence = sequence
    self.acknowledgement = acknowledgement
    self.trafficClass = trafficClass
    self.identification = identification
    self.window = window
    self.flowLabel = flowLabel
    self.hopLimit = hopLimit
  }

  /// The packet that carries `content` with this setting's addresses and canaries.
  public func packet(_ content: PacketDraft.Content, ipv4Options: [UInt8] = []) -> PacketDraft {
    PacketDraft(
      source: source, destination: destination, hopLimit: hopLimit, trafficClass: trafficClass,
      identification: identification, flowLabel: flowLabel, ipv4Options: ipv4Options,
      content: content)
  }

  /// A packet with one segment of these flags; the acknowledgement goes along with the ACK flag.
  public func segment(
    _ flags: TCPFlags, reserved: UInt8 = 0, window: UInt16? = nil, urgentPointer: UInt16 = 0,
    options: [TCPOption] = [], payload: [UInt8] = [],
    checksum: SegmentDraft.Checksum = .computed, ipv4Options: [UInt8] = []
  ) -> PacketDraft {
    packet(
      .segment(
        SegmentDraft(
          sourcePort: sourcePort, destinationPort: destinationPort, sequence: sequence,
          acknowledgement: flags.contains(.acknowledgement)
            ? acknowledgement : SequenceNumber(0),
          flags: flags, reserved: reserved, window: window ?? self.window,
          urgentPointer: urgentPointer, options: options, payload: payload, checksum: checksum)),
      ipv4Options: ipv4Options)
  }

  /// The options of a connection of our own: no window scale and no SACK, so that window and
  /// acknowledgement fields mean what they say.
  public var connectionOptions: [TCPOption] {
    [
      largestSegment, timestamps(ProbeMark(probe: ProbeMark.connection, run: mark.run)),
      .noOperation, .noOperation,
    ]
  }

  /// The options of a SYN as Linux sends it: MSS, SACK permitted, timestamps, window scale.
  ///
  /// A SYN without MSS is dropped by some firewalls, so only the bare SYN leaves them out.
  public var operatingSystemOptions: [TCPOption] {
    [
      largestSegment, .selectiveAcknowledgementPermitted, timestamps(mark), .noOperation,
      .windowScale(7),
    ]
  }

  private var largestSegment: TCPOption {
    .maximumSegmentSize(1500 - (source.family == .ipv4 ? 40 : 60))
  }

  private func timestamps(_ mark: ProbeMark) -> TCPOption {
    .timestamps(value: mark.timestamp(beside: sequence), echo: 0)
  }
}
