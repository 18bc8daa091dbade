internal import CLinux

/// Files that are read or written as a whole.
public enum WholeFile {
  /// Reads a file, or standard input for "-".
  ///
  /// - Parameters:
  ///   - path: Where.
  ///   - limit: The most octets that are read.
  /// - Returns: The octets; nil where there are more than the limit.
  /// - Throws: `SystemFailure`.
  public static func read(_ path: String, limit: Int) throws(SystemFailure) -> [UInt8]? {
    let descriptor = path == "-" ? dup(STDIN_FILENO) : unsafe rst_open_for_reading(path)
    guard descriptor >= 0 else { throw SystemFailure.last }
    let file = Descriptor(owning: descriptor)
    var octets: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = unsafe CLinux.read(file.number, &part, part.count)
      if count == 0 { return octets }
      guard count > 0 else {
        let failure = SystemFailure.last
        if failure.number == EINTR { continue }
        throw failure
      }
      guard octets.count + count <= limit else { return nil }
      octets.append(contentsOf: part[..<count])
    }
  }

  /// Writes a file in one step: whoever reads it sees all of the old one or all of the new one.
  ///
  /// - Parameters:
  ///   - path: Where.
  ///   - octets: Its content.
  /// - Throws: `SystemFailure`; the old file is as it was then.
  public static func replace(_ path: String, with octets: [UInt8]) throws(SystemFailure) {
    let temporary = "\(path).\(getpid()).part"
    let descriptor = unsafe rst_open_for_writing(temporary)
    guard descriptor >= 0 else { throw SystemFailure.last }
    let file = Descriptor(owning: descriptor)
    do throws(SystemFailure) {
      var written = 0
      while written < octets.count {
        let count = unsafe octets[written...].withUnsafeBytes { memory in
          unsafe CLinux.write(file.number, memory.baseAddress, memory.count)
        }
        if count < 0, SystemFailure.last.number != EINTR { throw SystemFailure.last }
        written += max(count, 0)
      }
      guard fsync(file.number) == 0 else { throw SystemFailure.last }
      guard unsafe rename(temporary, path) == 0 else { throw SystemFailure.last }
    } catch {
      _ = unsafe unlink(temporary)
      throw error
    }
  }

  /// Removes a file; nothing happens where there is none.
  public static func remove(_ path: String) { _ = unsafe unlink(path) }

  /// Says what would keep a file from being made, without making it; nil where nothing is known.
  public static func obstacle(to path: String) -> SystemFailure? {
    CaptureFileWriter.obstacle(to: path)
  }
}

extension StandardStream {
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
    var written = 0
    while written < octets.count {
      let count = unsafe octets[written...].withUnsafeBytes { memory in
        unsafe CLinux.write(STDOUT_FILENO, memory.baseAddress, memory.count)
      }
      if count >= 0 {
        written += count
        continue
      }
      let failure = SystemFailure.last
      if failure.number == EINTR { continue }
      if failure.number == EAGAIN {
        var readiness = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
        _ = unsafe poll(&readiness, 1, -1)
        continue
      }
      let lines = ends.prefix { $0 <= written }.count
      rst_cut_output(Int(written - (lines > 0 ? ends[lines - 1] : 0)))
      return (lines, failure)
    }
    return (ends.count, nil)
  }
}

/// A file that is made or emptied, and then grows.
public final class AppendedFile {
  private let descriptor: Descriptor

  /// Makes the file.
  ///
  /// - Throws: `SystemFailure`.
  public init(path: String) throws(SystemFailure) {
    let number = unsafe rst_open_for_writing(path)
    guard number >= 0 else { throw SystemFailure.last }
    descriptor = Descriptor(owning: number)
  }

  /// Adds text.
  ///
  /// - Throws: `SystemFailure`, for instance on a full disk.
  public func write(_ text: String) throws(SystemFailure) {
    let octets = Array(text.utf8)
    var written = 0
    while written < octets.count {
      let count = unsafe octets[written...].withUnsafeBytes { memory in
        unsafe CLinux.write(descriptor.number, memory.baseAddress, memory.count)
      }
      if count < 0, SystemFailure.last.number != EINTR { throw SystemFailure.last }
      written += max(count, 0)
    }
  }
}
