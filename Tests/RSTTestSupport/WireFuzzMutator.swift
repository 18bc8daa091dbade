internal import RSTWire

/// Makes frames that are nearly right: valid ones with a few changes where they hurt.
struct WireFuzzMutator {
  /// A frame as a capture would hand it over.
  struct Frame: CustomStringConvertible {
    var link: LinkType
    var octets: [UInt8]
    /// Where the network header begins.
    var network: Int
    var originalLength = 0

    var description: String {
      "\(link) of \(originalLength) octets: "
        + octets.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
  }

  private let frames = WireFuzzMutator.corpus()

  /// The next input.
  mutating func frame(using generator: inout SeededGenerator) -> Frame {
    var dice = generator.next()
    func roll(_ sides: UInt64) -> Int {
      let face = Int(dice % sides)
      dice /= sides
      return face
    }
    let chosen = frames[roll(UInt64(frames.count))]
    var frame = chosen
    if roll(10) == 0 {
      let link = LinkType.allCases[roll(UInt64(LinkType.allCases.count))]
      frame = Frame(link: link, octets: Self.noise(roll(128), using: &generator), network: 0)
      // Half of the noise gets past the first gate.
      if roll(2) == 0, !frame.octets.isEmpty {
        frame.link = .raw
        frame.octets[0] = roll(2) == 0 ? 0x40 | UInt8(roll(16)) : 0x60
      }
    } else {
      for _ in 0..<roll(5) { Self.mutate(&frame, other: chosen, using: &generator) }
    }
    switch roll(8) {
    case 0: frame.originalLength = frame.octets.count + roll(64)
    case 1: frame.originalLength = roll(96) - 16
    case 2: frame.originalLength = max(chosen.octets.count, frame.octets.count)
    default: frame.originalLength = frame.octets.count
    }
    return frame
  }

  private static func noise(_ count: Int, using generator: inout SeededGenerator) -> [UInt8] {
    var octets: [UInt8] = []
    while octets.count < count {
      let word = generator.next()
      for shift in stride(from: 0, to: 64, by: 8) {
        octets.append(UInt8(truncatingIfNeeded: word >> shift))
      }
    }
    return Array(octets.prefix(count))
  }

  private static let telling: [UInt8] = [
    0, 1, 2, 3, 4, 5, 6, 8, 10, 15, 16, 19, 40, 41, 43, 44, 51, 58, 60, 0x45, 0x4f, 0x50, 0x60,
    0x7f, 0x80, 0xf0, 0xfe, 0xff,
  ]

  /// Offsets from the network header of lengths, types and offsets in headers of either family.
  private static let tender: [Int] = [
    0, 2, 3, 4, 5, 6, 7, 9, 20, 21, 22, 24, 25, 28, 30, 31, 32, 33, 34, 37, 40, 41, 42, 43, 44, 45,
    48, 49, 50, 52, 53, 54, 56, 60, 61, 62, 63, 64, 68, 80, 88, 92, 100,
  ]

  private static func mutate(
    _ frame: inout Frame, other: Frame, using generator: inout SeededGenerator
  ) {
    var dice = generator.next()
    func roll(_ sides: Int) -> Int {
      let face = Int(dice % UInt64(max(sides, 1)))
      dice /= UInt64(max(sides, 1))
      return face
    }
    guard !frame.octets.isEmpty else { return }
    let kind = roll(10)
    let place = roll(frame.octets.count)
    let field = frame.network + tender[roll(tender.count)]
    switch kind {
    case 0: frame.octets[place] ^= 1 << UInt8(roll(8))
    case 1: frame.octets[place] = telling[roll(telling.count)]
    case 2, 3, 4:
      guard field < frame.octets.count else { return }
      frame.octets[field] = telling[roll(telling.count)]
    case 5:
      guard field < frame.octets.count else { return }
      frame.octets[field] = UInt8(roll(256))
    case 6: frame.octets.removeLast(roll(frame.octets.count))
    case 7: frame.octets.append(contentsOf: repeatElement(UInt8(roll(256)), count: roll(64)))
    case 8:
      // A piece once more, or away.
      let end = min(frame.octets.count, place + 1 + roll(16))
      if roll(2) == 0 {
        frame.octets.removeSubrange(place..<end)
      } else {
        frame.octets.insert(contentsOf: Array(frame.octets[place..<end]), at: place)
      }
    default:
      let end = min(other.octets.count, place + 1 + roll(32))
      guard place < end else { return }
      frame.octets.replaceSubrange(
        place..<min(frame.octets.count, end), with: other.octets[place..<end])
    }
  }
}
