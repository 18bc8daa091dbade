/// Loads in network byte order. The caller has checked that the octets are there; a load behind
/// the end stops the program, it never reads other memory. In line, that check is the only one.
extension Span where Element == UInt8 {
  /// The 16 bits that begin at `offset`.
  @inline(__always)
  func uint16(at offset: Int) -> UInt16 {
    UInt16(self[offset]) << 8 | UInt16(self[offset + 1])
  }

  /// The 32 bits that begin at `offset`.
  @inline(__always)
  func uint32(at offset: Int) -> UInt32 {
    UInt32(uint16(at: offset)) << 16 | UInt32(uint16(at: offset + 2))
  }

  /// The 48 bits that begin at `offset`.
  @inline(__always)
  func uint48(at offset: Int) -> UInt64 {
    UInt64(uint16(at: offset)) << 32 | UInt64(uint32(at: offset + 2))
  }

  /// The 64 bits that begin at `offset`.
  @inline(__always)
  func uint64(at offset: Int) -> UInt64 {
    UInt64(uint32(at: offset)) << 32 | UInt64(uint32(at: offset + 4))
  }

  /// The 128 bits that begin at `offset`.
  @inline(__always)
  func uint128(at offset: Int) -> UInt128 {
    UInt128(uint64(at: offset)) << 64 | UInt128(uint64(at: offset + 8))
  }
}

/// Copies and stores in network byte order.
extension [UInt8] {
  /// Copies `octets`.
  init(copying octets: Span<UInt8>) {
    self.init()
    reserveCapacity(octets.count)
    for index in octets.indices { append(octets[index]) }
  }

  /// Appends the octets of a number, the most significant first.
  package mutating func append(bigEndian number: some FixedWidthInteger & UnsignedInteger) {
    var shift = number.bitWidth
    while shift > 0 {
      shift -= 8
      append(UInt8(truncatingIfNeeded: number >> shift))
    }
  }

  /// Overwrites two octets with a number, the most significant first.
  mutating func store(bigEndian number: UInt16, at offset: Int) {
    self[offset] = UInt8(number >> 8)
    self[offset + 1] = UInt8(truncatingIfNeeded: number)
  }

  /// Removes what is behind the first `length` octets.
  mutating func cut(to length: Int) {
    if count > length { removeLast(count - length) }
  }

  /// Appends zeros until the count is a multiple of `unit`.
  package mutating func pad(toMultipleOf unit: Int) {
    while count % unit != 0 { append(0) }
  }
}
