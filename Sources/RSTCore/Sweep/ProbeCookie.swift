internal import RSTWire

/// The numbers of a probe that follow from a secret, so that an answer proves which probe drew it,
/// and nothing has to be remembered of each.
///
/// The sequence number is a keyed hash of the endpoint and the attempt. The attempt itself is in the
/// source port: the distance of its slot from one that only the key tells. Whoever does not see our
/// probes has one chance in 2^32.
public struct ProbeCookie: Sendable {
  /// How many source ports there are.
  public let slots: Int

  private let key: (UInt64, UInt64)

  /// How many attempts one endpoint may get; the slots are as many at least.
  public static let attempts = 256

  /// Makes a cookie.
  ///
  /// - Parameters:
  ///   - key: 128 secret random bits.
  ///   - slots: How many source ports there are: `attempts` or more.
  public init(key: (UInt64, UInt64), slots: Int = Self.attempts) {
    precondition(slots >= Self.attempts, "a slot tells one attempt")
    self.key = key
    self.slots = slots
  }

  /// The numbers of one attempt.
  public struct Numbers: Hashable, Sendable {
    /// The place of its source port among those that are guarded.
    public var slot: Int
    /// Its sequence number.
    public var sequence: UInt32
    /// Its IPv4 identification, not 0.
    public var identification: UInt16
    /// Its DSCP in the upper six bits, never 0; the ECN bits are 0.
    public var trafficClass: UInt8
    /// Its IPv6 flow label, 20 bits.
    public var flowLabel: UInt32
  }

  /// The numbers of an attempt.
  ///
  /// - Parameters:
  ///   - endpoint: What is asked.
  ///   - attempt: 0..<256.
  /// - Returns: The numbers.
  @inline(__always)
  public func numbers(for endpoint: Endpoint, attempt: Int) -> Numbers {
    let secret = secret(of: endpoint)
    let mixed = Self.mix(secret, attempt)
    return Numbers(
      slot: wrapped(first(secret) + attempt), sequence: UInt32(truncatingIfNeeded: mixed >> 32),
      identification: UInt16(truncatingIfNeeded: mixed >> 16) | 1,
      trafficClass: Self.trafficClass(of: mixed),
      flowLabel: UInt32(truncatingIfNeeded: mixed) & 0xf_ffff)
  }

  /// Which attempt an answer proves to belong to; nil where it proves nothing.
  ///
  /// - Parameters:
  ///   - endpoint: Whose answer it claims to be.
  ///   - slot: The place of the port that it came to among those that are guarded.
  ///   - sequence: The sequence number that it shows to have seen.
  /// - Returns: The attempt and the numbers that it was sent with.
  @inline(__always)
  public func attempt(
    of endpoint: Endpoint, slot: Int, sequence: UInt32
  ) -> (attempt: Int, trafficClass: UInt8)? {
    guard (0..<slots).contains(slot) else { return nil }
    let secret = secret(of: endpoint)
    let attempt = wrapped(slot - first(secret) + slots)
    guard attempt < Self.attempts else { return nil }
    let mixed = Self.mix(secret, attempt)
    guard UInt32(truncatingIfNeeded: mixed >> 32) == sequence else { return nil }
    return (attempt, Self.trafficClass(of: mixed))
  }

  @inline(__always)
  private func secret(of endpoint: Endpoint) -> UInt64 {
    var hash = SipHash(key: key)
    switch endpoint.address {
    case .v4(let address):
      hash.add(UInt64(address.rawValue) << 16 | UInt64(endpoint.port))
    case .v6(let address):
      hash.add(UInt64(truncatingIfNeeded: address.rawValue >> 64))
      hash.add(UInt64(truncatingIfNeeded: address.rawValue))
      hash.add(UInt64(endpoint.port))
    }
    return hash.value
  }

  @inline(__always)
  private func first(_ secret: UInt64) -> Int { Int(secret & 0xffff) * slots >> 16 }

  /// The slot of a number below twice as many.
  @inline(__always)
  private func wrapped(_ number: Int) -> Int { number < slots ? number : number - slots }

  @inline(__always)
  private static func mix(_ secret: UInt64, _ attempt: Int) -> UInt64 {
    var mixed = secret &+ UInt64(attempt) &* 0x9e37_79b9_7f4a_7c15
    mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
    return mixed ^ mixed >> 31
  }

  /// CS1 to CS4, so that a copy is recognised and no path takes it for its own control traffic.
  @inline(__always)
  private static func trafficClass(of mixed: UInt64) -> UInt8 {
    UInt8(1 + (mixed & 3)) << 5
  }
}
