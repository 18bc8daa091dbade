/// The parts of a datagram that were captured so far.
///
/// Where parts overlap, the octets that came first stay: what is judged must not depend on what
/// somebody sends later.
struct FragmentedDatagram {
  /// When the first of its parts was captured, in nanoseconds.
  let began: Int64
  /// What was taken of each part, in order and without overlaps.
  private var pieces: [Piece] = []
  /// The header of the part at offset 0, as it stands.
  private var header: [UInt8] = []
  private var protocolNumber: UInt8 = 0
  /// Octets of what it carries, known from its last part on.
  private var length: Int?

  /// More parts than a datagram of 64 KiB has with an MTU of 576 octets.
  static let pieceLimit = 128

  /// The most that a datagram can carry, in octets.
  static let lengthLimit = 65_535

  /// What was taken of a part.
  private struct Piece {
    var offset: Int
    /// Its octets on the link.
    var length: Int
    /// Its captured octets, which a snap length may have cut.
    var octets: [UInt8]

    var end: Int { offset + length }
  }

  init(began: Int64) { self.began = began }

  /// Takes a part; false where the datagram cannot come to anything any more.
  mutating func add(_ fragment: CapturedFragment, of octets: Span<UInt8>) -> Bool {
    let end = fragment.offset + fragment.payloadLength
    guard end <= Self.lengthLimit else { return false }
    if fragment.offset == 0, header.isEmpty {
      header = Array(copying: octets.extracting(fragment.header))
      protocolNumber = fragment.protocolNumber
    }
    if !fragment.hasMore, length == nil { length = end }
    fill(fragment.offset..<end, from: octets.extracting(fragment.payload))
    return pieces.count <= Self.pieceLimit
  }

  /// Puts octets where there are none yet.
  private mutating func fill(_ range: Range<Int>, from octets: Span<UInt8>) {
    var start = range.lowerBound
    var index = 0
    while start < range.upperBound {
      while index < pieces.count, pieces[index].end <= start { index += 1 }
      let gapEnd =
        index < pieces.count ? min(pieces[index].offset, range.upperBound) : range.upperBound
      if start < gapEnd {
        let first = min(start - range.lowerBound, octets.count)
        let last = min(gapEnd - range.lowerBound, octets.count)
        let piece = Piece(
          offset: start, length: gapEnd - start,
          octets: Array(copying: octets.extracting(first..<last)))
        pieces.insert(piece, at: index)
      }
      start = max(gapEnd, index < pieces.count ? pieces[index].end : gapEnd)
    }
  }

  /// The whole datagram; nil while parts are missing.
  func assembled() -> AssembledDatagram? {
    guard let length, !header.isEmpty else { return nil }
    var reached = 0
    for piece in pieces where piece.offset == reached { reached = piece.end }
    // The length field of IPv4 counts the header too.
    let isPossible = header[0] >> 4 == 6 || header.count + length <= Self.lengthLimit
    guard reached >= length, isPossible else { return nil }
    var datagram = header
    datagram.reserveCapacity(header.count + length)
    for piece in pieces where piece.offset < length {
      datagram.append(contentsOf: piece.octets.prefix(length - piece.offset))
      // Behind a hole that the snap length left, nothing is where it belongs.
      if piece.octets.count < piece.length { break }
    }
    Self.mend(&datagram, headerLength: header.count, length: length, protocolNumber)
    return AssembledDatagram(octets: datagram, originalLength: header.count + length)
  }

  /// Makes the header of a part that of the whole: RFC 791, section 3.2; RFC 8200, section 4.5.
  private static func mend(
    _ datagram: inout [UInt8], headerLength: Int, length: Int, _ protocolNumber: UInt8
  ) {
    guard datagram[0] >> 4 == 4 else {
      datagram.store(bigEndian: UInt16(truncatingIfNeeded: length), at: 4)
      datagram[6] = protocolNumber
      return
    }
    datagram.store(bigEndian: UInt16(truncatingIfNeeded: headerLength + length), at: 2)
    datagram[6] &= 0xc0
    datagram[7] = 0
    datagram.store(bigEndian: 0, at: 10)
    let checksum = InternetChecksum.of(datagram.span.extracting(..<headerLength))
    datagram.store(bigEndian: checksum, at: 10)
  }
}
