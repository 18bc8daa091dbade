/// The octets of an input, taken from its beginning; what is no longer there is 0.
public struct Supply {
  private let octets: [UInt8]
  private var place = 0

  /// Takes an input.
  public init(_ octets: [UInt8]) { self.octets = octets }

  /// Whether everything was taken.
  public var isEmpty: Bool { place >= octets.count }

  /// The next octet.
  public mutating func octet() -> UInt8 {
    guard place < octets.count else { return 0 }
    defer { place += 1 }
    return octets[place]
  }

  /// The next two octets as a number, the most significant first.
  public mutating func uint16() -> UInt16 { UInt16(octet()) << 8 | UInt16(octet()) }

  /// So many of the next octets, or all that are left.
  public mutating func octets(atMost count: Int) -> [UInt8] {
    let end = min(octets.count, place + max(0, count))
    defer { place = end }
    return Array(octets[min(place, end)..<end])
  }

  /// All that is left.
  public mutating func rest() -> [UInt8] { octets(atMost: octets.count) }
}
