internal import RSTWire

/// Joins the parts of sweeps, and the same targets seen from several places.
///
/// It keeps one bit for each target of a sweep, and one small record for each target that was read.
public struct SweepJoin: Sendable {
  /// What a line is among those before it.
  public enum Kind: Hashable, Sendable {
    /// The first of its place in a sweep, or from its source.
    case new
    /// One that was there before.
    case repeated
    /// A sweep so large, or so many sweeps, that no more is kept.
    case refused
  }

  /// One sweep: all its parts, wherever they were sent from.
  public struct Part: Hashable, Sendable {
    /// The name of the sweep: what it asks, and in which order.
    public var sweep: String
    /// How many targets it has.
    public var targets: UInt64
    /// How many of them were read.
    public var known: UInt64
    /// How many lines were there twice.
    public var repeated = 0
    /// The first places that are missing, as ranges; at most `SweepJoin.mostGaps`.
    public var gaps: [Range<UInt64>] = []
    /// Parts of N of which no line was read, where lines name their part.
    public var missingShards: [String] = []

    /// How many targets are missing.
    public var missing: UInt64 { targets - known }
  }

  /// A target that is not the same from everywhere.
  public struct Difference: Hashable, Sendable {
    /// The target.
    public var endpoint: Endpoint
    /// What is said of it, by the address that was sent from.
    public var views: [View]
  }

  /// What is said of a target from one place.
  public struct View: Hashable, Sendable {
    /// The address that was sent from.
    public var source: String
    /// The state.
    public var port: PortState
    /// Who said so.
    public var responder: Responder
  }

  private struct Record: Sendable {
    var part: Part
    var places: BitField
    var shards: Set<String> = []
  }

  /// What is said from each place, packed.
  private struct Sight: Hashable, Sendable {
    var source: UInt16
    var port: UInt8
    var responder: UInt8
  }

  private var records: [String: Record] = [:]
  private var order: [String] = []
  private var sources: [String] = []
  private var numbers: [String: UInt16] = [:]
  /// How many more targets there is room for.
  private var room: UInt64
  private var sights: [Endpoint: [Sight]] = [:]

  /// How many sweeps, how many gaps of each, and how many addresses that were sent from are kept at
  /// most.
  public static let (mostParts, mostGaps, mostSources) = (4096, 16, 4096)
  /// The most targets of all sweeps together whose lines are joined: 512 MiB of bits.
  public static let largest = UInt64(1) << 32

  /// Makes a join of nothing, with room for so many targets of all sweeps together.
  public init(room: UInt64 = Self.largest) { self.room = room }

  /// Takes a line.
  public mutating func add(
    _ endpoint: Endpoint, _ port: PortState, _ responder: Responder, source: String,
    sweep: String, shard: String, place: UInt64, targets: UInt64
  ) -> Kind {
    if records[sweep] == nil {
      guard records.count < Self.mostParts, targets <= room else { return .refused }
      room -= targets
      records[sweep] = Record(
        part: Part(sweep: sweep, targets: targets, known: 0), places: BitField(size: targets))
      order.append(sweep)
    }
    guard records[sweep]?.part.targets == targets, place < targets else { return .refused }
    guard let number = number(of: source) else { return .refused }
    let isFirst = records[sweep]?.places.insert(place) ?? false
    // A second view of the same place is a repetition only from the same source.
    if !isFirst, sights[endpoint]?.contains(where: { $0.source == number }) ?? false {
      records[sweep]?.part.repeated += 1
      return .repeated
    }
    if isFirst { records[sweep]?.part.known += 1 }
    records[sweep]?.shards.insert(shard)
    see(endpoint, port, responder, number)
    return .new
  }

  /// The number of an address that was sent from; nil where there are too many.
  private mutating func number(of source: String) -> UInt16? {
    if let number = numbers[source] { return number }
    guard sources.count < Self.mostSources else { return nil }
    let number = UInt16(sources.count)
    numbers[source] = number
    sources.append(source)
    return number
  }

  private mutating func see(
    _ endpoint: Endpoint, _ port: PortState, _ responder: Responder, _ source: UInt16
  ) {
    let sight = Sight(
      source: source, port: UInt8(PortState.allCases.firstIndex(of: port) ?? 0),
      responder: UInt8(Responder.allCases.firstIndex(of: responder) ?? 0))
    var known = sights[endpoint] ?? []
    // A later sweep from the same place replaces what an earlier one said.
    known.removeAll { $0.source == sight.source }
    known.append(sight)
    sights[endpoint] = known
  }

  /// The sweeps in the order in which they were met, with what is missing of each.
  public var parts: [Part] {
    order.compactMap { key in
      guard let record = records[key] else { return nil }
      var part = record.part
      part.gaps = Self.gaps(in: record.places)
      part.missingShards = part.missing > 0 ? Self.missing(among: record.shards) : []
      return part
    }
  }

  /// Targets that two places see differently, in the order of their addresses; what is inconclusive
  /// differs from nothing.
  public var differences: [Difference] {
    sights.compactMap { endpoint, sights -> Difference? in
      let views = sights.map {
        View(
          source: sources[Int($0.source)], port: PortState.allCases[Int($0.port)],
          responder: Responder.allCases[Int($0.responder)])
      }
      let conclusive = views.filter { $0.port != .inconclusive }
      let kinds = Set(conclusive.map { "\($0.port) \($0.responder)" })
      guard kinds.count > 1 else { return nil }
      return Difference(endpoint: endpoint, views: views.sorted { $0.source < $1.source })
    }.sorted {
      ($0.endpoint.address.number, $0.endpoint.port) < (
        $1.endpoint.address.number, $1.endpoint.port
      )
    }
  }

  private static func gaps(in places: BitField) -> [Range<UInt64>] {
    var gaps: [Range<UInt64>] = []
    let none = BitField(size: places.size)
    var place: UInt64 = 0
    while gaps.count < mostGaps,
      let start = places.nextClear(from: place, below: places.size, and: none)
    {
      let end = places.nextSet(from: start) ?? places.size
      gaps.append(start..<end)
      place = end
    }
    return gaps
  }

  /// The parts of N that no line names, where all lines agree on N.
  private static func missing(among texts: Set<String>) -> [String] {
    let shards = texts.compactMap { try? Shard(parsing: $0) }
    guard let count = shards.first?.count, count > 1, count <= 100_000,
      shards.allSatisfy({ $0.count == count })
    else { return [] }
    let known = Set(shards.map(\.index))
    return (0..<count).filter { !known.contains($0) }.map { "\($0 + 1)/\(count)" }
  }
}
