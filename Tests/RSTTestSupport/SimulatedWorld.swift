public import RSTCore
internal import RSTEngine
public import RSTWire

/// A prober's machine, a wire and a network in one simulated time: no socket, no waiting.
///
/// The engine of the real tool drives the machine, with a clock, a source and a sink of this world.
public final class SimulatedWorld {
  /// The present.
  public private(set) var now: Moment
  /// What is behind the wire.
  public private(set) var network: SimulatedNetwork
  /// Every packet that left, and when.
  public private(set) var sent: [(moment: Moment, packet: Packet)] = []

  private let faults: Faults
  private let kernel: SimulatedKernel
  private var generator: SeededGenerator
  private var events: [(moment: Moment, event: Event)] = []
  /// The client ports of the host's connections, after each packet that reached it.
  public private(set) var portsInUse: [Set<UInt16>] = []
  /// The most connections that the host had at once.
  public var mostConnections: Int { portsInUse.map(\.count).max() ?? 0 }
  /// How often the engine woke up for a moment that had passed, and nothing was there.
  public private(set) var idleTurns = 0
  private var idleTurnsInARow = 0
  private var interruption: Moment?

  private enum Event {
    case captured(Packet)
    case reachesNetwork(Packet)
  }

  /// The run did not end within 120 simulated seconds, or turned without getting on.
  public struct Stuck: Error {
    /// When.
    public var moment: Moment
  }

  /// Makes a world that begins at one second.
  public init(
    _ network: SimulatedNetwork, faults: Faults = Faults(), kernel: SimulatedKernel = .init(),
    seed: UInt64 = 1
  ) {
    self.network = network
    self.faults = faults
    self.kernel = kernel
    interruption = kernel.interruption
    generator = SeededGenerator(seed: seed)
    let start = Moment(nanoseconds: 1_000_000_000)
    now = start
    self.network.host.generator = SeededGenerator(seed: seed ^ 0x1234)
    for index in self.network.translations.indices {
      self.network.translations[index].host.generator = SeededGenerator(seed: seed ^ 0x4321)
    }
    for (after, packet) in kernel.noise { schedule(.captured(packet), at: start + after) }
  }

  /// Drives a machine to its end.
  ///
  /// - Parameter machine: What to drive.
  /// - Returns: Whether it was interrupted.
  /// - Throws: `Stuck`.
  @discardableResult
  public func run(_ machine: inout Investigation) throws -> Bool { try drive(&machine) }

  /// Drives a whole survey to its end, likewise.
  ///
  /// - Parameter survey: What to drive.
  /// - Returns: Whether it was interrupted.
  /// - Throws: `Stuck`.
  @discardableResult
  public func run(_ survey: inout Survey) throws -> Bool { try drive(&survey) }

  private func drive(_ machine: inout some ProbeMachine) throws -> Bool {
    var source = Source(world: self)
    var sink = Sink(world: self)
    let ending = try Engine().run(
      &machine, source: &source, sink: &sink, clock: SimulatedClock(world: self))
    return ending == .interrupted
  }

  /// Lets the network go on by itself: SYN ACKs that nobody answered are sent again.
  public func settle(for duration: Duration) {
    let end = now + duration
    while let moment = Moment.earliest(events.first?.moment, network.nextTimer),
      moment <= end
    {
      now = max(now, moment)
      _ = turn(at: moment)
    }
    now = end
  }
}

// MARK: - The wire

extension SimulatedWorld {
  private static let ownLinkAddress = LinkAddress(rawValue: 0x0200_0000_0001)

  fileprivate func submit(_ draft: PacketDraft) -> Submission {
    guard let packet = Packet(datagram: draft.encoded()) else {
      return .refused(reason: Refusal(cause: .other, text: "not a datagram"))
    }
    if kernel.stall > .zero {
      now = now + .nanoseconds(Int64.random(in: 0...kernel.stall.nanoseconds, using: &generator))
    }
    if let refusal = kernel.refusal(packet) { return .refused(reason: refusal) }
    guard !kernel.swallows(packet) else { return .accepted }
    leave(Packet(datagram: kernel.alters(draft).encoded()) ?? packet)
    return .accepted
  }

