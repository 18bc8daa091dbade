internal import RSTCore

/// The packet that waits for its turn, and when that is.
struct Outbox {
  private let pacing: Pacing
  private var waiting: Transmission?
  private var slot: Moment
  private var tries = 0
  private var watch = DepartureWatch()

  init(pacing: Pacing, opened: Moment) {
    self.pacing = pacing
    slot = opened
  }

  /// When the waiting packet may go out; nil when none waits.
  var nextSlot: Moment? { waiting == nil ? nil : slot }

  /// When to look after packets that were not seen leaving; nil when there is no need.
  var nextLook: Moment? { watch.wakeUp }

  /// Forgets the packet that waits.
  mutating func discard() {
    waiting = nil
    tries = 0
  }

  /// Sends the next packet if there is one and its turn has come, and fetches the one after it.
  ///
  /// - Returns: Whether a packet was handed to the sink.
  /// - Throws: What the sink throws.
  @discardableResult
  mutating func sendOne<Machine: ProbeMachine, Sink: PacketSink & ~Copyable>(
    of machine: inout Machine, through sink: inout Sink, clock: some Clock
  ) throws -> Bool {
    let now = clock.now
    if waiting == nil { waiting = machine.nextTransmission(at: now) }
    let isSending = waiting != nil && slot <= now
    watch.look(at: now, isSending: isSending, machine: &machine, sink: &sink)
    // A refusal may make the machine want something else.
    if waiting == nil { waiting = machine.nextTransmission(at: now) }
    guard isSending, let transmission = waiting else { return false }
    let submission = try sink.send(transmission.draft)
    let sent = clock.now
    slot = now + pacing.gap
    tries += 1
    switch submission {
    case .accepted:
      watch.accepted(transmission, at: sent)
    case .busy(let reason):
      guard tries >= pacing.busyTries else {
        slot = sent + pacing.busyWait
        return true
      }
      machine.refused(transmission, reason: reason, at: sent)
    case .refused(let reason):
      machine.refused(transmission, reason: reason, at: sent)
    }
    waiting = machine.nextTransmission(at: sent)
    tries = 0
    return true
  }

  /// Whether packets still wait for a neighbour, so that the run's end is too early to judge.
  mutating func awaitsNeighbour<Machine: ProbeMachine, Sink: PacketSink & ~Copyable>(
    of machine: inout Machine, through sink: inout Sink, clock: some Clock
  ) -> Bool {
    watch.isWorthWaiting(at: clock.now, machine: &machine, sink: &sink)
  }

  /// Tells the machine what else will never leave, at the end of a run.
  mutating func end<Machine: ProbeMachine>(_ machine: inout Machine, clock: some Clock) {
    watch.end(&machine, at: clock.now)
  }
}
