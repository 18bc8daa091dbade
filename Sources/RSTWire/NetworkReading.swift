/// A network header as read, and what a reader of the layers above needs to know beside it.
///
/// Lengths are what the header claims; whoever reads on compares them with what is there.
struct NetworkReading {
  /// The header.
  var header: NetworkHeader
  /// Octets before the transport header, as claimed: may lie behind the end.
  var headerLength: Int
  /// Octets of the whole datagram as claimed; nil where the length field is 0 and cannot mean it,
  /// as in segments that the sender's or receiver's host left to its hardware to cut.
  var claimedLength: Int?
  /// The number of the protocol above.
  var protocolNumber: UInt8
  /// A part of a datagram.
  var isFragment: Bool
  /// Whether a transport header follows: the header is sound and this is no later fragment.
  var reachesTransport: Bool
  /// Whether the destination is the one of the pseudo-header: no source route is left to go.
  var destinationIsFinal: Bool
  /// What the header itself shows to be odd.
  var anomalies: [Anomaly] = []

  /// Reads the header by its version; nil when there is no readable one.
  init?(parsing octets: Span<UInt8>) {
    guard octets.count > 0 else { return nil }
    switch octets[0] >> 4 {
    case 4: self.init(ipv4: octets)
    case 6: self.init(ipv6: octets)
    default: return nil
    }
  }

  private init?(ipv4 octets: Span<UInt8>) {
    guard let header = IPv4Header(parsing: octets) else { return nil }
    let length = IPv4Header.claimedHeaderLength(of: octets)
    self.header = .ipv4(header)
    headerLength = max(20, length)
    claimedLength = header.totalLength == 0 ? nil : Int(header.totalLength)
    protocolNumber = header.protocolNumber
    isFragment = header.moreFragments || header.fragmentOffset > 0
    reachesTransport = length >= 20 && header.fragmentOffset == 0
    destinationIsFinal = !IPv4Option.hasRouteLeft(in: header.options.span)
    if length < 20 { anomalies.append(.badLength) }
    if length >= 20, octets.count >= length,
      InternetChecksum.of(octets.extracting(..<length)) != 0
    {
      anomalies.append(.badHeaderChecksum)
    }
    if isFragment { anomalies.append(.fragment) }
  }

  private init?(ipv6 octets: Span<UInt8>) {
    var walk = IPv6ExtensionWalk(nextHeader: 0)
    guard let header = IPv6Header(parsing: octets, walk: &walk) else { return nil }
    self.header = .ipv6(header)
    headerLength = walk.end
    let isEmpty = header.payloadLength == 0 && header.nextHeader == 59
    claimedLength =
      header.payloadLength == 0 && !isEmpty ? nil : 40 + Int(header.payloadLength)
    protocolNumber = walk.protocolNumber
    isFragment = walk.isFragment
    reachesTransport = walk.isComplete && !walk.isLaterFragment
    destinationIsFinal = !walk.hasSegmentsLeft
    if isFragment { anomalies.append(.fragment) }
    if !walk.isComplete { anomalies.append(.extensionHeaders) }
  }
}
