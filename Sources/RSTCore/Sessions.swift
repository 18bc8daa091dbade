import RSTWire

/// What rules want to know of connections of our own: readings, and whose packets they were.
struct Sessions: Sendable {
  let results: SessionResults
  let matrix: MatrixReading
  let halfOpen: HalfOpenReading
  private let packets: [RecordedPacket]
  private let exchangesLost: Double
  /// The hop limits with which the host's own segments of these connections arrive.
  let hopLimits: Set<UInt8>

  /// Nil where no connection was opened.
  init?(_ seen: Observations) {
    guard let results = seen.sessions else { return nil }
    self.results = results
    matrix = MatrixReading(results)
    halfOpen = HalfOpenReading(results.halfOpen, proof: results.proof)
    packets = seen.packets
    exchangesLost = seen.lossRate
    // An old octet is acknowledged by whoever keeps the connection.
    let living =
      results.cells.filter { $0.liveness == .alive }.compactMap(\.livenessPacket)
      + results.holds.filter { $0.liveness == .alive }.compactMap(\.answer)
    hopLimits = Set(living.map { seen.packets[$0].packet.network.hopLimit })
  }

  /// A packet by its index.
  func packet(_ index: Int) -> RecordedPacket { packets[index] }

  /// Whether a packet came with a hop limit that the host's own segments never have.
  func isForeign(_ index: Int) -> Bool {
    !hopLimits.isEmpty && !hopLimits.contains(packets[index].packet.network.hopLimit)
  }

  /// The distance that the hop limit of a packet suggests.
  func distance(_ index: Int) -> Int {
    Distance.suggested(by: packets[index].packet.network.hopLimit)
  }

  /// Who sent a reset on a connection of ours, as far as the hop limit tells.
  func sender(of index: Int) -> Responder { isForeign(index) ? .networkDevice : .host }

  /// How often challenge ACKs came.
  var challengeRate: ChallengeRate? {
    ChallengeRate(results, lossRate: exchangesLost) { index in packets[index].moment }
  }

  /// The grades.
  var conformance: Conformance {
    // Where other connections share the ration, a challenge ACK that is missing says nothing.
    let isRationed =
      challengeRate.map { $0.isUsedUp || $0.isLimited && $0.scope != "connection" } ?? false
    return Conformance(matrix, isRationed: isRationed)
  }
}

extension Claim {
  /// Adds what a cell of the matrix shows.
  mutating func add(_ entry: MatrixReading.Entry, _ weight: Double, source: String) {
    let times = entry.observations.count
    add(
      entry.cell.rawValue, weight,
      "\(entry.cell.summary): \(entry.outcome.rawValue)\(times > 1 ? ", \(times) times" : "")",
      packets: entry.observations.prefix(2).flatMap(\.evidence), source: source)
  }
}
