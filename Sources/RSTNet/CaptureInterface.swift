internal import RSTWire

/// An interface as a pcapng file describes it.
///
/// draft-ietf-opsawg-pcapng, section 4.2.
struct CaptureInterface {
  /// The number of its link layer in the registry of link types.
  var number: Int32
  /// Its link layer; nil where rstprobe cannot read it.
  var linkType: LinkType?
  /// The most octets captured of a frame; 0 for no limit.
  var snapLength: Int
  /// What its times mean.
  var clock = CaptureClock()

  /// Reads an interface description block; nil where it contradicts itself.
  init?(parsing block: Span<UInt8>, order: BlockByteOrder) {
    guard block.count >= 20 else { return nil }
    number = Int32(order.uint16(in: block, at: 8))
    linkType = LinkType(dataLink: number)
    snapLength = order.int(in: block, at: 12)
    var index = 16
    let end = block.count - 4
    // Options of no interest are gone past; the list ends with option 0 or with the block.
    while index + 4 <= end {
      let code = order.uint16(in: block, at: index)
      let length = Int(order.uint16(in: block, at: index + 2))
      let value = index + 4
      guard code != 0 else { return }
      guard value + length <= end else { return nil }
      switch (code, length) {
      case (9, 1): clock.resolution = block[value]
      case (14, 8): clock.offset = order.int64(in: block, at: value)
      default: break
      }
      index = value + (length + 3) & ~3
    }
  }
}

/// What the times of an interface mean: options if_tsresol and if_tsoffset.
struct CaptureClock {
  /// The negative exponent of 10, or of 2 where the highest bit is set: by default microseconds.
  var resolution: UInt8 = 6
  /// What is added, in seconds.
  var offset: Int64 = 0

  /// Nanoseconds since 1970 of a time stamp, brought into the range that there is.
  func nanoseconds(of stamp: UInt64) -> Int64 {
    let exponent = Int(resolution & 0x7f)
    let nanoseconds: UInt128
    if resolution & 0x80 != 0 {
      nanoseconds = (UInt128(stamp) * 1_000_000_000) >> UInt128(exponent)
    } else if exponent <= 9 {
      // The usual case, in 64 bits where they are enough.
      let factor = Self.power(9 - exponent)
      let (product, isOverflow) = stamp.multipliedReportingOverflow(by: factor)
      if !isOverflow, offset == 0 { return Int64(clamping: product) }
      nanoseconds = UInt128(stamp) * UInt128(factor)
    } else {
      // 10^19 is the highest power in 64 bits, and more than any stamp is worth in nanoseconds.
      nanoseconds = exponent - 9 > 19 ? 0 : UInt128(stamp / Self.power(exponent - 9))
    }
    return Int64(clamping: Int128(nanoseconds) + Int128(offset) * 1_000_000_000)
  }

  /// A power of ten: 0...19.
  private static func power(_ exponent: Int) -> UInt64 {
    (0..<exponent).reduce(1) { product, _ in product * 10 }
  }
}
