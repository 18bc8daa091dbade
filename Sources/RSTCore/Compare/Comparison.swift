import RSTWire

/// Two captures of the same traffic, compared: which connections both hold, what passed, what was lost,
/// what was made between, and what was changed.
public struct Comparison: Sendable {
  /// By how much the second capture's clock is ahead.
  public private(set) var clock = ClockOffset()
  /// How many connections both hold, by what shows it.
  public private(set) var paired: [String: Int] = [:]
  /// How many the first capture alone holds.
  public private(set) var onlyFirst = 0
  /// How many the second capture alone holds.
  public private(set) var onlySecond = 0
  /// How many connections of the first, and of the second, capture were not compared for lack of room.
  public private(set) var leftOut = PerPoint(0, 0)
  /// What became of all segments, without the list.
  public private(set) var totals = SideComparison()
  /// On how many connections each kind of change was seen, with one of each as an example.
  public private(set) var changes: [PathChange.Kind: (connections: Int, example: PathChange)] = [:]

  private var origins: [Int: ResetOrigin] = [:]
  private var madeBetween: [Endpoint: [Int]] = [:]
  private var refusing: Set<Endpoint> = []
  private var connections: [FlowKey: [ConnectionComparison]] = [:]

  /// Compares two captures.
  ///
  /// - Parameters:
  ///   - first: What the capture holds whose resets are to be explained.
  ///   - second: What the other one holds.
  public init(first: TraceLog, second: TraceLog) {
    let logs = PerPoint(first, second)
    let pairing = TracePairing(logs)
    leftOut = PerPoint(first.leftOut, second.leftOut)
    var context = ComparisonContext(
      geometry: Geometry(), clock: clock, coverage: PerPoint(first.coverage, second.coverage),
      passed: PerPoint(nil, nil), servers: [],
      hasLeftOut: PerPoint(first.leftOut > 0, second.leftOut > 0))
    // Once for what all connections tell together, once for the clocks, once to judge each: what was
    // paired is not kept, so that memory stays small.
    let walk = ComparisonWalk(logs, pairing)
    walk.forEach { compared in
      guard compared.basis != nil else { return }
      context.geometry.learn(
        compared.pairing.passages, compared.traces.first,
        isRedrawn: compared.translation.isRedrawn)
      context.learnTimes(compared)
      context.servers.insert(compared.traces.first.server)
    }
    context.geometry.learn(first.coverage, second.coverage)
    walk.forEach { context.learnClock($0) }
    context.learnEchoes(first.echoes, second.echoes)
    clock = context.clock
    walk.forEach(context) { take($0, context) }
    onlyFirst = pairing.single.first.count
    onlySecond = walk.onlySecond
    markRefusals()
    for flow in connections.keys {
      connections[flow]?.sort { $0.firstFrame < $1.firstFrame }
    }
  }

  private mutating func take(_ compared: ComparedConnection, _ context: ComparisonContext) {
    let sides = compared.sides(context)
    for (frame, origin) in compared.origins(sides, context.geometry) {
      origins[frame] = origin
      note(frame, origin, compared)
    }
    let traces = compared.traces
    let clientPoint = compared.clientPoint(context.geometry)
    let hasPair = compared.basis != nil
    var changed: [PathChange] = []
    if hasPair {
      for side in Side.allCases {
        let near = side == .client ? clientPoint : clientPoint?.other
        changed += PathChange.all(
          side, compared.pairing.passages, traces, offset: compared.translation.offsets[side],
          from: near ?? .first)
        if sides[side].recut > 0 {
          changed.append(
            PathChange.segmentation(side, compared.segments, from: near ?? .first))
        }
      }
      paired[compared.basis?.rawValue ?? "", default: 0] += 1
    }
    for side in Side.allCases { totals.add(sides[side]) }
    for kind in PathChange.Kind.allCases {
      guard let example = changed.first(where: { $0.kind == kind }) else { continue }
      changes[kind, default: (0, example)].connections += 1
    }
    let comparison = ConnectionComparison(
      pairedBy: compared.basis?.rawValue, client: traces.first.client, server: traces.first.server,
      firstFrame: traces.first.firstFrame,
      counterpart: hasPair
        ? .init(
          client: traces.second.client, server: traces.second.server,
          firstFrame: traces.second.firstFrame) : nil,
      nearerToClient: clientPoint, clientSide: sides.client, serverSide: sides.server,
      changes: changed,
      findings: ComparisonFindings(connection: compared, sides: sides).all())
    connections[traces.first.flow, default: []].append(comparison)
  }

