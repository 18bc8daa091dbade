internal import RSTCore

/// Packets that the kernel took, watched until the first one is seen leaving.
///
/// A kernel that finds no neighbour takes packets, keeps them and drops them in the end, without a
/// word to whoever sent them. So where none of ours was seen leaving after a while, the sink is
/// asked about it now and then; once one was seen the watch is over and costs nothing.
struct DepartureWatch {
  private var unseen: [Transmission] = []
  private var begun: Moment?
  private var nextLook: Moment?
  private var reason: Refusal?
  private var isOver = false
  /// Whether the next hop was still being asked for at the last look.
  private var isWaiting = false

  /// When the sink is first asked: a neighbour that is there has answered by then.
  private static let grace = Duration.milliseconds(250)
  /// The time between two looks while the neighbour is being asked for.
  private static let interval = Duration.milliseconds(50)
  /// How long packets may wait for a neighbour: Linux gives up after three questions of a second.
  private static let patience = Duration.milliseconds(3_400)

  /// When to look next; nil when there is nothing to look for.
  var wakeUp: Moment? { isOver ? nil : nextLook }

  /// Takes note of a packet that the kernel took.
  mutating func accepted(_ transmission: Transmission, at now: Moment) {
    guard !isOver else { return }
    unseen.append(transmission)
    guard begun == nil else { return }
    begun = now
    nextLook = now + Self.grace
  }

  /// Asks the sink where it is time to, and tells the machine which packets will never leave.
  ///
  /// It looks before a packet goes out, too: that would make a kernel that has given up start
  /// again, which hides what became of the packets before.
  mutating func look<Machine: ProbeMachine, Sink: PacketSink & ~Copyable>(
    at now: Moment, isSending: Bool, machine: inout Machine, sink: inout Sink
  ) {
    guard !isOver, reason == nil, let begun, let due = nextLook,
      now >= due || isSending && now >= begun + Self.grace
    else { return }
    guard !unseen.contains(where: { machine.hasLeft($0) }) else {
      isOver = true
      unseen = []
      return
    }
    nextLook = now + Self.interval
    isWaiting = false
    switch sink.delay() {
    case .unknown:
      break
    case .undeliverable(let reason):
      refuse(reason, machine: &machine, at: now)
    case .waitingForNeighbour(let reason):
      isWaiting = now < begun + Self.patience
      if !isWaiting { refuse(reason, machine: &machine, at: now) }
    }
  }

  /// Whether it is worth waiting beyond the end of a run for what becomes of the packets.
  mutating func isWorthWaiting<Machine: ProbeMachine, Sink: PacketSink & ~Copyable>(
    at now: Moment, machine: inout Machine, sink: inout Sink
  ) -> Bool {
    look(at: now, isSending: true, machine: &machine, sink: &sink)
    return !isOver && isWaiting
  }

  /// Ends the watch with the run: what was sent after the kernel had given up shares its reason.
  mutating func end<Machine: ProbeMachine>(_ machine: inout Machine, at now: Moment) {
    if let reason, !isOver, !unseen.contains(where: { machine.hasLeft($0) }) {
      refuse(reason, machine: &machine, at: now)
    }
    isOver = true
  }

  private mutating func refuse<Machine: ProbeMachine>(
    _ reason: Refusal, machine: inout Machine, at now: Moment
  ) {
    self.reason = reason
    nextLook = nil
    for transmission in unseen { machine.refused(transmission, reason: reason, at: now) }
    unseen = []
  }
}
