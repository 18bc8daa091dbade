import RSTWire

/// What a prober and a witness at its target show together: of each reset that the prober got, whether
/// the host of the witness sent it.
///
/// No clocks need agree. That something was sent is shown by the segment; that it was not, only by a
/// whole record of a time in which it must have left.
public struct WitnessJoin: Hashable, Sendable {
  /// The resets that the prober got, in the order of its packets.
  public private(set) var resets: [WitnessedReset] = []
  /// The SYN ACKs that the prober got and the witness shows leaving: indexes of packets.
  public private(set) var sentSYNACKs: Set<Int> = []
  /// How many segments the record holds.
  public let segments: Int
  /// What keeps the record from being whole; nil for nothing.
  public let gap: WitnessLog.Gap?
  /// Whether the record tells why the kernel made resets.
  public let hasReasons: Bool

  /// Joins a run and a record.
  ///
  /// - Parameters:
  ///   - packets: Everything that the prober sent and got.
  ///   - log: What the witness recorded.
  public init(_ packets: [RecordedPacket], _ log: WitnessLog) {
    segments = log.segments.count
    gap = log.gap
    hasReasons = log.head.recordsReasons
    var judge = WitnessJudge(packets, log)
    resets = judge.resets()
    sentSYNACKs = judge.sentSYNACKs
  }

  /// What the witness shows of one of the packets; nil where that is no reset that the prober got.
  public func origin(of packet: Int) -> WitnessedReset.Origin? {
    resets.first { $0.packet == packet }?.origin
  }
}

/// Pairs both sides with the matcher of captures, and judges what is left of the resets.
struct WitnessJudge {
  private let packets: [RecordedPacket]
  private let log: WitnessLog
  private let record: WitnessRecord
  private let pairing: TracePairing
  private let walk: ComparisonWalk
  private var clock = ClockOffset()
  private var path = PathKeeping()
  private(set) var sentSYNACKs: Set<Int> = []
  /// When each connection of the prober began.
  private var begun: [FlowKey: Moment] = [:]
  private var isUsed: Set<Int> = []

  /// By how much two clocks that go on by themselves may drift apart: adjtimex(2) allows 500 parts in
  /// a million, and either way.
  private static let drift = 1_000.0 / 1_000_000

  init(_ packets: [RecordedPacket], _ log: WitnessLog) {
    self.packets = packets
    self.log = log
    record = WitnessRecord(log)
    let logs = PerPoint(Self.traces(packets), record.traces)
    pairing = TracePairing(logs)
    walk = ComparisonWalk(logs, pairing)
    for trace in logs.first.traces {
      guard let first = trace.segments.first else { continue }
      begun[trace.flow] = min(begun[trace.flow] ?? first.moment, first.moment)
    }
    var (clock, path, accepted) = (clock, path, sentSYNACKs)
    walk.forEach { compared in
      guard compared.basis != nil, !compared.translation.isRedrawn else { return }
      for passage in compared.pairing.passages where passage.isCertain {
        let isOurs = packets[passage.first.frame - 1].direction == .sent
        // Whoever does not see what the host sends proves nothing of it.
        guard isOurs || log.segments[passage.second.frame - 1].direction == .sent else { continue }
        clock.add(passage, from: isOurs ? .first : .second)
        guard !isOurs else { continue }
        path.learn(passage)
        if passage.first.isSYNACK { accepted.insert(passage.first.frame - 1) }
      }
    }
    (self.clock, self.path, sentSYNACKs) = (clock, path, accepted)
  }

  private static func traces(_ packets: [RecordedPacket]) -> TraceLog {
    var traces = TraceLog(capacity: packets.count)
    for record in packets {
      guard let segment = CapturedSegment(record.packet) else { continue }
      traces.take(segment, frame: record.index + 1, at: record.moment)
    }
    return traces
  }

