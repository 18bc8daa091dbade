import RSTWire

/// Which of two captures is nearer to whom.
///
/// Every router takes one from the hop limit. Where that was set anew on the way, time tells: the nearer a
/// capture is to the client, the longer the server's answer takes to come by.
struct Geometry: Sendable {
  /// By host: how often the first capture was nearer to it, less how often the second was.
  private var votes: [IPAddress: Int] = [:]
  /// Hosts whose segments come by a capture with a hop limit that no router has touched.
  private var neighbours = PerPoint<Set<IPAddress>>([], [])

  /// How many hosts are remembered.
  private static let mostHosts = 50_000
  /// What stacks begin with: old ones, Linux and BSD, Windows, network devices.
  private static let beginnings: Set<UInt8> = [32, 64, 128, 255]
  /// Shorter differences of time say nothing.
  private static let leastDifference = Duration.microseconds(20)

  /// Learns from the passages of a connection with these ends.
  mutating func learn(
    _ passages: [Passage], _ trace: ConnectionTrace, isRedrawn: Bool
  ) {
    guard votes.count < Self.mostHosts,
      let clientPoint = Self.clientPoint(passages, isRedrawn: isRedrawn)
    else { return }
    let vote = clientPoint == .first ? 1 : -1
    votes[trace.client.address, default: 0] += vote
    votes[trace.server.address, default: 0] -= vote
    for side in Side.allCases {
      let point = side == .client ? clientPoint : clientPoint.other
      let own = passages.filter { $0.first.side == side && !$0.first.isReset }
      if !own.isEmpty, own.allSatisfy({ Self.isUntouched($0[point]) }) {
        neighbours[point].insert(trace.endpoint(of: side).address)
      }
    }
  }

  /// Learns from the hop limits of whatever both captures hear of a host of which no connection told.
  mutating func learn(_ first: Coverage, _ second: Coverage) {
    for (address, hopLimit) in first.senders where votes[address] == nil {
      guard let other = second.senders[address], other != hopLimit, min(other, hopLimit) > 0 else {
        continue
      }
      votes[address] = hopLimit > other ? 1 : -1
    }
  }

  /// Which capture is nearer to a host; nil where nothing shows it.
  func nearer(to address: IPAddress) -> CapturePoint? {
    guard let vote = votes[address], vote != 0 else { return nil }
    return vote > 0 ? .first : .second
  }

  /// Which capture is nearer to the client of a connection.
  func clientPoint(_ passages: [Passage], _ trace: ConnectionTrace, isRedrawn: Bool)
    -> CapturePoint?
  {
    Self.clientPoint(passages, isRedrawn: isRedrawn)
      ?? nearer(to: trace.server.address)?.other ?? nearer(to: trace.client.address)
  }

  /// Whether a capture is on a host's own link.
  func isNeighbour(_ address: IPAddress, of point: CapturePoint) -> Bool {
    neighbours[point].contains(address)
  }

  /// Whether no router has counted down a segment.
  static func isUntouched(_ segment: LoggedSegment) -> Bool {
    beginnings.contains(segment.hopLimit)
  }

  private static func clientPoint(_ passages: [Passage], isRedrawn: Bool) -> CapturePoint? {
    var sums = PerSide(0, 0)
    for passage in passages where !passage.first.isReset {
      let difference = Int(passage.first.hopLimit) - Int(passage.second.hopLimit)
      sums[passage.first.side] += difference.signum()
    }
    // The first is nearer to the client where the client's hop limits fall from there to the second.
    let sum = sums.client.signum() - sums.server.signum()
    if sum != 0 { return sum > 0 ? .first : .second }
    guard !isRedrawn,
      let syn = passages.first(where: { $0.isCertain && $0.first.isSYN }),
      let synAck = passages.first(where: { $0.isCertain && $0.first.isSYNACK })
    else { return nil }
    let first = synAck.first.moment - syn.first.moment
    let second = synAck.second.moment - syn.second.moment
    guard first - second > leastDifference || second - first > leastDifference else { return nil }
    return first > second ? .first : .second
  }
}
