public import RSTWire

/// Addresses of one family without a gap.
public struct AddressRange: Hashable, Sendable {
  /// The family of all of them.
  public let family: AddressFamily
  /// The first and the last address as numbers, host order.
  public let bounds: ClosedRange<UInt128>

  /// Makes a range of addresses.
  ///
  /// - Parameters:
  ///   - family: The family.
  ///   - bounds: The first and the last one; below 2^32 for IPv4.
  public init(family: AddressFamily, bounds: ClosedRange<UInt128>) {
    self.family = family
    self.bounds = bounds
  }

  /// Makes the range of one address.
  public init(_ address: IPAddress) {
    self.init(family: address.family, bounds: address.number...address.number)
  }

  /// How many addresses there are; one less for all of IPv6, whose count has no number here.
  public var count: UInt128 {
    let (sum, isTooLarge) = (bounds.upperBound - bounds.lowerBound).addingReportingOverflow(1)
    return isTooLarge ? .max : sum
  }

  /// The address at a place, counted from 0.
  @inline(__always)
  public func address(at offset: UInt128) -> IPAddress {
    IPAddress(family: family, number: bounds.lowerBound + offset)
  }

  /// Every address, in order; ask `count` first.
  var addresses: [IPAddress] { bounds.map { IPAddress(family: family, number: $0) } }

  /// Whether an address is one of them.
  public func contains(_ address: IPAddress) -> Bool {
    address.family == family && bounds.contains(address.number)
  }
}

extension AddressRange {
  /// Sorts ranges, and joins those that overlap or touch: each address is left once.
  static func joined(_ ranges: [Self]) -> [Self] {
    var result: [Self] = []
    let sorted = ranges.sorted {
      $0.family == $1.family
        ? $0.bounds.lowerBound < $1.bounds.lowerBound : $0.family == .ipv4
    }
    for range in sorted {
      if let last = result.last, last.family == range.family,
        last.bounds.upperBound == .max
          || range.bounds.lowerBound <= last.bounds.upperBound + 1
      {
        let upper = max(last.bounds.upperBound, range.bounds.upperBound)
        result[result.count - 1] = Self(
          family: last.family, bounds: last.bounds.lowerBound...upper)
      } else {
        result.append(range)
      }
    }
    return result
  }

  /// What is left of ranges without others.
  static func subtracting(_ excluded: [Self], from ranges: [Self]) -> [Self] {
    let holes = joined(excluded)
    var result: [Self] = []
    for range in joined(ranges) {
      var start = range.bounds.lowerBound
      var isOver = false
      for hole in holes where hole.family == range.family && !isOver {
        guard hole.bounds.overlaps(start...range.bounds.upperBound) else { continue }
        if hole.bounds.lowerBound > start {
          result.append(Self(family: range.family, bounds: start...hole.bounds.lowerBound - 1))
        }
        isOver = hole.bounds.upperBound >= range.bounds.upperBound
        if !isOver { start = hole.bounds.upperBound + 1 }
      }
      if !isOver {
        result.append(Self(family: range.family, bounds: start...range.bounds.upperBound))
      }
    }
    return result
  }
}

extension AddressRange: CustomStringConvertible {
  /// One address, or the first and the last.
  public var description: String {
    let first = address(at: 0)
    guard bounds.lowerBound != bounds.upperBound else { return "\(first)" }
    return "\(first)-\(IPAddress(family: family, number: bounds.upperBound))"
  }
}

extension IPAddress {
  /// The address as a number, host order.
  @inline(__always)
  var number: UInt128 {
    switch self {
    case .v4(let address): UInt128(address.rawValue)
    case .v6(let address): address.rawValue
    }
  }

  /// The address of a number, of which IPv4 takes the low 32 bits.
  @inline(__always)
  init(family: AddressFamily, number: UInt128) {
    switch family {
    case .ipv4: self = .v4(IPv4Address(rawValue: UInt32(truncatingIfNeeded: number)))
    case .ipv6: self = .v6(IPv6Address(rawValue: number))
    }
  }
}
