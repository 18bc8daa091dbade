import ArgumentParser
import Glibc

/// A wire with settable faults: relays Ethernet frames between two interfaces.
///
/// The lab uses it in place of netem, which many kernels lack. It needs CAP_NET_RAW and two
/// interfaces without addresses, in a namespace of their own.
@main
struct LabWire: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lab-wire",
    abstract: "Relays Ethernet frames between two interfaces, with settable faults.",
    discussion: """
      Prints "ready" when it relays, and its counts when it ends (SIGTERM, SIGINT). Every fault \
      is drawn for each frame and direction on its own.
      """)

  @Argument(help: "One end of the wire.")
  var near: String

  @Argument(help: "The other end.")
  var far: String

  @Option(help: "One-way delay in milliseconds.")
  var delay = 0.0

  @Option(help: "Added delay in milliseconds, drawn from 0 to this; keeps the order of frames.")
  var jitter = 0.0

  @Option(help: "Percentage of frames that vanish.")
  var loss = 0.0

  @Option(help: "Percentage of frames that arrive twice.")
  var duplicate = 0.0

  @Option(help: "Percentage of frames that are held back, so that later ones overtake them.")
  var reorder = 0.0

  @Option(help: "How long such a frame is held back at most, in milliseconds.")
  var reorderGap = 5.0

  @Option(help: "Seed of the faults; the same seed and frames give the same faults.")
  var seed: UInt64 = 1

  func validate() throws {
    for value in [delay, jitter, reorderGap] where !(0...60_000).contains(value) {
      throw ValidationError("a time must lie between 0 and 60000 milliseconds")
    }
    for value in [loss, duplicate, reorder] where !(0...100).contains(value) {
      throw ValidationError("a percentage must lie between 0 and 100")
    }
  }

  func run() throws {
    let faults = Faults(
      delay: nanoseconds(delay), jitter: nanoseconds(jitter), loss: loss / 100,
      duplicate: duplicate / 100, reorder: reorder / 100, reorderGap: nanoseconds(reorderGap))
    // Each direction has its own stream, so that traffic one way does not change faults the other.
    var relay = try Relay(
      near: FrameSocket(interface: near), far: FrameSocket(interface: far),
      lanes: (Lane(faults: faults, seed: seed), Lane(faults: faults, seed: ~seed)))
    keepTime()
    report("ready")
    try relay.run()
    for line in relay.counts(names: [near, far]) { report(line) }
  }

  private func nanoseconds(_ milliseconds: Double) -> UInt64 { UInt64(milliseconds * 1e6) }
}

/// Asks the kernel to wake this process on time, also on a busy machine; does without if refused.
private func keepTime() {
  var parameters = sched_param(sched_priority: 1)
  _ = unsafe sched_setscheduler(0, SCHED_FIFO, &parameters)
}

/// Writes a line to standard output at once, whatever stands behind it.
func report(_ line: String) {
  var octets = Array((line + "\n").utf8)
  while !octets.isEmpty {
    let count = unsafe write(STDOUT_FILENO, octets, octets.count)
    guard count > 0 else { return }
    octets.removeFirst(count)
  }
}
