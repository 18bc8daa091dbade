internal import CLinux
internal import Glibc

/// Standard output and standard error, without buffering and with every failure seen.
public enum StandardStream: Sendable {
  /// Standard output.
  case output
  /// Standard error.
  case error

  private var descriptor: Int32 {
    switch self {
    case .output: STDOUT_FILENO
    case .error: STDERR_FILENO
    }
  }

  /// Whether a terminal is at the other end.
  public var isTerminal: Bool { isatty(descriptor) == 1 }

  /// The width of the terminal in columns; nil where there is none or it does not say.
  public var columns: Int? {
    let count = rst_terminal_columns(descriptor)
    return count > 0 ? Int(count) : nil
  }

  /// Writes all of a text.
  ///
  /// - Parameter text: The text; nothing is added to it.
  /// - Throws: `SystemFailure`, for instance on a full disk; `isBrokenPipe` where nobody reads any
  ///   more.
  public func write(_ text: String) throws(SystemFailure) {
    if let failure = Descriptor.write(Array(text.utf8), to: descriptor).failure { throw failure }
  }

  /// Writes octets to standard output until a failure.
  ///
  /// Where that leaves a regular file with a part of a line, the part is taken away again.
  ///
  /// - Parameters:
  ///   - octets: Whole lines.
  ///   - ends: The number of octets up to the end of each line, ascending.
  /// - Returns: How many lines stand there, and why there are no more.
  public static func write(
    lines octets: [UInt8], ends: [Int]
  ) -> (lines: Int, failure: SystemFailure?) {
    let (count, failure) = Descriptor.write(octets, to: STDOUT_FILENO)
    let lines = ends.prefix { $0 <= count }.count
    rst_cut_output(count - (lines > 0 ? ends[lines - 1] : 0))
    return (lines, failure)
  }

  /// Fills the places of standard streams that are closed, before anything else is opened.
  ///
  /// Otherwise a socket or the capture file gets the number of standard output, and the report is
  /// written into it. What fills them is open for reading only, so that writing says what is wrong.
  public static func occupyClosedDescriptors() {
    while true {
      let descriptor = unsafe open("/dev/null", O_RDONLY)
      guard (0...STDERR_FILENO).contains(descriptor) else {
        if descriptor >= 0 { _ = CLinux.close(descriptor) }
        return
      }
    }
  }

  /// Makes a closed pipe an error of `write(_:)` instead of the end of the process.
  public static func ignoreBrokenPipes() {
    rst_ignore_broken_pipes()
  }
}

extension SystemFailure {
  /// Whether nobody reads any more what is written.
  public var isBrokenPipe: Bool { number == EPIPE }
}

/// What the environment says.
public enum Environment {
  /// The value of a variable; nil when it is not set.
  public static func value(of name: String) -> String? {
    guard let value = unsafe getenv(name) else { return nil }
    return unsafe String(cString: value)
  }
}
