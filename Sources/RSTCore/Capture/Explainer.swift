public import RSTWire

/// Explains the resets of a capture, frame by frame, in bounded memory.
///
/// A reset is compared with what its host does on other connections, so that those with resets are
/// judged at the end, as far as there is room to keep them.
public struct Explainer: Sendable {
  /// Which connections are given out.
  public enum Selection: Hashable, Sendable {
    /// Those with a reset, or of which something else is to be said.
    case notable
    /// All of them.
    case all
  }

  /// How many connections there were.
  public var connections: Int { table.total }
  /// How many had to be judged before they were over, since there were too many at once.
  public var dropped: Int { table.dropped }
  /// How many resets there were in all.
  public private(set) var resets = 0
  /// How many segments.
  public private(set) var segments = 0
  /// The runs of rstprobe that were found, once everything is explained.
  public private(set) var runs: [RecordedRun] = []
  /// How many runs there was no room for.
  public var droppedRuns: Int { recorded.dropped }

  private var table: ConnectionTable
  private var hosts = HostTable()
  private var pending = PendingConnections()
  private var recorded = RecordedRuns()
  private var ended = Moment(nanoseconds: 0)
  private let selection: Selection
  private let comparison: Comparison?

  /// Makes an explainer.
  ///
  /// - Parameters:
  ///   - capacity: How many connections may be open at once.
  ///   - selection: Which are given out.
  ///   - comparison: What another capture shows of the same connections.
  public init(capacity: Int, selection: Selection = .notable, comparison: Comparison? = nil) {
    self.comparison = comparison
    table = ConnectionTable(capacity: capacity)
    self.selection = selection
  }

  /// Takes a segment.
  ///
  /// - Parameters:
  ///   - segment: The segment.
  ///   - frame: Its frame's number, from 1.
  ///   - moment: When it was captured.
  ///   - text: What it says in text, where it is a reset with octets.
  ///   - give: Gets what is explained by now.
  public mutating func take(
    _ segment: CapturedSegment, frame: Int, at moment: Moment, text: String? = nil,
    give: (ExplainedConnection) -> Void
  ) {
    segments += 1
    if segment.flags.contains(.reset) { resets += 1 }
    ended = max(ended, moment)
    var over: [CapturedConnection] = []
    table.take(segment, frame: frame, at: moment, text: text) { over.append($0) }
    for connection in over { settle(connection, give) }
  }

  /// Takes note which segments will be taken next, for speed; it is no matter if others come.
  ///
  /// - Parameters:
  ///   - count: How many.
  ///   - ends: Gives the ends of the segment of a number, from 0.
  public mutating func foresee(
    _ count: Int, _ ends: (Int) -> (source: Endpoint, destination: Endpoint)
  ) {
    table.forgetForeseen()
    for number in 0..<count { table.foresee(ends(number)) }
    table.lookAhead()
  }

  /// Takes a packet that was read whole: a segment that may belong to a run of rstprobe, to be taken as
  /// such besides, or an ICMP message, of which errors about TCP segments belong to connections.
  public mutating func take(_ packet: Packet, frame: Int, at moment: Moment) {
    ended = max(ended, moment)
    recorded.take(packet, frame: frame, at: moment)
    guard let message = packet.icmp, case .error(let quote) = message.body,
      let start = quote.segmentStart
    else { return }
    let family = packet.network.source.family
    let error = CapturedError(
      frame: frame, moment: moment, source: packet.network.source,
      isTimeExceeded: ICMPRefusal.isTimeExceeded(message, family: family),
      refusal: ICMPRefusal(message, family: family))
    table.take(
      error,
      from: Endpoint(address: quote.network.source, port: start.sourcePort),
      to: Endpoint(address: quote.network.destination, port: start.destinationPort))
  }

  /// Explains what is left.
  public mutating func finish(give: (ExplainedConnection) -> Void) {
    // The table is put aside, so that what it gives away needs no second place.
    var rest = ConnectionTable(capacity: 0)
    swap(&rest, &table)
    rest.finish { settle($0, give) }
    swap(&rest, &table)
    while let connection = pending.next() { explain(connection, give) }
    runs = recorded.finish(at: ended)
  }

  private mutating func settle(
    _ connection: CapturedConnection, _ give: (ExplainedConnection) -> Void
  ) {
    hosts.learn(connection)
    guard !connection.resets.isEmpty else { return explain(connection, give) }
    pending.append(connection)
    while pending.isOverfull, let oldest = pending.next() { explain(oldest, give) }
  }

  private func explain(_ connection: CapturedConnection, _ give: (ExplainedConnection) -> Void) {
    let explained = ExplainedConnection(
      connection, hosts: hosts, ended: ended, comparison: comparison)
    guard
      selection == .all || !explained.resets.isEmpty || !explained.findings.isEmpty
        || explained.comparison?.findings.isEmpty == false
    else { return }
    give(explained)
  }
}
