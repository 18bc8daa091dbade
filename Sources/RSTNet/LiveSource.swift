internal import CLinux
internal import CPcap
public import RSTCore
public import RSTEngine

/// Captured packets as the engine takes them, with the user's interrupt between them.
public struct LiveSource: ~Copyable, PacketSource {
  private var capture: Capture
  private var interrupt: Interrupt
  private let clock: SystemClock
  private var sinceLastLook = 0

  /// Under a flood of packets the interrupt is looked at after so many of them.
  private static let lookInterval = 64

  /// Takes over a capture that is ready and the interrupt.
  public init(capture: consuming Capture, interrupt: consuming Interrupt, clock: SystemClock) {
    self.capture = capture
    self.interrupt = interrupt
    self.clock = clock
    rst_wait_precisely()
  }

  /// What the kernel counted so far.
  public var statistics: Capture.Statistics { capture.statistics }

  /// The next captured packet, waited for until a moment.
  ///
  /// - Parameter moment: How long to wait.
  /// - Returns: The packet, or why there is none.
  /// - Throws: `CaptureError`.
  public mutating func next(until moment: Moment) throws -> Arrival {
    while true {
      sinceLastLook += 1
      if sinceLastLook >= Self.lookInterval {
        sinceLastLook = 0
        if interrupt.isRaised() { return .interrupted }
      }
      switch try capture.read() {
      case .packet(let packet, let stamp):
        return .packet(packet, at: clock.moment(ofStamp: stamp))
      case .unreadable(let stamp):
        // A flood of them shall not hold up the time either.
        guard clock.moment(ofStamp: stamp) <= moment else { return .nothing }
      case .empty:
        let rest = moment - clock.now
        guard rest > .zero else { return interrupt.isRaised() ? .interrupted : .nothing }
        wait(rest)
        if interrupt.isRaised() { return .interrupted }
      }
    }
  }

  /// Does nothing for a time, or until the user's interrupt; true where that came.
  mutating func pause(for duration: Duration) -> Bool {
    var readiness = pollfd(fd: interrupt.descriptor, events: Int16(POLLIN), revents: 0)
    _ = unsafe poll(&readiness, 1, Int32(clamping: duration.nanoseconds / 1_000_000))
    return interrupt.isRaised()
  }

  /// Sleeps until a packet or a signal comes, or the time is over.
  private func wait(_ duration: Duration) {
    var descriptors = [
      pollfd(fd: capture.descriptor, events: Int16(POLLIN), revents: 0),
      pollfd(fd: interrupt.descriptor, events: Int16(POLLIN), revents: 0),
    ]
    let nanoseconds = duration.nanoseconds
    var timeout = timespec(
      tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
    _ = unsafe ppoll(&descriptors, nfds_t(descriptors.count), &timeout, nil)
  }
}
