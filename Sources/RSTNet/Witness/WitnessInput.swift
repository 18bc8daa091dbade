internal import CLinux
internal import Glibc
internal import RSTCore
internal import Synchronization

/// A witness's record that is read while it is still written: a file that grows, or a pipe.
public final class WitnessInput: Sendable {
  private let descriptor: Int32
  /// Whether more may come behind the end: a file's end is only where it is now.
  private let grows: Bool
  private let state = Mutex(State())

  private struct State {
    var octets: [UInt8] = []
    var isOver = false
    var isTooLarge = false
  }

  /// The most that is read, in octets.
  private static let limit = 1 << 29

  /// Opens a record; nothing is read yet.
  ///
  /// - Parameter path: A file, or "-" for standard input.
  /// - Throws: `SystemFailure`.
  public init(path: String) throws(SystemFailure) {
    descriptor = path == "-" ? dup(STDIN_FILENO) : unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw SystemFailure.last }
    var status = stat()
    grows = unsafe fstat(descriptor, &status) == 0 && status.st_mode & 0o170000 == 0o100000
  }

  /// Reads on, on this thread, until the first line is whole, or the record over.
  ///
  /// - Parameter goesOn: Asked again and again; false ends the waiting.
  public func readFirstLine(while goesOn: () -> Bool) {
    while !octets.contains(0x0a), !isOver, goesOn() {
      var readiness = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      guard unsafe poll(&readiness, 1, 20) == 1, readSome() == 0, !isOver else { continue }
      Self.pause()
    }
  }

  /// Reads all the rest, on a thread of its own.
  ///
  /// - Throws: `SystemFailure` where there is no thread to be had.
  public func begin() throws(SystemFailure) {
    guard BackgroundTask<Void>.startAside({ self.read() }) != nil else {
      throw SystemFailure(number: EAGAIN)
    }
  }

  deinit { _ = CLinux.close(descriptor) }

  /// What was read so far.
  public var octets: [UInt8] { state.withLock { $0.octets } }
  /// The last octets of it, at most so many.
  public func suffix(_ count: Int) -> ArraySlice<UInt8> {
    state.withLock { ArraySlice(Array($0.octets.suffix(count))) }
  }
  /// Whether nothing more can come.
  public var isOver: Bool { state.withLock { $0.isOver } }
  /// Whether there is more than is read.
  public var isTooLarge: Bool { state.withLock { $0.isTooLarge } }

  /// Waits a little.
  public static func pause() { _ = poll(nil, 0, 20) }

  private func read() {
    while !isOver {
      if readSome() == 0, !isOver { Self.pause() }
    }
  }

  /// Reads what waits, and says how many octets that were; of a pipe it waits for some.
  private func readSome() -> Int {
    var part = [UInt8](repeating: 0, count: 1 << 16)
    let count = unsafe CLinux.read(descriptor, &part, part.count)
    guard count <= 0 else {
      state.withLock { state in
        if state.octets.count + count <= Self.limit {
          state.octets += part[..<count]
        } else {
          (state.isOver, state.isTooLarge) = (true, true)
        }
      }
      return count
    }
    let isEnd = count == 0 ? !grows : SystemFailure.last.number != EINTR
    if isEnd { state.withLock { $0.isOver = true } }
    return 0
  }
}
