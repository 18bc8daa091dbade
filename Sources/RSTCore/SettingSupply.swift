import RSTWire

/// Where attempts get their source ports, numbers and canaries from.
struct SettingSupply: Sendable {
  private let target: Target
  private let source: IPAddress
  private var ports: ArraySlice<UInt16>
  private var random: SplitMix
  /// What all SYNs of the run say of it.
  private let run: UInt16
  private var sharedFlows: [FlowKey: SharedFlow] = [:]
  private var codePoints: [String: [UInt8]] = [:]

  private struct FlowKey: Hashable {
    var name: String
    var subject: Subject
  }

  /// What all attempts on a shared flow have in common, so that load-balanced paths do not mix.
  private struct SharedFlow {
    var port: UInt16
    var flowLabel: UInt32
    var sequence: SequenceNumber
    var acknowledgement: SequenceNumber
    var attempts = 0
  }

  /// Makes a supply that hands the guarded ports out one by one.
  init(target: Target, source: IPAddress, ports: [UInt16], seed: UInt64) {
    self.target = target
    self.source = source
    self.ports = ports[...]
    random = SplitMix(seed: seed)
    var aside = SplitMix(seed: ~seed)
    run = UInt16(truncatingIfNeeded: aside.number())
  }

  /// How many source ports are left.
  var portsLeft: Int { ports.count }

  /// Takes more source ports.
  mutating func add(_ more: [UInt16]) { ports += more }

  /// Two random high ports, where hardly anybody listens.
  mutating func controlPorts() -> [UInt16] {
    var controls: [UInt16] = []
    while controls.count < 2 {
      let port = UInt16.random(in: 33_000...65_000, using: &random)
      // On the target's own host a guarded port of ours would be no control.
      if port != target.port, !controls.contains(port), !ports.contains(port) {
        controls.append(port)
      }
    }
    return controls
  }

  /// The setting for one more attempt at a question; nil when the ports are used up.
  mutating func setting(for question: Question) -> ProbeSetting? {
    let destinationPort: UInt16 =
      switch question.subject {
      case .target: target.port
      case .control(let port): port
      case .host: 0
      }
    let setting = fresh(for: question.probe.name, port: destinationPort)
    return question.probe.sharesFlow ? onSharedFlow(setting, question) : onOwnPort(setting)
  }

  /// The setting of a connection of our own to this port; nil when the ports are used up.
  mutating func setting(for experiment: String, port: UInt16) -> ProbeSetting? {
    onOwnPort(fresh(for: experiment, port: port))
  }

  private mutating func fresh(for probe: String, port: UInt16) -> ProbeSetting {
    var setting = ProbeSetting(
      source: source, destination: target.address, sourcePort: 0, destinationPort: port,
      sequence: SequenceNumber(random.number()), acknowledgement: SequenceNumber(random.number()),
      trafficClass: trafficClass(for: probe), identification: Canary.identification(&random),
      window: Canary.window(&random), flowLabel: Canary.flowLabel(&random))
    setting.mark = ProbeMark(probe: probe, run: run)
    return setting
  }

  /// A DSCP canary that no attempt of the same probe had before, as long as there are any left: two
  /// copies of one canary may be a constant of the path.
  private mutating func trafficClass(for probe: String) -> UInt8 {
    var left = codePoints[probe] ?? []
    if left.isEmpty { left = Canary.codePoints.shuffled(using: &random) }
    defer { codePoints[probe] = left }
    return left.removeLast() << 2
  }

  private mutating func onOwnPort(_ setting: ProbeSetting) -> ProbeSetting? {
    guard let port = ports.popFirst() else { return nil }
    var setting = setting
    setting.sourcePort = port
    return setting
  }

  private mutating func onSharedFlow(
    _ setting: ProbeSetting, _ question: Question
  ) -> ProbeSetting? {
    let key = FlowKey(name: question.probe.flowName, subject: question.subject)
    if sharedFlows[key] == nil {
      guard let port = ports.popFirst() else { return nil }
      sharedFlows[key] = SharedFlow(
        port: port, flowLabel: setting.flowLabel, sequence: setting.sequence,
        acknowledgement: setting.acknowledgement)
    }
    guard let flow = sharedFlows[key] else { return nil }
    sharedFlows[key]?.attempts += 1
    var setting = setting
    setting.sourcePort = flow.port
    setting.flowLabel = flow.flowLabel
    // Each attempt has numbers of its own, far enough apart that no answer fits two.
    let step = question.probe.sequenceStep * flow.attempts
    setting.sequence = flow.sequence + step
    setting.acknowledgement = flow.acknowledgement + step
    setting.hopLimit = question.rung.map { UInt8(clamping: $0) } ?? setting.hopLimit
    return setting
  }
}
