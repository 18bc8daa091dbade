public import RSTCore
public import RSTWire

/// What of a capture goes into a bundle: some connections of each cause, and their frames.
public struct CaptureSelection: Sendable {
  /// The connections, in the order of the file.
  public let connections: [ExplainedConnection]
  /// How many frames were wanted, and left out since there were too many.
  public private(set) var left = 0

  /// When connections were, by their ends in both orders: first frames and last moments.
  private var spans: [Ends: [(first: Int, last: Moment)]] = [:]
  /// Frames that evidence names: these are kept also where there are too many.
  private var deciding: Set<Int> = []
  private var kept = (frames: 0, octets: 0)

  /// How many resets are shown.
  public static let mostResets = 50
  /// How many frames are kept, and how many octets of them: they are held in memory.
  static let most = (frames: 50_000, octets: 32 << 20)

  private struct Ends: Hashable {
    var source: Endpoint
    var destination: Endpoint
  }

  /// Chooses: of each cause some, so that what is rare is not lost behind what is frequent.
  public init(_ explained: [ExplainedConnection]) {
    connections = Self.chosen(explained)
    for item in connections {
      let (client, server) = (item.connection.client, item.connection.server)
      let span = (first: item.connection.firstFrame, last: item.connection.lastMoment)
      spans[Ends(source: client, destination: server), default: []].append(span)
      spans[Ends(source: server, destination: client), default: []].append(span)
      deciding.formUnion(item.said.flatMap { $0.evidence.flatMap(\.packets) })
    }
  }

  /// Whether a frame belongs to one of the connections, and there is room for it.
  ///
  /// - Parameters:
  ///   - frame: What it holds.
  ///   - number: Its number, from 1.
  ///   - moment: When it was captured.
  ///   - octets: How many octets it has.
  /// - Returns: Whether it is kept; what is left out is counted.
  public mutating func wants(
    _ frame: CapturedFrame, number: Int, at moment: Moment, octets: Int
  ) -> Bool {
    let isDeciding = deciding.contains(number)
    guard isDeciding || isOfConnection(frame, number, moment) else { return false }
    let hasRoom = kept.frames < Self.most.frames && kept.octets + octets <= Self.most.octets
    guard isDeciding || hasRoom else {
      left += 1
      return false
    }
    kept.frames += 1
    kept.octets += octets
    return true
  }

  private func isOfConnection(_ frame: CapturedFrame, _ number: Int, _ moment: Moment) -> Bool {
    guard case .segment(let segment, _) = frame else { return false }
    let ends = Ends(
      source: Endpoint(address: segment.source, port: segment.sourcePort),
      destination: Endpoint(address: segment.destination, port: segment.destinationPort))
    return spans[ends]?.contains { number >= $0.first && moment <= $0.last } ?? false
  }

  /// Cause by cause in turn, the first connections of each, until there are enough resets.
  private static func chosen(_ explained: [ExplainedConnection]) -> [ExplainedConnection] {
    let ordered = explained.sorted { $0.connection.firstFrame < $1.connection.firstFrame }
    var turns: [String: Int] = [:]
    let ranked = ordered.map { connection in
      let cause = connection.said.first?.code.rawValue ?? ""
      turns[cause, default: 0] += 1
      return (turn: turns[cause] ?? 0, connection: connection)
    }
    var resets = 0
    var chosen: [ExplainedConnection] = []
    for (_, connection) in ranked.sorted(by: { $0.turn < $1.turn }) {
      guard resets < mostResets else { break }
      chosen.append(connection)
      resets += max(connection.resets.count, 1)
    }
    return chosen.sorted { $0.connection.firstFrame < $1.connection.firstFrame }
  }
}
