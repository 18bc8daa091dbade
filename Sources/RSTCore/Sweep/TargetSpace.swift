public import RSTWire

/// Every pair of a host and a port that a sweep asks, each once, as numbers from 0.
///
/// Its memory grows with the ranges and ports that were written down, not with the addresses.
public struct TargetSpace: Sendable {
  /// The addresses, ascending, IPv4 first, without overlap.
  public let ranges: [AddressRange]
  /// The ports, ascending.
  public let ports: [UInt16]
  /// How many hosts there are.
  public let hosts: UInt64
  /// How many pairs there are.
  public let count: UInt64

  /// The number of the first host of each range.
  private let starts: [UInt64]

  /// No space may be larger: 2^40 pairs take years at any rate.
  public static let limit = UInt64(1) << 40

  /// Why there is no such space.
  public enum Refusal: Error, Hashable, Sendable {
    /// No address, or no port, is left.
    case empty
    /// There are more pairs than `limit`.
    case tooLarge
  }

  /// Makes a space.
  ///
  /// - Parameters:
  ///   - ranges: What is asked; it may overlap.
  ///   - excluded: What is not.
  ///   - ports: The ports.
  /// - Throws: `Refusal`.
  public init(
    _ ranges: [AddressRange], excluding excluded: [AddressRange] = [], ports: PortList
  ) throws(Refusal) {
    self.ranges = AddressRange.subtracting(excluded, from: ranges)
    self.ports = ports.ports
    var starts: [UInt64] = []
    var hosts: UInt64 = 0
    for range in self.ranges {
      starts.append(hosts)
      guard range.count <= UInt128(Self.limit) else { throw .tooLarge }
      hosts += UInt64(range.count)
      guard hosts <= Self.limit else { throw .tooLarge }
    }
    guard hosts > 0, !self.ports.isEmpty else { throw .empty }
    let (count, isTooLarge) = hosts.multipliedReportingOverflow(by: UInt64(self.ports.count))
    guard !isTooLarge, count <= Self.limit else { throw .tooLarge }
    self.starts = starts
    self.hosts = hosts
    self.count = count
  }

  /// The pair of a number below `count`.
  public subscript(number: UInt64) -> Endpoint {
    let (host, port) = number.quotientAndRemainder(dividingBy: UInt64(ports.count))
    let place = rangeIndex(ofHost: host)
    return Endpoint(
      address: ranges[place].address(at: UInt128(host - starts[place])), port: ports[Int(port)])
  }

  /// The number of a pair; nil where it is not part of the space.
  public func number(of address: IPAddress, port: UInt16) -> UInt64? {
    host(of: address).flatMap { number(ofHost: $0, port: port) }
  }

  /// The number of the pair of a host's number and a port; nil where the port is not asked.
  @inline(__always)
  func number(ofHost host: UInt64, port: UInt16) -> UInt64? {
    portIndex(port).map { host * UInt64(ports.count) + UInt64($0) }
  }

  /// The number of a host; nil where it is not part of the space.
  public func host(of address: IPAddress) -> UInt64? {
    guard let place = rangeIndex(of: address) else { return nil }
    return starts[place] + UInt64(address.number - ranges[place].bounds.lowerBound)
  }

  /// The place in `ranges` of the one that an address is in; nil where it is in none.
  public func rangeIndex(of address: IPAddress) -> Int? {
    let number = address.number
    let isLater = address.family == .ipv6
    var low = 0
    var high = ranges.count
    while low < high {
      let middle = (low + high) / 2
      let range = ranges[middle]
      let isBefore =
        range.family == address.family ? range.bounds.upperBound < number : isLater
      if isBefore { low = middle + 1 } else { high = middle }
    }
    return low < ranges.count && ranges[low].contains(address) ? low : nil
  }

  /// The number of the host of a pair's number.
  func host(ofPair number: UInt64) -> UInt64 { number / UInt64(ports.count) }

  /// The numbers of an aligned block: of addresses of one range, all ports of each, as a filter's rule
  /// has them; or, where even one address has more, of a part of its ports.
  ///
  /// - Parameters:
  ///   - number: A number of the block.
  ///   - size: How many numbers it has at most.
  /// - Returns: The numbers.
  func block(around number: UInt64, size: UInt64) -> Range<UInt64> {
    let ports = UInt64(ports.count)
    guard size >= ports else {
      let first = number / size * size
      return first..<min(first + size, count)
    }
    let place = rangeIndex(ofHost: number / ports)
    let range = ranges[place]
    let address = range.bounds.lowerBound + UInt128(number / ports - starts[place])
    let mask = UInt128(UInt64.max >> UInt64((size / ports).leadingZeroBitCount + 1))
    let low = max(address & ~mask, range.bounds.lowerBound) - range.bounds.lowerBound
    let high = min(address | mask, range.bounds.upperBound) - range.bounds.lowerBound
    return ((starts[place] + UInt64(low)) * ports)..<((starts[place] + UInt64(high) + 1) * ports)
  }

  /// Whether a port is among those that are asked.
  func asks(_ port: UInt16) -> Bool { portIndex(port) != nil }

  /// Whether addresses of a family are among those that are asked.
  public func has(_ family: AddressFamily) -> Bool { ranges.contains { $0.family == family } }

  private func rangeIndex(ofHost host: UInt64) -> Int {
    var low = 0
    var high = starts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= host { low = middle } else { high = middle }
    }
    return low
  }

  private func portIndex(_ port: UInt16) -> Int? {
    var low = 0
    var high = ports.count
    while low < high {
      let middle = (low + high) / 2
      if ports[middle] < port { low = middle + 1 } else { high = middle }
    }
    return low < ports.count && ports[low] == port ? low : nil
  }

  /// What tells this space from every other, for files that belong to it.
  public var fingerprint: UInt64 {
    var digest = SipHash(key: (0x7273_7470_726f_6265, 0x7461_7267_6574_7300))
    for range in ranges {
      digest.add(range.family == .ipv4 ? 4 : 6)
      digest.add(UInt64(truncatingIfNeeded: range.bounds.lowerBound >> 64))
      digest.add(UInt64(truncatingIfNeeded: range.bounds.lowerBound))
      digest.add(UInt64(truncatingIfNeeded: range.bounds.upperBound >> 64))
      digest.add(UInt64(truncatingIfNeeded: range.bounds.upperBound))
    }
    ports.forEach { digest.add(UInt64($0)) }
    return digest.value
  }
}
