public import RSTWire

/// A whole run: the port's diagnosis, and then, where it is open, what the target does with
/// connections of our own.
///
/// A state machine like its two parts: packets and time in, packets to send out.
public struct Survey: Sendable {
  /// The first part.
  public private(set) var investigation: Investigation
  /// Whether there is nothing more to do.
  public private(set) var isFinished = false

  private var plan: ConnectionPlan
  private let triggers: [Trigger]
  private let seed: UInt64
  private let limits: ConnectionLimits
  private var suite: ConnectionSuite?
  private var finished: Moment?
  private var wasInterrupted = false

  /// What a run does beyond the diagnosis of the port.
  public struct Options: Hashable, Sendable {
    /// What to do.
    public var checks: Set<Check>
    /// How long connections are left alone; nil for not at all.
    public var idle: IdleLadder?
    /// How much it may take.
    public var limits: ConnectionLimits
    /// What may provoke somebody on the way.
    public var triggers: [Trigger] = []

    /// Makes options; the defaults are those of the command line.
    public init(
      checks: Set<Check> = Check.standard, idle: IdleLadder? = nil,
      limits: ConnectionLimits = ConnectionLimits(), triggers: [Trigger] = []
    ) {
      self.checks = checks
      self.idle = idle
      self.limits = limits
      self.triggers = triggers
    }
  }

  /// Prepares a run around the diagnosis of a port.
  public init(_ investigation: Investigation, options: Options) {
    self.investigation = investigation
    plan = ConnectionPlan(
      checks: options.checks, connections: options.limits.connections, idle: options.idle)
    limits = options.limits
    triggers = options.triggers
    seed = investigation.seed
  }

  /// Everything sent and received.
  public var transcript: Transcript { investigation.transcript }

  /// What connections of our own showed; nil where none was opened.
  public var sessions: SessionResults? { suite?.results }

  /// How far the idle holds are; nil where none are going on.
  public var idleProgress: IdleProgress? { suite?.idleProgress }

  /// When `advance(to:)` wants to be called.
  public var deadline: Moment? {
    isFinished ? nil : Moment.earliest(investigation.deadline, suite?.deadline)
  }

  /// Starts the run.
  public mutating func begin(at now: Moment) { investigation.begin(at: now) }

  /// The next packet to send at this moment.
  public mutating func nextTransmission(at now: Moment) -> Transmission? {
    let next = investigation.nextTransmission(at: now) ?? suite?.nextTransmission(at: now)
    if next == nil { goOn(at: now) }
    return next
  }

  /// Takes a captured packet.
  public mutating func received(_ packet: Packet, at moment: Moment) {
    let isTaken =
      suite?.received(packet, at: moment, in: &investigation.transcript) ?? false
    if !isTaken { investigation.received(packet, at: moment) }
    goOn(at: moment)
  }

  /// Takes note that the kernel refused to send a packet.
  public mutating func refused(_ transmission: Transmission, reason: Refusal, at now: Moment) {
    if transcript.attempts[transmission.attempt].part == .handshake {
      investigation.refused(transmission, reason: reason, at: now)
    } else {
      suite?.refused(transmission, reason: reason, at: now, in: &investigation.transcript)
    }
    goOn(at: now)
  }

  /// Takes note that time has passed.
  public mutating func advance(to now: Moment) {
    if investigation.isFinished {
      suite?.advance(to: now, in: &investigation.transcript)
    } else {
      investigation.advance(to: now)
    }
    goOn(at: now)
  }

  /// Ends the run early; what is known by then can be concluded.
  public mutating func interrupt(at now: Moment) {
    wasInterrupted = true
    if !investigation.isFinished { investigation.interrupt(at: now) }
    suite?.interrupt(at: now)
    finish(at: now)
  }

  /// What the transcript means, by all rules.
  ///
  /// - Parameters:
  ///   - captureDrops: How many packets were lost on this machine before they could be read.
  ///   - witness: What a witness at the target shows beside them; nil where there is none.
  /// - Returns: The conclusion; no silence of connections is believed where packets were lost.
  public func conclusion(captureDrops: Int = 0, witness: WitnessJoin? = nil) -> Conclusion {
    var sessions = suite?.results
    sessions?.hasMissedPackets = captureDrops > 0
    var transcript = transcript
    transcript.missed = captureDrops
    return Conclusion(
      Observations(transcript, of: investigation.target, sessions: sessions), witness: witness)
  }

  /// How long it took and what it cost.
  public func timing(at now: Moment) -> Timing {
    var timing = investigation.timing(at: now)
    timing.elapsed = (finished ?? now) - timing.started
    timing.packetsSent += suite?.packetsSent ?? 0
    timing.isInterrupted = wasInterrupted
    return timing
  }

  /// From the first part to the second, and to the end.
  private mutating func goOn(at now: Moment) {
    guard !isFinished, investigation.isFinished else { return }
    if suite == nil {
      let first = investigation.conclusion()
      // Whatever connections meet beneath a flood says nothing of the target.
      guard first.verdict.port == .open, !investigation.isFlooded else { return finish(at: now) }
      plan.interference = InterferencePlan(
        triggers, distance: Self.distance(of: first, investigation.transcript),
        measuresResidual: plan.checks.contains(.residual), seed: seed)
      let experiments = plan.experiments(proof: 1)
      guard !experiments.isEmpty else { return finish(at: now) }
      var suite = investigation.suite(plan, limits: limits)
      suite.begin(at: now, in: &investigation.transcript)
      self.suite = suite
    }
    if suite?.results.isFlooded ?? false { suite?.interrupt(at: now) }
    if suite?.isFinished ?? true { finish(at: now) }
  }

  /// How far away the host is: as the ladders say, else as far as the hop limit suggests.
  private static func distance(of first: Conclusion, _ transcript: Transcript) -> Int {
    if let known = first.verdict.hop ?? first.verdict.hopRange?.upperBound { return known }
    let limits = transcript.packets.lazy.filter {
      $0.direction == .received && $0.packet.tcp?.flags.contains(.syn) ?? false
    }.map(\.packet.network.hopLimit)
    return limits.map(Distance.suggested(by:)).min() ?? 1
  }

  private mutating func finish(at now: Moment) {
    guard !isFinished else { return }
    isFinished = true
    finished = now
  }
}
