internal import CLinux
internal import Glibc

/// What a process keeps once it has opened what it needs: of its capabilities, of the system's calls,
/// and of the file system.
///
/// There is one value for each kind of work, and all of them are here. Nothing takes any of it back.
public struct Confinement: Hashable, Sendable {
  /// The groups of system calls beside `runtime`.
  var groups: Set<SystemCallGroup>
  /// The capabilities that are still needed.
  var capabilities: CapabilitySet
  /// The only directory in which files can still be made and written; nil for none.
  var directory: String?

  private init(
    _ groups: Set<SystemCallGroup>, _ capabilities: CapabilitySet = [], directory: String? = nil
  ) {
    self.groups = groups.union([.runtime])
    self.capabilities = capabilities
    self.directory = directory
  }

  /// Reads what is open, says what is in it, and does nothing else.
  public static let explaining = Self([.threads])
  /// Reads files one after the other.
  public static let merging = Self([.reading])
  /// Sends and receives through sockets that are open, and reads a witness's record.
  public static let diagnosing = Self([.openSockets, .threads])
  /// Records what is captured.
  ///
  /// - Parameter traces: Whether a tracing has to be taken away at the end, from root's directory.
  /// - Returns: What is kept.
  public static func witnessing(traces: Bool) -> Self {
    traces
      ? Self([.openSockets, .removingDirectories], geteuid() == 0 ? [] : [.anyFile])
      : Self([.openSockets])
  }
  /// Makes one run after the other, some at once.
  ///
  /// - Parameter store: The SQLite database that is written; nil for none.
  /// - Returns: What is kept.
  public static func repeating(store: String? = nil) -> Self {
    Self([.furtherRuns, .reading], [.rawNetwork]).adding(store)
  }
  /// Sweeps through sockets that are open.
  ///
  /// - Parameters:
  ///   - deepens: Whether some ports get a run of their own at the end.
  ///   - store: The SQLite database that is written; nil for none.
  /// - Returns: What is kept.
  public static func sweeping(deepens: Bool, store: String? = nil) -> Self {
    (deepens ? repeating() : Self([.openSockets])).adding(store)
  }
  /// Makes one run after the other for clients, whose names it looks up.
  public static let serving = Self([.furtherRuns, .reading, .serving], [.rawNetwork])
  /// Replaces files for a process that may not.
  static let keepingFiles = Self([.replacingFiles], [.anyFile, .anyOwner])

  private func adding(_ store: String?) -> Self {
    guard let store else { return self }
    var all = self
    all.groups.insert(.database)
    all.directory = store.lastIndex(of: "/").map { String(store[...$0]) } ?? "."
    return all
  }

  /// Confines this process, for good; to be called before there are other threads.
  ///
  /// - Returns: What the system did not do, each in one line: an old kernel, or a sandbox around. The
  ///   process can go on all the same.
  @discardableResult
  public func enter() -> [String] {
    var shortfalls: [String] = []
    func note(_ what: String, _ failure: SystemFailure) { shortfalls.append("\(what): \(failure)") }
    if let invoking = InvokingUser.current {
      shortfalls.append("this still runs as root: the system refuses user \(invoking.user)")
    }
    rst_empty_bounding_set()
    if !needed.apply() { note("capabilities are kept", .last) }
    if rst_forbid_new_privileges() != 0 { note("new privileges are not forbidden", .last) }
    if let directory, unsafe rst_write_only_beneath(directory) != 0 {
      note("files are not confined to \(directory)", .last)
    }
    do throws(SystemFailure) {
      let filter = try SystemCallFilter()
      try filter.allow(rules)
      try filter.apply()
    } catch {
      note("system calls are not filtered", error)
    }
    return shortfalls
  }

  /// The rules of all groups, each once.
  var rules: Set<SystemCallRule> { Set(groups.flatMap(\.rules)) }

  /// The capabilities that are still needed: SQLite's journal may be in a directory that only root
  /// writes to.
  private var needed: CapabilitySet {
    guard let directory else { return capabilities }
    capabilities.apply(keeping: .anyFile)
    let isOpen = unsafe faccessat(AT_FDCWD, directory, W_OK | X_OK, AT_EACCESS) == 0
    return isOpen ? capabilities : capabilities.union(.anyFile)
  }
}
