/// What a confined process still does, and the system calls that this takes.
///
/// What is in no group of a process is refused with EPERM: to open a file for writing, to start a
/// program, to connect, to trace, to mount, to load.
public enum SystemCallGroup: CaseIterable, Sendable {
  /// To compute, to wait, to use what is open, and to end.
  case runtime
  /// To start threads, never processes.
  case threads
  /// To send and receive through sockets that are open.
  case openSockets
  /// To open what another run needs: sockets of the kinds that it uses, and captures.
  case furtherRuns
  /// To read more files.
  case reading
  /// To answer clients, and to ask the servers of names.
  case serving
  /// To work with a SQLite database, which has a journal beside it for each transaction.
  case database
  /// To replace files as a whole, and to make a directory.
  case replacingFiles
  /// To remove a directory, as tracefs has for each tracing.
  case removingDirectories

  /// The rules of the group.
  var rules: [SystemCallRule] {
    switch self {
    case .runtime:
      SystemCallRule.memory + SystemCallRule.time + SystemCallRule.openFiles + SystemCallRule.end
    case .threads: SystemCallRule.threads
    case .openSockets: SystemCallRule.openSockets
    case .furtherRuns:
      SystemCallRule.openSockets + SystemCallRule.furtherRuns + SystemCallRule.threads
    case .reading: SystemCallRule.reading
    case .serving: SystemCallRule.serving + SystemCallRule.queues
    case .database:
      SystemCallRule.database + SystemCallRule.queues + SystemCallRule.threads
    case .replacingFiles: SystemCallRule.replacingFiles
    case .removingDirectories: SystemCallRule.removingDirectories
    }
  }
}
