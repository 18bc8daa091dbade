/// The byte order of a section of a pcapng file.
///
/// draft-ietf-opsawg-pcapng, section 4.1.
enum BlockByteOrder {
  /// The least significant octet first.
  case little
  /// The most significant octet first.
  case big

  /// Reads the byte-order magic; nil where it is none.
  init?(magic octets: Span<UInt8>, at offset: Int) {
    switch Self.big.uint32(in: octets, at: offset) {
    case 0x1a2b_3c4d: self = .big
    case 0x4d3c_2b1a: self = .little
    default: return nil
    }
  }

  /// The 16 bits that begin at `offset`.
  func uint16(in octets: Span<UInt8>, at offset: Int) -> UInt16 {
    let value = UInt16(octets[offset]) << 8 | UInt16(octets[offset + 1])
    return self == .big ? value : value.byteSwapped
  }

  /// The 32 bits that begin at `offset`.
  func uint32(in octets: Span<UInt8>, at offset: Int) -> UInt32 {
    let value =
      UInt32(octets[offset]) << 24 | UInt32(octets[offset + 1]) << 16
      | UInt32(octets[offset + 2]) << 8 | UInt32(octets[offset + 3])
    return self == .big ? value : value.byteSwapped
  }

  /// The 32 bits that begin at `offset`, as a length or a number.
  func int(in octets: Span<UInt8>, at offset: Int) -> Int { Int(uint32(in: octets, at: offset)) }

  /// The 64 bits that begin at `offset`, with a sign.
  func int64(in octets: Span<UInt8>, at offset: Int) -> Int64 {
    let first = UInt64(uint32(in: octets, at: offset))
    let second = UInt64(uint32(in: octets, at: offset + 4))
    return Int64(bitPattern: self == .big ? first << 32 | second : second << 32 | first)
  }
}
