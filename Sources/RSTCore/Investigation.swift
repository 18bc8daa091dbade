public import RSTWire

/// What a run may vary.
public struct InvestigationOptions: Hashable, Sendable {
  /// Over how many source ports the verdict is repeated: 1...64.
  public var flows = 1
  /// How far the ladder may reach: 1...255.
  public var maximumHops = 30
  /// Whether the path is walked by hop limit.
  public var walksPath = true
  /// A hard cap on packets for one target.
  public var packetBudget = 300

  /// Makes the defaults.
  public init() {}
}

/// One packet that the investigation wants sent now.
public struct Transmission: Hashable, Sendable {
  /// The packet.
  public var draft: PacketDraft
  /// The attempt it belongs to.
  public var attempt: Int

  /// Makes a transmission.
  public init(draft: PacketDraft, attempt: Int) {
    self.draft = draft
    self.attempt = attempt
  }
}

/// The diagnosis of one port as a state machine: packets and time in, packets to send out.
///
/// Drive it like this: call `begin(at:)`, then until `isFinished`: send everything that
/// `nextTransmission(at:)` returns, wait for a captured packet or for `deadline`, and hand over what
/// came by `received(_:at:)` or `advance(to:)`. It does no I/O and reads no clock.
public struct Investigation: Sendable {
  /// Everything so far.
  public private(set) var transcript = Transcript()
  /// Whether there is nothing more to do.
  public private(set) var isFinished = false
  /// When `advance(to:)` wants to be called; nil once finished.
  public private(set) var deadline: Moment?

  /// Prepares a run.
  ///
  /// - Parameters:
  ///   - target: What to diagnose.
  ///   - source: Our address, of the target's family.
  ///   - ports: Guarded source ports, one for each attempt: at least 200.
  ///   - options: What the run may vary.
  ///   - seed: Where sequence numbers, canaries and control ports come from.
  public init(
    target: Target, source: IPAddress, ports: [UInt16], options: InvestigationOptions, seed: UInt64
  ) {}

  /// Starts the run.
  public mutating func begin(at now: Moment) {}

  /// The next packet to send at this moment, or nil when there is none to send now.
  public mutating func nextTransmission(at now: Moment) -> Transmission? { nil }

  /// Takes a captured packet, of ours leaving or of anybody arriving; foreign ones are ignored.
  public mutating func received(_ packet: Packet, at moment: Moment) {}

  /// Takes note that the kernel refused to send a packet.
  public mutating func refused(_ transmission: Transmission, reason: String, at now: Moment) {}

  /// Takes note that time has passed.
  public mutating func advance(to now: Moment) {}

  /// Ends the run early; what is known by then can be concluded.
  public mutating func interrupt(at now: Moment) {}

  /// What the transcript means, by all rules.
  public func conclusion() -> Conclusion {
    Conclusion(
      verdict: Verdict(port: .inconclusive, responder: .unknown, confidence: 0), headline: "",
      findings: [], considered: [], path: [], nextStep: "")
  }

  /// How long it took and what it cost.
  public func timing(at now: Moment) -> Timing {
    Timing(
      started: now, elapsed: .zero, roundTrip: nil, packetsSent: 0, packetsReceived: 0)
  }
}
