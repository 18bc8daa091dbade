/// Goes through all connections of the first capture, paired with the second's, as often as it takes.
struct ComparisonWalk {
  private let logs: PerPoint<TraceLog>
  private let pairing: TracePairing
  /// Flows with their traces and pairs, so that what they share is made once.
  private let flows: [Flow]

  private struct Flow {
    var traces: PerPoint<[Int]>
    var pairs: [TracePairing.Pair]
    var singles: [Int]
  }

  init(_ logs: PerPoint<TraceLog>, _ pairing: TracePairing) {
    self.logs = logs
    self.pairing = pairing
    var places: [FlowKey: Int] = [:]
    var flows: [Flow] = []
    func place(_ key: FlowKey) -> Int {
      if let known = places[key] { return known }
      places[key] = flows.count
      flows.append(
        Flow(
          traces: PerPoint(pairing.flows.first[key] ?? [], pairing.flows.second[key] ?? []),
          pairs: [], singles: []))
      return flows.count - 1
    }
    for pair in pairing.pairs {
      flows[place(logs.first.traces[pair.first].flow)].pairs.append(pair)
    }
    for single in pairing.single.first {
      flows[place(logs.first.traces[single].flow)].singles.append(single)
    }
    self.flows = flows
  }

  /// How many connections the second capture alone holds.
  var onlySecond: Int {
    pairing.single.second.count { pairing.flows.first[logs.second.traces[$0].flow] == nil }
  }

  /// Calls `body` with each connection of the first capture.
  ///
  /// - Parameters:
  ///   - context: What is known of the clocks by now; nil for nothing.
  ///   - body: What is called.
  func forEach(_ context: ComparisonContext? = nil, _ body: (ComparedConnection) -> Void) {
    for flow in flows {
      let mine = siblings(flow, .first)
      let theirs = siblings(flow, .second)
      for pair in flow.pairs {
        let trace = logs.second.traces[pair.second]
        let elsewhere = PerPoint(mine.without(pair.first), theirs.without(pair.second))
        let compared = ComparedConnection(
          logs.first.traces[pair.first], pair.isTurned ? trace.turned() : trace,
          basis: pair.basis, elsewhere: elsewhere)
        body(context.map { compared.timed($0, elsewhere) } ?? compared)
      }
      for single in flow.singles {
        body(
          ComparedConnection(
            logs.first.traces[single], nil, basis: nil,
            elsewhere: PerPoint(mine.without(single), theirs)))
      }
    }
  }

  /// Where one of the captures divides what passes between two endpoints into several connections, the
  /// other need not divide it alike: what is looked for may be in the next one.
  private func siblings(_ flow: Flow, _ point: CapturePoint) -> SiblingSegments {
    guard flow.traces.first.count > 1 || flow.traces.second.count > 1,
      let client = flow.traces.first.first.map({ logs.first.traces[$0].client })
    else { return SiblingSegments() }
    return SiblingSegments(
      flow.traces[point].map { place in
        let trace = logs[point].traces[place]
        return (place, trace.client == client ? trace : trace.turned())
      })
  }
}
