internal import RSTCore

/// The one loop: what the machine wants goes out, what was captured and the time go in.
public struct Engine {
  /// How a run ended.
  public enum Ending: Hashable, Sendable {
    /// The machine had nothing more to do.
    case finished
    /// The user ended it; what was measured by then is in the machine.
    case interrupted
  }

  /// How fast to send.
  public var pacing: Pacing

  /// The longest wait for a packet, so that whoever observes the run is told of time passing.
  private static let idleWait = Duration.seconds(1)
  /// How many packets may go out after the end, to close what is open: more is a fault.
  private static let closingLimit = 256

  /// Makes an engine.
  public init(pacing: Pacing = Pacing()) {
    self.pacing = pacing
  }

  /// Drives a machine to its end.
  ///
  /// Waiting for the next slot to send never holds up arrivals: they are handed over as they come,
  /// each after the deadlines that had passed when it was captured. A captured packet is always
  /// handed over before the time at which it was waited for is said to have passed.
  ///
  /// - Parameters:
  ///   - machine: What to drive.
  ///   - source: Where captured packets come from.
  ///   - sink: Where packets go.
  ///   - clock: The clock that packets are stamped with.
  ///   - observe: Called after every step, for progress and for capture files.
  /// - Returns: How it ended.
  /// - Throws: What the source, the sink or the observer throws.
  public func run<
    Machine: ProbeMachine, Source: PacketSource & ~Copyable, Sink: PacketSink & ~Copyable
  >(
    _ machine: inout Machine, source: inout Source, sink: inout Sink, clock: some Clock,
    observe: (Machine) throws -> Void = { _ in }
  ) throws -> Ending {
    var outbox = Outbox(pacing: pacing, opened: clock.now)
    var ending = Ending.finished
    var told = clock.now
    machine.begin(at: told)
    while !machine.isFinished, ending == .finished {
      try outbox.sendOne(of: &machine, through: &sink, clock: clock)
      // Who names no deadline is told the time now and then, however many packets come meanwhile.
      let due = machine.deadline ?? (outbox.nextSlot == nil ? told + Self.idleWait : nil)
      let wakeUp = Moment.earliest(Moment.earliest(outbox.nextSlot, outbox.nextLook), due)
      let latest = clock.now + Self.idleWait
      switch try source.next(until: min(wakeUp ?? latest, latest)) {
      case .packet(let packet, let moment):
        if let due, due < moment {
          machine.advance(to: moment)
          told = moment
        }
        machine.received(packet, at: moment)
      case .nothing:
        let now = clock.now
        if let due, due <= now {
          machine.advance(to: now)
          told = now
        }
      case .interrupted:
        outbox.discard()
        machine.interrupt(at: clock.now)
        ending = .interrupted
      }
      try observe(machine)
    }
    if ending == .finished {
      ending = try awaitNeighbour(
        &machine, outbox: &outbox, source: &source, sink: &sink, clock: clock)
    }
    outbox.end(&machine, clock: clock)
    try close(&machine, outbox: &outbox, source: &source, sink: &sink, clock: clock)
    try observe(machine)
    return ending
  }

  /// Waits beyond the end while nothing has left because the next hop is still being asked for:
  /// the kernel gives up soon after, and that is the answer.
  private func awaitNeighbour<
    Machine: ProbeMachine, Source: PacketSource & ~Copyable, Sink: PacketSink & ~Copyable
  >(
    _ machine: inout Machine, outbox: inout Outbox, source: inout Source, sink: inout Sink,
    clock: some Clock
  ) throws -> Ending {
    while outbox.awaitsNeighbour(of: &machine, through: &sink, clock: clock),
      let look = outbox.nextLook
    {
      switch try source.next(until: look) {
      case .packet(let packet, let moment): machine.received(packet, at: moment)
      case .nothing: break
      case .interrupted: return .interrupted
      }
    }
    return .finished
  }

  /// Sends what the machine still wants gone after its end: nothing half-open stays at the target.
  private func close<
    Machine: ProbeMachine, Source: PacketSource & ~Copyable, Sink: PacketSink & ~Copyable
  >(
    _ machine: inout Machine, outbox: inout Outbox, source: inout Source, sink: inout Sink,
    clock: some Clock
  ) throws {
    var sent = 0
    while sent < Self.closingLimit,
      try outbox.sendOne(of: &machine, through: &sink, clock: clock) || outbox.nextSlot != nil
    {
      sent += 1
      while let slot = outbox.nextSlot, clock.now < slot {
        switch try source.next(until: slot) {
        case .packet(let packet, let moment): machine.received(packet, at: moment)
        // Closing takes milliseconds, and whoever is in a hurry has a second signal.
        case .nothing, .interrupted: break
        }
      }
    }
    // What left last has been captured by now; it belongs into the transcript too.
    for _ in 0..<Self.closingLimit {
      guard case .packet(let packet, let moment) = try source.next(until: clock.now) else { return }
      machine.received(packet, at: moment)
    }
  }
}