  /// What is said of each reset that the prober got.
  mutating func resets() -> [WitnessedReset] {
    var connections: [FlowKey: [ComparedConnection]] = [:]
    walk.forEach { connections[$0.traces.first.flow, default: []].append($0) }
    var resets: [WitnessedReset] = []
    for record in packets where record.direction == .received {
      guard let segment = CapturedSegment(record.packet), segment.flags.contains(.reset) else {
        continue
      }
      let (frame, source) = (record.index + 1, segment.from)
      // Of several between the same endpoints the last that had begun.
      let compared = connections[FlowKey(source, segment.to)]?
        .filter { $0.traces.first.firstFrame <= frame }
        .max { $0.traces.first.firstFrame < $1.traces.first.firstFrame }
      guard let compared else { continue }
      let reset = LoggedSegment(
        segment, frame: frame, at: record.moment,
        side: compared.traces.first.client == source ? .client : .server)
      resets.append(
        WitnessedReset(
          packet: record.index, origin: origin(of: reset, compared),
          isOfHost: compared.basis != nil))
    }
    return resets
  }

  private mutating func origin(
    of reset: LoggedSegment, _ compared: ComparedConnection
  ) -> WitnessedReset.Origin {
    let sent = sent(reset.side, compared)
    let alike = sent.filter {
      SegmentKey($0) == SegmentKey(reset)
        && clock.allows(first: reset.moment, second: $0.moment, from: .second)
    }
    let same = alike.filter { path.likeness(reset, $0) == .same }
    if let own = same.first(where: { !isUsed.contains($0.frame) }) {
      isUsed.insert(own.frame)
      let place = own.frame - 1
      return record.isForwarded(place) ? .passed : .sent(record.maker(at: place))
    }
    guard same.isEmpty else { return .unproven(.copies) }
    guard alike.allSatisfy({ path.likeness(reset, $0) == .different }) else {
      return .unproven(.differs)
    }
    if let doubt = doubt(of: reset, compared, sent) { return .unproven(doubt) }
    return .neverSent(hasArrived: compared.hasProvocationPassed(reset, at: .first))
  }

  /// The resets that the witness shows leaving on a connection, with the prober's numbers.
  private func sent(_ side: Side, _ compared: ComparedConnection) -> [LoggedSegment] {
    let trace = compared.basis == nil ? compared.traces.first : compared.traces.second
    let way = WitnessRecord.Way(
      source: trace.endpoint(of: side), destination: trace.endpoint(of: side.opposite))
    return (record.resets[way] ?? []).map {
      compared.translation.inFirst(record.reset(at: $0, side: side))
    }
  }

  /// What keeps it from being proven that a reset was not sent; nil for nothing.
  private func doubt(
    of reset: LoggedSegment, _ compared: ComparedConnection, _ sent: [LoggedSegment]
  ) -> WitnessedReset.Doubt? {
    if log.gap != nil || record.traces.leftOut > 0 { return .incomplete }
    guard let low = clock.low, let high = clock.high, !clock.isContradictory else {
      return .noPassage
    }
    // It cannot have left before its connection began, nor after it arrived.
    let earliest = (begun[compared.traces.first.flow] ?? reset.moment) + low
    let latest = reset.moment + high
    let slack = Duration.nanoseconds(
      Int64(Double((latest - log.head.started).nanoseconds.magnitude) * Self.drift))
    guard let tail = log.tail, log.head.started + slack <= earliest, latest + slack <= tail.ended
    else { return .notListening }
    guard compared.basis == nil else {
      // A reset of the host that nothing else of it explains may be this one with other numbers.
      let isKnown = compared.translation.offsets[reset.side] != nil
      let isShown = compared.pairing.passages.contains { $0.first.side == reset.side }
      return isKnown && (isShown || sent.isEmpty) ? nil : .numbersChanged
    }
    if let port = log.head.port, compared.traces.first.endpoint(of: reset.side).port != port {
      return .anotherPort
    }
    // The same endpoints and nothing that is in both: somebody changes what passes.
    return pairing.flows.second[compared.traces.first.flow] == nil ? nil : .numbersChanged
  }
}
