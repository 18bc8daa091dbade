internal import CLinux
internal import Glibc
internal import RSTCore

/// Why the kernel's reasons for resets cannot be had.
public enum ResetTracingError: Error, Hashable, Sendable {
  /// There is no tracefs, or no right to use it.
  case noTracefs(SystemFailure)
  /// The kernel has no tracepoint `tcp:tcp_send_reset`.
  case noTracepoint
  /// It has, and does not tell why: before Linux 6.10.
  case noReasons
  /// Tracing was refused.
  case refused(SystemFailure)
}

extension ResetTracingError: CustomStringConvertible {
  /// One line for people.
  public var description: String {
    switch self {
    case .noTracefs(let failure) where failure.isPermission:
      "tracing needs CAP_SYS_ADMIN or access to /sys/kernel/tracing: \(failure)"
    case .noTracefs(let failure): "this system has no tracefs: \(failure)"
    case .noTracepoint: "this kernel has no tracepoint tcp:tcp_send_reset"
    case .noReasons: "this kernel tells no reasons: Linux 6.10 is the first that does"
    case .refused(let failure): "tracing was refused: \(failure)"
    }
  }
}

/// The kernel's tracepoint for resets, in an instance of tracefs of its own: what others trace, and how,
/// is left as it is.
///
/// The instance ends with this value. One that a process left behind which was killed is removed by the
/// next. Documentation/trace/ftrace.rst, "Instances".
struct ResetTracing: ~Copyable {
  private let root: Int32
  private let instance: String
  private let pipe: Int32
  private let clock: SystemClock
  private var rest: [UInt8] = []
  /// How many events the kernel had no room for.
  private(set) var lost = 0

  private static let prefix = "rstprobe-"
  private static let event = "events/tcp/tcp_send_reset"

  /// Begins to trace.
  ///
  /// - Parameter clock: The clock that the moments are given in.
  /// - Throws: `ResetTracingError`; nothing is left behind then.
  init(clock: SystemClock) throws(ResetTracingError) {
    let root = rst_open_tracefs()
    guard root >= 0 else { throw .noTracefs(.last) }
    let instance = "instances/\(Self.prefix)\(getpid())"
    do throws(ResetTracingError) { pipe = try Self.begin(instance, in: root) } catch {
      Self.end(instance, in: root)
      throw error
    }
    self.root = root
    self.instance = instance
    self.clock = clock
  }

  deinit {
    // An instance that is in use cannot be removed.
    _ = CLinux.close(pipe)
    Self.end(instance, in: root)
  }

  /// Makes an instance that traces, and opens what it tells.
  private static func begin(
    _ instance: String, in root: Int32
  ) throws(ResetTracingError) -> Int32 {
    unsafe rst_remove_stale_instances(root, prefix)
    guard let format = text(of: "\(event)/format", in: root) else { throw .noTracepoint }
    guard format.contains(" reason;") else { throw .noReasons }
    guard unsafe mkdirat(root, instance, 0o700) == 0 else { throw .refused(.last) }
    // The clock that captures are brought to as well.
    try write("mono", to: "\(instance)/trace_clock", in: root)
    try write("1", to: "\(instance)/\(event)/enable", in: root)
    let pipe = unsafe rst_open_in(root, "\(instance)/trace_pipe", 0)
    guard pipe >= 0 else { throw .refused(.last) }
    return pipe
  }

  private static func end(_ instance: String, in root: Int32) {
    _ = unsafe unlinkat(root, instance, Int32(AT_REMOVEDIR))
    _ = CLinux.close(root)
  }

  /// Reads all resets that the kernel has told of since.
  ///
  /// - Returns: The resets, in the order in which the kernel gives them.
  mutating func read() -> [KernelReset] {
    var resets: [KernelReset] = []
    var part = [UInt8](repeating: 0, count: 1 << 14)
    while true {
      let count = unsafe CLinux.read(pipe, &part, part.count)
      guard count > 0 else { return resets }
      rest += part[..<count]
      while let end = rest.firstIndex(of: 0x0a) {
        let line = String(decoding: rest[..<end], as: UTF8.self)
        rest.removeSubrange(...end)
        take(line, &resets)
      }
    }
  }

  private mutating func take(_ line: String, _ resets: inout [KernelReset]) {
    let clock = clock
    if let reset = KernelReset(traceLine: line, moment: { clock.moment(ofMonotonic: $0) }) {
      resets.append(reset)
    } else if line.contains(" EVENTS]") || line.contains("tcp_send_reset:") {
      // "CPU:1 [LOST 12 EVENTS]", and what could not be read, which is as good as lost.
      lost += 1
    }
  }

  private static func text(of path: String, in root: Int32) -> String? {
    let number = unsafe rst_open_in(root, path, 0)
    guard number >= 0 else { return nil }
    let file = Descriptor(owning: number)
    var octets = [UInt8](repeating: 0, count: 1 << 14)
    let count = unsafe CLinux.read(file.number, &octets, octets.count)
    return count > 0 ? String(decoding: octets[..<count], as: UTF8.self) : nil
  }

  private static func write(
    _ text: String, to path: String, in root: Int32
  ) throws(ResetTracingError) {
    let number = unsafe rst_open_in(root, path, 1)
    guard number >= 0 else { throw .refused(.last) }
    let file = Descriptor(owning: number)
    let octets = Array(text.utf8)
    guard unsafe CLinux.write(file.number, octets, octets.count) == octets.count else {
      throw .refused(.last)
    }
  }
}
