internal import CLinux

/// A refusal of the operating system: the error number and its text.
public struct SystemFailure: Hashable, Sendable, CustomStringConvertible {
  /// The error number (errno).
  public var number: Int32

  /// Makes a failure from an error number.
  public init(number: Int32) { self.number = number }

  /// The failure of the system call that came last on this thread.
  static var last: Self { Self(number: rst_errno()) }

  /// Whether a privilege is what is missing.
  public var isPermission: Bool { number == EPERM || number == EACCES }

  /// The system's own text, for instance "Operation not permitted".
  public var description: String {
    guard let text = unsafe strerror(number) else { return "error \(number)" }
    return unsafe String(cString: text)
  }
}
