extension Packet {
  /// Reads a captured frame; nil only when there is no readable IPv4 or IPv6 header.
  ///
  /// All else that is odd is an anomaly.
  ///
  /// - Parameters:
  ///   - link: what the frame begins with.
  ///   - octets: what was captured of the frame.
  ///   - originalLength: how long the frame was on the link, in octets.
  public init?(link: LinkType, octets: Span<UInt8>, originalLength: Int) {
    guard let layer = LinkLayer(parsing: octets, type: link), layer.carriesDatagram else {
      return nil
    }
    let original = max(originalLength, octets.count)
    self.init(
      parsing: octets.extracting(layer.length...), originalLength: original - layer.length)
    linkSource = layer.source
  }

  /// Reads a captured frame; without `originalLength` it was captured whole.
  public init?(link: LinkType, octets: [UInt8], originalLength: Int? = nil) {
    self.init(
      link: link, octets: octets.span, originalLength: originalLength ?? octets.count)
  }

  /// Reads a whole datagram, from its network header on.
  public init?(datagram: [UInt8]) {
    self.init(parsing: datagram.span, originalLength: datagram.count)
  }

  /// Reads what was captured of a datagram of which `originalLength` octets were on the link.
  init?(parsing datagram: Span<UInt8>, originalLength: Int) {
    guard let reading = NetworkReading(parsing: datagram) else { return nil }
    let extent = DatagramExtent(
      headerLength: reading.headerLength, claimedLength: reading.claimedLength,
      present: datagram.count, original: originalLength)
    let part = datagram.extracting(..<extent.end)
    self.init(
      network: reading.header, transport: .other(protocolNumber: reading.protocolNumber),
      octets: Array(copying: part))
    if !extent.isPossible { anomalies.append(.badLength) }
    if extent.isTruncated { anomalies.append(.truncated) }
    for anomaly in reading.anomalies where !anomalies.contains(anomaly) {
      anomalies.append(anomaly)
    }
    guard reading.reachesTransport, reading.headerLength <= extent.end else { return }
    let upper = part.extracting(reading.headerLength...)
    let isWhole = extent.isWhole && !reading.isFragment
    let isVerifiable = isWhole && reading.destinationIsFinal
    switch (network, reading.protocolNumber) {
    case (_, 6): readSegment(upper, isWhole: isWhole, isVerifiable: isVerifiable)
    case (.ipv4, 1), (.ipv6, 58):
      readMessage(upper, isWhole: isWhole, isVerifiable: isVerifiable)
    default: break
    }
  }

  private mutating func readSegment(_ octets: Span<UInt8>, isWhole: Bool, isVerifiable: Bool) {
    guard let header = TCPHeader(parsing: octets, anomalies: &anomalies) else {
      // A header that is cut off is not to blame for it, but an offset below 5 is wrong anyway.
      let isBelowMinimum = octets.count > 12 && octets[12] >> 4 < 5
      if isWhole || isBelowMinimum { anomalies.append(.badDataOffset) }
      return
    }
    let payload = octets.extracting((Int(header.dataOffset) * 4)...)
    transport = .tcp(header, payload: Array(copying: payload))
    guard isVerifiable else { return }
    var checksum = InternetChecksum(
      source: network.source, destination: network.destination, protocolNumber: 6,
      length: octets.count)
    checksum.add(octets)
    if checksum.value != 0 { anomalies.append(.badChecksum) }
  }

  private mutating func readMessage(_ octets: Span<UInt8>, isWhole: Bool, isVerifiable: Bool) {
    let family = network.source.family
    guard let message = ICMPMessage(parsing: octets, family: family) else {
      if isWhole { anomalies.append(.badLength) }
      return
    }
    transport = .icmp(message)
    let checksum = ICMPMessage.checksum(
      of: octets, source: network.source, destination: network.destination)
    if isVerifiable, checksum != 0 { anomalies.append(.badChecksum) }
  }
}
