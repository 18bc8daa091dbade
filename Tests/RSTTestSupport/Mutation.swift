/// Damages datagrams where it hurts: flags, numbers, lengths, options, or anywhere.
public enum Mutation {
  /// Half of the datagrams as they are, the other half with one to four changes.
  public static func mutate(
    _ octets: [UInt8], using generator: inout SeededGenerator
  ) -> [UInt8] {
    var octets = octets
    guard octets.count >= 40, Bool.random(using: &generator) else { return octets }
    let header = octets[0] >> 4 == 4 ? Int(octets[0] & 15) * 4 : 40
    for _ in 0..<Int.random(in: 1...4, using: &generator) {
      // Sequence, acknowledgement, offset, flags and window of a segment; type and quote of ICMP.
      let tender =
        header + [0, 1, 4, 7, 8, 11, 12, 13, 14, 18, 28, 32, 40].shuffled(using: &generator)[0]
      let place =
        Bool.random(using: &generator)
        ? tender : Int.random(in: 0..<octets.count, using: &generator)
      guard octets.indices.contains(place) else { continue }
      switch Int.random(in: 0..<4, using: &generator) {
      case 0: octets[place] = UInt8.random(in: 0...255, using: &generator)
      case 1: octets[place] ^= 1 << UInt8.random(in: 0...7, using: &generator)
      case 2:
        octets[place] = [0, 1, 2, 4, 0x10, 0x12, 0x14, 0x50, 0xff].shuffled(using: &generator)[0]
      default: octets.removeLast(Int.random(in: 0..<octets.count / 2, using: &generator))
      }
    }
    return octets
  }
}
