import RSTWire

/// Which connection of one capture is which of the other.
///
/// By the endpoints first; then, across address translation, by the numbers that both sides chose; then,
/// across proxies that choose new ones, by what is said.
struct TracePairing {
  /// What shows that two traces are of one connection.
  enum Basis: String, Hashable, Sendable, CaseIterable {
    case endpoints
    case sequenceNumbers = "sequence-numbers"
    case payload
  }

  struct Pair {
    /// Places in the two logs.
    var first: Int
    var second: Int
    var basis: Basis
    /// Whether the sides of the second trace have to be exchanged.
    var isTurned = false
  }

  private(set) var pairs: [Pair] = []
  private(set) var single = PerPoint<[Int]>([], [])
  /// All traces between the same endpoints, by capture.
  private(set) var flows: PerPoint<[FlowKey: [Int]]>

  private let logs: PerPoint<TraceLog>
  private var isTaken: [Bool]

  /// How many candidates are looked at for one trace, whatever a capture holds.
  private static let mostCandidates = 32
  /// Shorter payloads are too much alike.
  private static let leastPayload = 16

  init(_ logs: PerPoint<TraceLog>) {
    self.logs = logs
    isTaken = Array(repeating: false, count: logs.second.traces.count)
    flows = PerPoint(Self.flows(logs.first), Self.flows(logs.second))
    var left = Array(logs.first.traces.indices)
    left = pairByEndpoints(left) { mine, theirs in Self.share(mine, theirs) }
    left = pairByEndpoints(left) { mine, theirs in Self.mayBeRedrawn(mine, theirs) }
    left = pairByNumbers(left)
    left = pairByPayload(left)
    single = PerPoint(left, isTaken.indices.filter { !isTaken[$0] })
    pairs.sort { $0.first < $1.first }
  }

  private static func flows(_ log: TraceLog) -> [FlowKey: [Int]] {
    Dictionary(grouping: log.traces.indices) { log.traces[$0].flow }
  }

  private mutating func take(_ first: Int, _ second: Int, _ basis: Basis) {
    let isTurned =
      basis == .endpoints && logs.first.traces[first].client != logs.second.traces[second].client
    isTaken[second] = true
    pairs.append(Pair(first: first, second: second, basis: basis, isTurned: isTurned))
  }

  private mutating func pairByEndpoints(
    _ left: [Int], _ fits: (ConnectionTrace, ConnectionTrace) -> Bool
  ) -> [Int] {
    left.filter { place in
      let mine = logs.first.traces[place]
      let candidates = untaken(mine.flow)
      guard
        let found = candidates.first(where: { candidate in
          let theirs = logs.second.traces[candidate]
          return fits(mine, theirs.client == mine.client ? theirs : theirs.turned())
        })
      else { return true }
      take(place, found, .endpoints)
      return false
    }
  }

  /// The first traces between two endpoints that belong to none yet.
  private func untaken(_ flow: FlowKey) -> [Int] {
    var found: [Int] = []
    for place in flows.second[flow] ?? [] where !isTaken[place] {
      found.append(place)
      if found.count >= Self.mostCandidates { break }
    }
    return found
  }

  /// Whether any segment of the beginning is in both.
  private static func share(_ mine: ConnectionTrace, _ theirs: ConnectionTrace) -> Bool {
    if let one = mine.openings.client, let other = theirs.openings.client,
      one.segment.sequence == other.segment.sequence
    {
      return true
    }
    let keys = Set(theirs.segments.map(SegmentKey.init))
    return mine.segments.contains { keys.contains(SegmentKey($0)) }
  }

  /// Whether a device may have chosen other numbers: the SYNs agree in all else that a stack chooses.
  private static func mayBeRedrawn(_ mine: ConnectionTrace, _ theirs: ConnectionTrace) -> Bool {
    Side.allCases.contains { Translation.anchor(mine, theirs, side: $0) != nil }
  }

  private mutating func pairByNumbers(_ left: [Int]) -> [Int] {
    var byNumber: [SequenceNumber: [Int]] = [:]
    for (place, trace) in logs.second.traces.enumerated() where !isTaken[place] {
      guard let number = trace.openings.client?.segment.sequence else { continue }
      byNumber[number, default: []].append(place)
    }
    return left.filter { place in
      let mine = logs.first.traces[place]
      guard let opening = mine.openings.client,
        let found = (byNumber[opening.segment.sequence] ?? []).prefix(Self.mostCandidates)
          .first(where: { !isTaken[$0] && Self.agree(mine, logs.second.traces[$0]) })
      else { return true }
      take(place, found, .sequenceNumbers)
      return false
    }
  }

  /// Whether beside the client's number one thing more is the same, which chance would not make so.
  private static func agree(_ mine: ConnectionTrace, _ theirs: ConnectionTrace) -> Bool {
    guard let one = mine.openings.client, let other = theirs.openings.client else { return false }
    if let mine = mine.openings.server, let theirs = theirs.openings.server {
      if mine.segment.sequence == theirs.segment.sequence { return true }
    }
    if let stamps = one.segment.timestamps, stamps == other.segment.timestamps { return true }
    if let own = one.segment.identification, own != 0, own == other.segment.identification {
      return true
    }
    return mine.server.port == theirs.server.port || mine.client.port == theirs.client.port
  }

  private mutating func pairByPayload(_ left: [Int]) -> [Int] {
    func said(_ trace: ConnectionTrace) -> UInt64? {
      trace.segments.first { $0.side == .client && $0.length >= Self.leastPayload }
        .flatMap { $0.payloadDigest == 0 ? nil : $0.payloadDigest }
    }
    var mine: [UInt64: [Int]] = [:]
    var theirs: [UInt64: [Int]] = [:]
    for place in left { said(logs.first.traces[place]).map { mine[$0, default: []].append(place) } }
    for (place, trace) in logs.second.traces.enumerated() where !isTaken[place] {
      said(trace).map { theirs[$0, default: []].append(place) }
    }
    // What several have said names none of them.
    return left.filter { place in
      guard let words = said(logs.first.traces[place]), mine[words]?.count == 1,
        let found = theirs[words], found.count == 1
      else { return true }
      take(place, found[0], .payload)
      return false
    }
  }
}

extension ConnectionTrace {
  var flow: FlowKey { FlowKey(client, server) }
}
