internal import RSTCore

/// The packet that waits for its turn, and when that is.
struct Outbox {
  private let pacing: Pacing
  private var waiting: Transmission?
  private var slot: Moment
  private var tries = 0

  init(pacing: Pacing, opened: Moment) {
    self.pacing = pacing
    slot = opened
  }

  /// When the waiting packet may go out; nil when none waits.
  var nextSlot: Moment? { waiting == nil ? nil : slot }

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
    guard let transmission = waiting, slot <= now else { return false }
    let submission = try sink.send(transmission.draft)
    let sent = clock.now
    slot = now + pacing.gap
    tries += 1
    switch submission {
    case .accepted:
      break
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
}
