/// Where a sweep was interrupted, so that another process goes on from there.
///
/// It holds what was said of which targets, not the secret of the probes: answers that come after
/// the interrupt prove nothing to anybody, and their targets are asked again.
public struct SweepSnapshot: Hashable, Sendable {
  /// What the sweep asks, as a number.
  public var fingerprint: UInt64
  /// What its order follows from.
  public var seed: UInt64
  /// Which part it is.
  public var shard: Shard
  /// The first target that the first pass has not asked.
  public var cursor: UInt64
  let size: UInt64
  let hostCount: UInt64
  private(set) var done: BitField
  let flagged: BitField
  let hosts: BitField

  /// Why octets are no snapshot.
  public enum Refusal: Error, Hashable, Sendable {
    /// They are something else.
    case noSnapshot
    /// They are cut off or damaged.
    case damaged
  }

  static let magic: [UInt8] = Array("rstprobe sweep 1\n".utf8)

  /// The octets of the file.
  public func encoded() -> [UInt8] {
    var octets = Self.magic
    let numbers = [fingerprint, seed, shard.index, shard.count, cursor, size, hostCount]
    for number in numbers { octets.append(contentsOf: Self.octets(of: number)) }
    octets += done.octets + flagged.octets + hosts.octets
    var digest = SipHash(key: (0, 0))
    var place = Self.magic.count
    while place + 8 <= octets.count {
      digest.add(Self.number(in: octets[place..<(place + 8)]))
      place += 8
    }
    return octets + Self.octets(of: digest.value)
  }

  /// Reads the octets of a file.
  ///
  /// - Parameter octets: All of them.
  /// - Throws: `Refusal`.
  public init(parsing octets: [UInt8]) throws(Refusal) {
    guard octets.starts(with: Self.magic) else { throw .noSnapshot }
    let body = octets.dropFirst(Self.magic.count)
    guard body.count >= 64, body.count % 8 == 0 else { throw .damaged }
    var digest = SipHash(key: (0, 0))
    var words: [UInt64] = []
    var place = body.startIndex
    while place < body.endIndex - 8 {
      let word = Self.number(in: body[place..<(place + 8)])
      digest.add(word)
      if words.count < 7 { words.append(word) }
      place += 8
    }
    guard digest.value == Self.number(in: body[place...]) else { throw .damaged }
    guard let shard = Shard(part: words[2], of: words[3]), words[4] <= words[5],
      words[5] <= TargetSpace.limit, words[6] <= TargetSpace.limit
    else { throw .damaged }
    (fingerprint, seed, cursor, size, hostCount) = (
      words[0], words[1], words[4], words[5], words[6]
    )
    self.shard = shard
    let each = BitField.octetCount(of: size)
    let rest = body[(body.startIndex + 56)..<place]
    guard rest.count == 2 * each + BitField.octetCount(of: hostCount) else { throw .damaged }
    let first = rest.startIndex
    guard let done = BitField(size: size, octets: rest[first..<(first + each)]),
      let flagged = BitField(size: size, octets: rest[(first + each)..<(first + 2 * each)]),
      let hosts = BitField(size: hostCount, octets: rest[(first + 2 * each)...])
    else { throw .damaged }
    (self.done, self.flagged, self.hosts) = (done, flagged, hosts)
  }

  init(_ sweep: Sweep, seed: UInt64) {
    fingerprint = sweep.space.fingerprint
    self.seed = seed
    shard = sweep.shard
    size = sweep.size
    hostCount = sweep.space.hosts
    cursor = sweep.round.number == 0 ? min(sweep.round.cursor, sweep.size) : sweep.size
    (done, flagged, hosts) = (sweep.done, sweep.flagged, sweep.hosts)
    for place in sweep.held.places { done.remove(place) }
  }

  private static func octets(of number: UInt64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: number >> UInt64(8 * $0)) }
  }

  private static func number(in octets: ArraySlice<UInt8>) -> UInt64 {
    octets.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// Takes back what was said of targets, since nobody got to see it.
  ///
  /// - Parameter results: Results that could not be written.
  public mutating func withdraw(_ results: [SweepResult]) {
    for result in results {
      if let place = shard.part(result.place) { done.remove(place) }
    }
  }

  /// How many targets were said.
  public var said: UInt64 { done.count }
}

extension Sweep {
  /// Where the sweep stands.
  ///
  /// - Parameter seed: What its order follows from.
  /// - Returns: The place, without results that nobody has taken.
  public func snapshot(seed: UInt64) -> SweepSnapshot { SweepSnapshot(self, seed: seed) }

  /// Goes on from where another process stopped; false where the snapshot is of another sweep.
  public mutating func resume(_ snapshot: SweepSnapshot) -> Bool {
    guard snapshot.fingerprint == space.fingerprint, snapshot.shard == shard,
      snapshot.size == size, snapshot.hostCount == space.hosts
    else { return false }
    (done, flagged, hosts) = (snapshot.done, snapshot.flagged, snapshot.hosts)
    round.cursor = snapshot.cursor
    // The first pass of this process needs somebody to ask for proof that the path is open.
    var place: UInt64 = 0
    while let next = done.nextSet(from: place), place < size {
      let host = space.host(ofPair: permutation.number(at: shard.whole(next)))
      if hosts[host] { witnesses.add(next, host: host) }
      place = next + 1
    }
    return true
  }
}
