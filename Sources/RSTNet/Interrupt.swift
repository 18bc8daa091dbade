internal import CLinux
internal import RSTCore

/// SIGINT and SIGTERM as something that can be waited for together with packets.
///
/// The first one is noted; from then on they have their usual effect again, so that a second one
/// ends the process at once.
public struct Interrupt: ~Copyable {
  /// A descriptor that is readable once a signal came, for poll.
  public let descriptor: Int32

  private let restored: sigset_t
  private let isOwn: Bool
  private var isNoted = false

  /// Starts to hold the signals back.
  ///
  /// - Throws: `SystemFailure` where the system has no signalfd.
  public init() throws(SystemFailure) {
    var signals = sigset_t()
    var before = sigset_t()
    unsafe sigemptyset(&signals)
    unsafe sigaddset(&signals, SIGINT)
    unsafe sigaddset(&signals, SIGTERM)
    unsafe pthread_sigmask(SIG_BLOCK, &signals, &before)
    descriptor = unsafe signalfd(
      -1, &signals, Int32(SFD_NONBLOCK) | Int32(SFD_CLOEXEC))
    restored = before
    isOwn = true
    guard descriptor >= 0 else {
      let failure = SystemFailure.last
      unsafe pthread_sigmask(SIG_SETMASK, &before, nil)
      throw failure
    }
  }

  /// Follows the interrupt of several runs at once; signals are another thread's business then.
  init(following shared: SharedInterrupt) {
    descriptor = shared.descriptor
    restored = sigset_t()
    isOwn = false
  }

  deinit {
    guard isOwn else { return }
    var before = restored
    unsafe pthread_sigmask(SIG_SETMASK, &before, nil)
    _ = close(descriptor)
  }

  /// Waits until a signal comes.
  ///
  /// - Parameter duration: How long at most.
  /// - Returns: Whether one came; true only once.
  public mutating func isRaised(within duration: Duration) -> Bool {
    var readiness = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    _ = unsafe poll(&readiness, 1, Int32(clamping: duration.nanoseconds / 1_000_000))
    return isRaised()
  }

  /// Whether a signal came by now; true only once, so that what is left to do can be done.
  mutating func isRaised() -> Bool {
    guard !isNoted else { return false }
    guard isOwn else {
      var readiness = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      isNoted = unsafe poll(&readiness, 1, 0) == 1
      return isNoted
    }
    var octets = [UInt8](repeating: 0, count: MemoryLayout<signalfd_siginfo>.size)
    guard unsafe CLinux.read(descriptor, &octets, octets.count) == octets.count else {
      return false
    }
    isNoted = true
    var before = restored
    unsafe pthread_sigmask(SIG_SETMASK, &before, nil)
    return true
  }
}
