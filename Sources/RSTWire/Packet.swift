/// What could be read of one captured packet.
///
/// Reading never fails once there is a network header: what is odd is named in `anomalies`, and
/// what could not be read is left out there.
public struct Packet: Hashable, Sendable {
  /// The sender's link address where the link layer has one, else nil.
  public var linkSource: LinkAddress?
  /// The network header.
  public var network: NetworkHeader
  /// What the network header carries.
  public var transport: Transport
  /// Named oddities, in the order in which they were met.
  public var anomalies: [Anomaly]
  /// The datagram as captured, from the network header on (for capture files and evidence).
  public var octets: [UInt8]

  /// What a network header carries.
  public enum Transport: Hashable, Sendable {
    /// A TCP segment.
    case tcp(TCPHeader, payload: [UInt8])
    /// An ICMP or ICMPv6 message.
    case icmp(ICMPMessage)
    /// Something else, a later fragment, or a header that is cut off.
    case other(protocolNumber: UInt8)
  }

  /// Makes a packet.
  public init(
    linkSource: LinkAddress? = nil, network: NetworkHeader, transport: Transport,
    anomalies: [Anomaly] = [], octets: [UInt8] = []
  ) {
    self.linkSource = linkSource
    self.network = network
    self.transport = transport
    self.anomalies = anomalies
    self.octets = octets
  }

  /// The TCP header, where the packet is a segment.
  public var tcp: TCPHeader? {
    if case .tcp(let header, _) = transport { header } else { nil }
  }

  /// The payload of the segment; empty where there is none.
  public var payload: [UInt8] {
    if case .tcp(_, let payload) = transport { payload } else { [] }
  }

  /// The ICMP message, where the packet is one.
  public var icmp: ICMPMessage? {
    if case .icmp(let message) = transport { message } else { nil }
  }

  /// How long the datagram was on the link, in octets: one that was cut off says so in its header.
  public var lengthOnLink: Int {
    guard anomalies.contains(.truncated) else { return octets.count }
    return switch network {
    case .ipv4(let header): max(octets.count, Int(header.totalLength))
    case .ipv6(let header): max(octets.count, Int(header.payloadLength) + 40)
    }
  }
}