  private func leave(_ packet: Packet) {
    sent.append((now, packet))
    // What leaves shows the link address of this machine; what comes shows a router's, or none.
    var captured = packet
    captured.linkSource = Self.ownLinkAddress
    if !kernel.misses(packet) { schedule(.captured(captured), at: now) }
    for delay in faults.crossings(using: &generator) {
      schedule(.reachesNetwork(packet), at: now + delay)
    }
  }

  fileprivate func next(until moment: Moment) throws -> Arrival {
    guard now.nanoseconds < 121_000_000_000 else { throw Stuck(moment: now) }
    while let due = Moment.earliest(events.first?.moment, network.nextTimer),
      due <= max(moment, now)
    {
      if interrupts(by: due) { return .interrupted }
      now = max(now, due)
      if let packet = turn(at: due) {
        idleTurnsInARow = 0
        if let draft = kernel.answers(packet), let own = Packet(datagram: draft.encoded()) {
          leave(own)
        }
        return .packet(packet, at: due)
      }
    }
    if interrupts(by: moment) { return .interrupted }
    idleTurns += moment > now ? 0 : 1
    idleTurnsInARow = moment > now ? 0 : idleTurnsInARow + 1
    // Every turn of a real loop takes time; very many in a row are a loop without end.
    guard idleTurnsInARow < 100_000 else { throw Stuck(moment: now) }
    now = max(now + .microseconds(20), moment)
    return .nothing
  }

  /// Whether the user interrupts by then; it happens once.
  private func interrupts(by moment: Moment) -> Bool {
    guard let interruption, interruption <= moment else { return false }
    now = max(now, interruption)
    self.interruption = nil
    return true
  }

  /// Does what is due first; returns a packet that the prober captures.
  private func turn(at due: Moment) -> Packet? {
    if let timer = network.nextTimer, events.first.map({ timer < $0.moment }) ?? true {
      emit(network.timerFired(at: due), at: due)
      return nil
    }
    guard !events.isEmpty else { return nil }
    switch events.removeFirst().event {
    case .captured(let packet): return packet
    case .reachesNetwork(let packet):
      // Peers read octets, as the prober does.
      if let packet = Packet(datagram: packet.octets) {
        emit(network.received(packet, at: due), at: due)
        portsInUse.append(Set(network.host.connections.keys.map(\.port)))
      }
      return nil
    }
  }

  private func emit(_ emissions: [Emission], at moment: Moment) {
    for emission in emissions {
      for delay in faults.crossings(using: &generator) {
        var octets = emission.packet.octets
        if let tamper = kernel.tamper { octets = tamper(octets, &generator) }
        guard let packet = Packet(datagram: octets) else { continue }
        for copy in 0..<kernel.copies {
          schedule(
            .captured(packet), at: moment + emission.delay + delay + .microseconds(10 * copy))
        }
      }
    }
  }

  private func schedule(_ event: Event, at moment: Moment) {
    var low = 0
    var high = events.count
    while low < high {
      let middle = (low + high) / 2
      if events[middle].moment <= moment { low = middle + 1 } else { high = middle }
    }
    events.insert((moment, event), at: low)
  }
}

// MARK: - The engine's view

private struct SimulatedClock: Clock {
  let world: SimulatedWorld
  var now: Moment { world.now }
}

private struct Source: PacketSource {
  let world: SimulatedWorld
  mutating func next(until moment: Moment) throws -> Arrival { try world.next(until: moment) }
}

private struct Sink: PacketSink {
  let world: SimulatedWorld
  mutating func send(_ draft: PacketDraft) throws -> Submission { world.submit(draft) }
  mutating func delay() -> Delay { .unknown }
}
