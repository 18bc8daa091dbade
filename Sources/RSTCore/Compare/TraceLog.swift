public import RSTWire

/// Two endpoints, whichever of them is named first.
struct FlowKey: Hashable, Sendable {
  private var low: Endpoint
  private var high: Endpoint

  init(_ one: Endpoint, _ other: Endpoint) {
    let isInOrder =
      one.port != other.port ? one.port < other.port : one.address.number <= other.address.number
    (low, high) = isInOrder ? (one, other) : (other, one)
  }
}

/// What one capture shows of all connections, kept for a comparison in bounded memory.
///
/// Connections begin and end here as in `ConnectionTable`, but none is given away.
public struct TraceLog: Sendable {
  /// How many connections are kept at most.
  public let capacity: Int
  /// How many connections came when there was no room for more.
  public private(set) var leftOut = 0
  /// How many connections are kept.
  public var connections: Int { traces.count }

  private(set) var traces: [ConnectionTrace] = []
  private(set) var coverage = Coverage()
  /// When each echo request or reply was captured first.
  private(set) var echoes: [Echo: Moment] = [:]
  private var current: [FlowKey: Int] = [:]
  private var kept = 0

  /// What an echo request or reply keeps on its way.
  struct Echo: Hashable, Sendable {
    var source: IPAddress
    var destination: IPAddress
    var type: UInt8
    var identifier: UInt16
    var sequence: UInt16
  }

  /// How many echoes are kept.
  private static let mostEchoes = 4_096
  /// How many segments are kept of all connections before each gets less room.
  static let room = 300_000

  /// Makes an empty log.
  ///
  /// - Parameter capacity: How many connections are kept at most: 16 or more.
  public init(capacity: Int) { self.capacity = max(capacity, 16) }

  /// Takes note that a frame of any kind was captured: the capture ran then.
  public mutating func sawFrame(at moment: Moment) { coverage.ran(at: moment.bounded) }

  /// Takes an ICMP message: its sender is heard here, and an echo tells the clocks and the places apart
  /// where no connection does.
  public mutating func take(_ packet: Packet, at moment: Moment) {
    guard let message = packet.icmp else { return }
    let source = packet.network.source
    coverage.heard(source, hopLimit: packet.network.hopLimit)
    guard case .echo(let identifier, let sequence, _) = message.body,
      echoes.count < Self.mostEchoes
    else { return }
    let echo = Echo(
      source: source, destination: packet.network.destination, type: message.type,
      identifier: identifier, sequence: sequence)
    if echoes[echo] == nil { echoes[echo] = moment.bounded }
  }

  /// Takes a segment.
  ///
  /// - Parameters:
  ///   - segment: The segment.
  ///   - frame: Its frame's number, from 1.
  ///   - moment: When it was captured.
  public mutating func take(_ segment: CapturedSegment, frame: Int, at moment: Moment) {
    let moment = moment.bounded
    coverage.ran(at: moment)
    // A reset may be forged: that it is heard says nothing of how far away its sender is.
    coverage.heard(
      segment.source, hopLimit: segment.flags.contains(.reset) ? 0 : segment.hopLimit)
    let (source, destination) = segment.ends
    let key = FlowKey(source, destination)
    var place = current[key]
    if let known = place, isOver(traces[known], before: segment, from: source, at: moment) {
      place = nil
    }
    guard let index = place ?? add(key, segment, source, destination, frame, moment) else { return }
    kept += traces[index].take(segment, frame: frame, at: moment, isScarce: kept >= Self.room)
  }

  private func isOver(
    _ trace: ConnectionTrace, before segment: CapturedSegment, from source: Endpoint,
    at moment: Moment
  ) -> Bool {
    let isIdle = moment - trace.lastMoment > ConnectionTable.linger
    let hasEnded = trace.isClosed || trace.resets > 0
    if hasEnded, isIdle { return true }
    guard segment.flags.contains(.syn), segment.flags.isDisjoint(with: [.acknowledgement, .reset]),
      source == trace.client, let opening = trace.openings.client,
      opening.segment.sequence != segment.sequence
    else { return false }
    return hasEnded || isIdle
  }

  private mutating func add(
    _ key: FlowKey, _ segment: CapturedSegment, _ source: Endpoint, _ destination: Endpoint,
    _ frame: Int, _ moment: Moment
  ) -> Int? {
    guard traces.count < capacity else {
      if segment.flags.contains(.syn), !segment.flags.contains(.acknowledgement) { leftOut += 1 }
      current[key] = nil
      return nil
    }
    let isServers =
      segment.flags.isSuperset(of: [.syn, .acknowledgement])
      || !segment.flags.contains(.syn) && source.port < destination.port
    traces.append(
      ConnectionTrace(
        client: isServers ? destination : source, server: isServers ? source : destination,
        firstFrame: frame, at: moment))
    current[key] = traces.count - 1
    return traces.count - 1
  }
}

extension Moment {
  /// A file may claim any time; differences of these can be told.
  fileprivate var bounded: Self { Self(nanoseconds: min(max(nanoseconds, -1 << 62), 1 << 62 - 1)) }
}
