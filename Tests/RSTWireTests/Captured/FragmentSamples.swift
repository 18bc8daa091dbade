import RSTTestSupport
import RSTWire

/// A segment of each family, and the frames of raw IP that its parts would make.
struct FragmentSamples {
  /// The whole datagram.
  let whole: [UInt8]
  private let family: AddressFamily
  private let identification: UInt16

  init(_ family: AddressFamily, payload count: Int = 400, identification: UInt16 = 0x1234) {
    self.family = family
    self.identification = identification
    let draft = SegmentDraft(
      sourcePort: 443, destinationPort: 40_000, sequence: SequenceNumber(7),
      flags: [.acknowledgement, .fin],
      payload: (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) })
    let network: NetworkHeader
    switch Samples.network(family) {
    case .ipv4(var header):
      header.identification = identification
      header.dontFragment = false
      network = .ipv4(header)
    case .ipv6(let header): network = .ipv6(header)
    }
    whole =
      Packet(
        network: network,
        tcp: TCPHeader(
          sourcePort: draft.sourcePort, destinationPort: draft.destinationPort,
          sequence: draft.sequence, flags: draft.flags), payload: draft.payload
      ).octets
  }

  /// Octets of the network header.
  var headerLength: Int { family == .ipv4 ? 20 : 40 }

  /// What is behind the network header.
  var payload: [UInt8] { Array(whole[headerLength...]) }

  /// The part with a range of what is behind the network header.
  func part(_ range: Range<Int>, hasMore: Bool? = nil) -> [UInt8] {
    part(
      offset: range.lowerBound, Array(payload[range]),
      hasMore: hasMore ?? (range.upperBound < payload.count))
  }

  /// A part with octets of one's own.
  func part(offset: Int, _ octets: [UInt8], hasMore: Bool) -> [UInt8] {
    var header = Array(whole[..<headerLength])
    let field = UInt16(offset) | (hasMore ? 1 : 0)
    if family == .ipv4 {
      let length = UInt16(20 + octets.count)
      let flags = UInt16(offset / 8) | (hasMore ? 0x2000 : 0)
      header.replaceSubrange(2..<4, with: [UInt8(length >> 8), UInt8(length & 0xff)])
      header.replaceSubrange(6..<8, with: [UInt8(flags >> 8), UInt8(flags & 0xff)])
      return header + octets
    }
    let length = UInt16(8 + octets.count)
    header.replaceSubrange(4..<6, with: [UInt8(length >> 8), UInt8(length & 0xff)])
    header[6] = 44
    let number: [UInt8] = [0, 0, UInt8(identification >> 8), UInt8(identification & 0xff)]
    return header + [6, 0, UInt8(field >> 8), UInt8(field & 0xff)] + number + octets
  }

  /// All parts, of at most `size` octets each: a multiple of 8.
  func parts(of size: Int) -> [[UInt8]] {
    stride(from: 0, to: payload.count, by: size).map {
      part($0..<min($0 + size, payload.count))
    }
  }
}