  /// Takes note of what is refused between, and of what else is reset there.
  private mutating func note(_ frame: Int, _ origin: ResetOrigin, _ compared: ComparedConnection) {
    guard case .between(_, let hasPassed, _) = origin, hasPassed != true,
      let reset = compared.traces.first.segments.first(where: { $0.frame == frame }),
      reset.side == .server
    else { return }
    let server = compared.traces.first.server
    madeBetween[server, default: []].append(frame)
    let before = compared.traces.first.segments.filter { $0.frame < frame }
    // What resets a connection that the server has answered refuses none.
    let isAnswered = before.contains { $0.side == .server && !$0.isReset }
    let isRefusal = before.contains {
      $0.isPlainSYN && reset.flags.contains(.acknowledgement) && reset.acknowledgement == $0.end
    }
    if isRefusal, !isAnswered, hasPassed == false { refusing.insert(server) }
  }

  /// Who refuses connections to a port may reset all else that goes there: a filter, which has
  /// forgotten nothing.
  private mutating func markRefusals() {
    for server in refusing {
      for frame in madeBetween[server] ?? [] {
        guard case .between(let doubt, let hasPassed, _) = origins[frame] else { continue }
        origins[frame] = .between(
          doubt: doubt, hasProvocationPassed: hasPassed, isRefusedThere: true)
      }
    }
    madeBetween = [:]
  }

  /// Where a reset of the first capture was made; nil where the comparison does not show it.
  func origin(ofFrame frame: Int) -> ResetOrigin? { origins[frame] }

  /// What is known of a connection of the first capture.
  func comparison(of connection: CapturedConnection) -> ConnectionComparison? {
    let known = connections[FlowKey(connection.client, connection.server)] ?? []
    // The last that begins no later: in their order, so that the ports of a busy proxy cost no time.
    var (low, high) = (0, known.count)
    while low < high {
      let middle = (low + high) / 2
      if known[middle].firstFrame <= connection.firstFrame {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low > 0 ? known[low - 1] : nil
  }
}

extension SideComparison {
  /// Adds the counts of another.
  fileprivate mutating func add(_ other: Self) {
    passed += other.passed
    lost += other.lost
    neverSent += other.neverSent
    doubled += other.doubled
    recut += other.recut
    missed += other.missed
    undecided += other.undecided
  }
}

extension ComparisonContext {
  /// When both captures ran, as far as a connection shows it.
  fileprivate mutating func learnTimes(_ compared: ComparedConnection) {
    for passage in compared.pairing.passages {
      for point in CapturePoint.allCases {
        learnTime(passage[point].moment, at: point)
      }
    }
  }

  /// What echoes show of the two clocks, and of when both captures ran.
  fileprivate mutating func learnEchoes(
    _ first: [TraceLog.Echo: Moment], _ second: [TraceLog.Echo: Moment]
  ) {
    for (echo, moment) in first {
      guard let other = second[echo], let source = geometry.nearer(to: echo.source) else {
        continue
      }
      clock.add(first: moment, second: other, from: source)
      learnTime(moment, at: .first)
      learnTime(other, at: .second)
    }
  }

  private mutating func learnTime(_ moment: Moment, at point: CapturePoint) {
    let known = passed[point] ?? moment...moment
    passed[point] = min(known.lowerBound, moment)...max(known.upperBound, moment)
  }

  /// What a connection shows of the two clocks.
  fileprivate mutating func learnClock(_ compared: ComparedConnection) {
    // What a proxy answers itself has no one time of passage.
    guard !compared.translation.isRedrawn, compared.basis != .payload,
      let clientPoint = compared.clientPoint(geometry)
    else { return }
    for passage in compared.pairing.passages where passage.isCertain {
      clock.add(
        passage, from: passage.first.side == .client ? clientPoint : clientPoint.other)
    }
  }
}
