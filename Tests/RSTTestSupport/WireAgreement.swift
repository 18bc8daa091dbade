public import RSTWire

/// The two ways to read a frame, `CapturedFrame` and `Packet`, must see the same.
public enum WireAgreement {
  /// What they see differently; nil where they agree.
  public static func difference(
    link: LinkType, octets: Span<UInt8>, originalLength: Int
  ) -> String? {
    let frame = CapturedFrame(link: link, octets: octets, originalLength: originalLength)
    var packet = Packet(link: link, octets: octets, originalLength: originalLength)
    packet?.linkSource = nil
    let isFragment = packet?.anomalies.contains(.fragment) == true
    switch frame {
    case .segment(let segment, let place):
      guard let inner = Packet(place, of: octets), let header = inner.tcp else {
        return "a segment that is none where it should be"
      }
      if packet?.tcp != nil, inner != packet { return "a segment in another place" }
      return difference(of: segment, from: inner, header)
    case .icmp(let place):
      guard let inner = Packet(place, of: octets) else { return "no datagram of a message" }
      if packet?.icmp != nil, inner != packet { return "a message in another place" }
      return inner.tcp == nil ? nil : "a segment for a message"
    case .fragment(let fragment):
      let isWithin =
        fragment.header.upperBound <= fragment.payload.lowerBound
        && fragment.payload.upperBound <= octets.count
        && fragment.payload.count <= fragment.payloadLength
      if !isWithin { return "a fragment that is not in the frame" }
      return isFragment || packet?.tcp == nil && packet?.icmp == nil
        ? nil : "a fragment that is whole"
    case .other, .unreadable:
      return isFragment || packet?.tcp == nil && packet?.icmp == nil ? nil : "nothing seen"
    }
  }

  private static func difference(
    of segment: CapturedSegment, from packet: Packet, _ header: TCPHeader
  ) -> String? {
    var expected = CapturedSegment(
      source: packet.network.source, destination: packet.network.destination,
      sourcePort: header.sourcePort, destinationPort: header.destinationPort,
      sequence: header.sequence, acknowledgement: header.acknowledgement, flags: header.flags,
      reserved: header.reserved, window: header.window, payloadLength: packet.payload.count,
      payloadDigest: segment.payloadDigest, hopLimit: packet.network.hopLimit,
      trafficClass: packet.network.trafficClass, identification: packet.network.identification,
      dontFragment: packet.network.dontFragment)
    expected.options.length = UInt8(Int(header.dataOffset) * 4 - 20)
    expected.options.maximumSegmentSize = header.maximumSegmentSize
    expected.options.windowScale = header.windowScale
    expected.options.permitsSelectiveAcknowledgement = header.options.contains(
      .selectiveAcknowledgementPermitted)
    expected.options.timestamps = header.timestamps.map {
      CapturedSegment.Timestamps(value: $0.value, echo: $0.echo)
    }
    let isJudged = !header.flags.isDisjoint(with: [.syn, .fin, .reset])
    expected.hasBadChecksum = isJudged && packet.anomalies.contains(.badChecksum)
    // What was not captured of a payload is known to the fast reader only.
    if packet.anomalies.contains(.truncated) {
      if segment.payloadLength < expected.payloadLength { return "a payload too short" }
      expected.payloadLength = segment.payloadLength
    }
    if (segment.payloadDigest == 0) != packet.payload.isEmpty { return "digest of nothing" }
    return segment == expected ? nil : "\(segment) for \(expected)"
  }
}
