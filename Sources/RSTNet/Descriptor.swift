internal import CLinux

/// A file descriptor that is closed when its owner goes.
struct Descriptor: ~Copyable {
  let number: Int32

  init(owning number: Int32) { self.number = number }

  deinit { _ = CLinux.close(number) }

  /// Hands the number over, without closing it.
  consuming func release() -> Int32 {
    let number = number
    discard self
    return number
  }

  /// Opens a socket that no child process inherits.
  ///
  /// - Throws: The system's refusal.
  static func socket(_ family: Int32, _ type: Int32, _ number: Int32) throws(SystemFailure) -> Self
  {
    let descriptor = CLinux.socket(family, type | Int32(SOCK_CLOEXEC.rawValue), number)
    guard descriptor >= 0 else { throw SystemFailure.last }
    return Descriptor(owning: descriptor)
  }

  /// Writes octets until all of them are written.
  ///
  /// - Throws: `SystemFailure`; then some of them may be.
  borrowing func write(_ octets: [UInt8]) throws(SystemFailure) {
    if let failure = Self.write(octets, to: number).failure { throw failure }
  }

  /// Writes octets to a descriptor that somebody else owns, until all of them are written or the system
  /// refuses.
  ///
  /// - Returns: How many were written, and why no more were.
  static func write(_ octets: [UInt8], to number: Int32) -> (count: Int, failure: SystemFailure?) {
    var written = 0
    while written < octets.count {
      let count = unsafe octets[written...].withUnsafeBytes { memory in
        unsafe CLinux.write(number, memory.baseAddress, memory.count)
      }
      if count > 0 {
        written += count
        continue
      }
      let failure = count == 0 ? SystemFailure(number: EIO) : SystemFailure.last
      switch failure.number {
      case EINTR: continue
      case EAGAIN:
        var readiness = pollfd(fd: number, events: Int16(POLLOUT), revents: 0)
        _ = unsafe poll(&readiness, 1, -1)
      default: return (written, failure)
      }
    }
    return (written, nil)
  }

  /// Reads to the end, or one octet more than may be: the size that a file claims may be wrong.
  ///
  /// - Parameter limit: How many octets may be.
  /// - Returns: The octets; more than `limit` where there are too many.
  /// - Throws: `SystemFailure`.
  borrowing func read(limit: Int) throws(SystemFailure) -> [UInt8] {
    var octets = [UInt8](repeating: 0, count: min(limit, 1 << 16) + 1)
    var count = 0
    while count <= limit {
      if count == octets.count {
        octets += [UInt8](repeating: 0, count: min(octets.count, limit + 1 - count))
      }
      let got = unsafe octets[count...].withUnsafeMutableBytes { memory in
        unsafe CLinux.read(number, memory.baseAddress, memory.count)
      }
      if got == 0 { break }
      if got > 0 {
        count += got
      } else {
        let failure = SystemFailure.last
        guard failure.number == EINTR else { throw failure }
      }
    }
    octets.removeLast(octets.count - count)
    return octets
  }

  /// Reads so many octets, however long they take to come.
  ///
  /// - Throws: `SystemFailure`; EPIPE where the end comes before.
  borrowing func read(exactly count: Int) throws(SystemFailure) -> [UInt8] {
    var octets = [UInt8](repeating: 0, count: count)
    var start = 0
    while start < count {
      let got = unsafe octets[start...].withUnsafeMutableBytes { memory in
        unsafe CLinux.read(number, memory.baseAddress, memory.count)
      }
      if got > 0 {
        start += got
      } else if got == 0 {
        throw SystemFailure(number: EPIPE)
      } else if SystemFailure.last.number != EINTR {
        throw SystemFailure.last
      }
    }
    return octets
  }
}

extension SystemFailure: Error {}
