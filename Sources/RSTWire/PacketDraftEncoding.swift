extension PacketDraft {
  /// The octets of the whole datagram, with the lengths and checksums that belong to it.
  ///
  /// Payload beyond 65,535 octets in all is left out. Empty when the addresses are of two families.
  public func encoded() -> [UInt8] {
    guard let header = network else { return [] }
    let upper: [UInt8]
    let protocolNumber: UInt8
    switch content {
    case .segment(let segment):
      upper = segment.encoded(source: source, destination: destination)
      protocolNumber = 6
    case .echoRequest(let identifier, let sequence, let data):
      let isIPv4 = source.family == .ipv4
      let body = ICMPMessage.Body.echo(
        identifier: identifier, sequence: sequence, data: Array(data.prefix(65_467)))
      upper = ICMPMessage(type: isIPv4 ? 8 : 128, code: 0, body: body)
        .encoded(source: source, destination: destination)
      protocolNumber = isIPv4 ? 1 : 58
    }
    return header.carrying(protocolNumber: protocolNumber, length: upper.count).encoded() + upper
  }

  /// The header without lengths and checksum; nil when the addresses are of two families.
  private var network: NetworkHeader? {
    switch (source, destination) {
    case (.v4(let source), .v4(let destination)):
      .ipv4(
        IPv4Header(
          trafficClass: trafficClass, identification: identification, dontFragment: dontFragment,
          hopLimit: hopLimit, source: source, destination: destination, options: ipv4Options))
    case (.v6(let source), .v6(let destination)):
      .ipv6(
        IPv6Header(
          trafficClass: trafficClass, flowLabel: flowLabel, hopLimit: hopLimit, source: source,
          destination: destination))
    default: nil
    }
  }
}

extension SegmentDraft {
  /// The octets of the segment: header, options and payload, with the checksum as asked.
  ///
  /// Options that do not fit into 40 octets and payload beyond 65,415 octets are left out, so that
  /// the segment fits into any datagram.
  public func encoded(source: IPAddress, destination: IPAddress) -> [UInt8] {
    let header = TCPHeader(
      sourcePort: sourcePort, destinationPort: destinationPort, sequence: sequence,
      acknowledgement: acknowledgement, reserved: reserved, flags: flags, window: window,
      urgentPointer: urgentPointer, options: options)
    var octets = header.encodedSegment(
      payload: Array(payload.prefix(65_415)), source: source, destination: destination)
    if checksum == .corrupted {
      let right = octets.span.uint16(at: TCPHeader.checksumOffset)
      octets.store(bigEndian: Self.wrong(insteadOf: right), at: TCPHeader.checksumOffset)
    }
    return octets
  }

  /// A checksum that is neither the right one nor 0, which a reader might take for "none".
  ///
  /// 0 and 0xffff stand for the same sum: what is right is never changed into its twin.
  private static func wrong(insteadOf right: UInt16) -> UInt16 {
    right == 0xa5a5 ? 0x5a5a : right ^ 0xa5a5
  }
}
