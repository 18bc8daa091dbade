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
    guard let layer = LinkLayer(parsing: octets, type: link) else { return nil }
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
  private init?(parsing datagram: Span<UInt8>, originalLength: Int) {
    guard let reading = NetworkReading(parsing: datagram) else { return nil }
    let extent = Extent(of: reading, present: datagram.count, original: originalLength)
    let part = datagram.extracting(..<extent.end)
    self.init(
      network: reading.header, transport: .other(protocolNumber: reading.protocolNumber),
      anomalies: extent.anomalies, octets: Array(copying: part))
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

/// How far a datagram reaches, of the octets that are there.
private struct Extent {
  /// Where it ends, from its start: what is behind is padding of the link.
  var end: Int
  /// Whether all of it is there and its lengths agree.
  var isWhole: Bool
  /// What the lengths show to be odd.
  var anomalies: [Anomaly] = []

  init(of reading: NetworkReading, present: Int, original: Int) {
    let isPossible = reading.claimedLength.map { $0 >= reading.headerLength && $0 <= original }
    if isPossible != true { anomalies.append(.badLength) }
    // A length that does not even cover the header says nothing about the end.
    let claimed = reading.claimedLength ?? 0
    let length = claimed >= reading.headerLength ? min(claimed, original) : original
    if length > present { anomalies.append(.truncated) }
    end = min(length, present)
    isWhole = anomalies.isEmpty
  }
}
