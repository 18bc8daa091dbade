extension CapturedSegment {
  /// Reads a segment; nil where its header is cut off or its data offset is below 5.
  ///
  /// - Parameters:
  ///   - octets: what was captured of the segment.
  ///   - header: the network header before it.
  ///   - length: how long the segment was on the link, in octets.
  ///   - isVerifiable: whether all of it is there and its pseudo-header is known.
  init?(parsing octets: Span<UInt8>, header: DatagramHeader, length: Int, isVerifiable: Bool) {
    guard octets.count >= 20 else { return nil }
    let headerLength = Int(octets[12] >> 4) * 4
    guard headerLength >= 20, headerLength <= octets.count else { return nil }
    self.init(
      source: header.source, destination: header.destination, sourcePort: octets.uint16(at: 0),
      destinationPort: octets.uint16(at: 2), sequence: SequenceNumber(octets.uint32(at: 4)),
      acknowledgement: SequenceNumber(octets.uint32(at: 8)),
      flags: TCPFlags(rawValue: octets[13]), reserved: octets[12] & 0x0f,
      window: octets.uint16(at: 14), payloadLength: length - headerLength,
      payloadDigest: Self.digest(of: octets.extracting(headerLength...)),
      hopLimit: header.hopLimit, trafficClass: header.trafficClass,
      identification: header.identification, dontFragment: header.dontFragment)
    if headerLength > 20 { options = Options(parsing: octets.extracting(20..<headerLength)) }
    if isVerifiable, !flags.isDisjoint(with: [.syn, .fin, .reset]) {
      var checksum = InternetChecksum(
        source: source, destination: destination, protocolNumber: 6, length: octets.count)
      checksum.add(octets)
      hasBadChecksum = checksum.value != 0
    }
  }

  /// A digest of at most the first 64 octets of a payload: FNV-1a with steps of eight octets.
  ///
  /// 0 for no octets and for nothing else.
  static func digest(of payload: Span<UInt8>) -> UInt64 {
    let count = min(payload.count, 64)
    guard count > 0 else { return 0 }
    var digest: UInt64 = 0xcbf2_9ce4_8422_2325
    func step(_ word: UInt64) { digest = (digest ^ word) &* 0x0000_0100_0000_01b3 }
    var index = 0
    while index + 8 <= count {
      // A part of known length: one check for eight octets.
      step(payload.extracting(index..<(index + 8)).uint64(at: 0))
      index += 8
    }
    while index < count {
      step(UInt64(payload[index]))
      index += 1
    }
    // A shorter payload is not one with zeros behind it.
    step(UInt64(count))
    return max(digest, 1)
  }
}

extension CapturedSegment.Options {
  /// Reads an option area; of an option that is there twice, the first counts.
  init(parsing area: Span<UInt8>) {
    self.init()
    length = UInt8(truncatingIfNeeded: area.count)
    var walk = TCPOptionWalk()
    while let range = walk.next(in: area) {
      let start = range.lowerBound
      switch (area[start], range.count) {
      case (2, 4) where maximumSegmentSize == nil:
        maximumSegmentSize = area.uint16(at: start + 2)
      case (3, 3) where windowScale == nil:
        windowScale = area[start + 2]
      case (4, 2):
        permitsSelectiveAcknowledgement = true
      case (8, 10) where timestamps == nil:
        timestamps = CapturedSegment.Timestamps(
          value: area.uint32(at: start + 2), echo: area.uint32(at: start + 6))
      default: break
      }
    }
  }
}
