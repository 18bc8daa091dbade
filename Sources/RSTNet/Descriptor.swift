internal import CLinux

/// A file descriptor that is closed when its owner goes.
struct Descriptor: ~Copyable {
  let number: Int32

  init(owning number: Int32) { self.number = number }

  deinit { _ = CLinux.close(number) }

  /// Opens a socket that no child process inherits.
  ///
  /// - Throws: The system's refusal.
  static func socket(_ family: Int32, _ type: Int32, _ number: Int32) throws(SystemFailure) -> Self
  {
    let descriptor = CLinux.socket(family, type | Int32(SOCK_CLOEXEC.rawValue), number)
    guard descriptor >= 0 else { throw SystemFailure.last }
    return Descriptor(owning: descriptor)
  }
}

extension SystemFailure: Error {}
