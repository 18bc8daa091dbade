internal import CLinux
internal import Glibc
internal import RSTCore

/// An interrupt that many runs follow at once: once raised it stays so.
///
/// Signals go to one thread; the others learn of it here.
public final class SharedInterrupt: Sendable {
  /// A descriptor that is readable from the moment on at which it is raised.
  let descriptor: Int32
  private let writing: Int32

  /// Makes one that is not raised.
  ///
  /// - Throws: `SystemFailure` where no pipe can be had.
  public init() throws(SystemFailure) {
    var ends: [Int32] = [-1, -1]
    guard unsafe pipe(&ends) == 0 else { throw SystemFailure.last }
    (descriptor, writing) = (ends[0], ends[1])
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
  }

  deinit {
    _ = CLinux.close(descriptor)
    _ = CLinux.close(writing)
  }

  /// Raises it.
  public func raise() {
    var octet: UInt8 = 1
    _ = unsafe CLinux.write(writing, &octet, 1)
  }

  /// Whether it was raised by now, or is so within a time that is waited for.
  func isRaised(within duration: Duration) -> Bool {
    var readiness = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return unsafe poll(&readiness, 1, Int32(clamping: duration.nanoseconds / 1_000_000)) == 1
  }
}
