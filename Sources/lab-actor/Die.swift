import ArgumentParser
import Glibc

/// A server whose workers are killed while connections are open, and replaced at once.
///
/// The listener outlives them, as with a master process or a service manager that holds the
/// socket. A killed worker's connections end with a FIN, or with a reset where octets were not
/// read (net/ipv4/tcp.c, `__tcp_close`); a worker never reads.
struct Die: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Accepts connections and is killed (SIGKILL) while they are open.")

  @Argument(help: "The port.")
  var port: UInt16

  @Option(help: "How long after its first connection a worker is killed, in milliseconds.")
  var after = 300.0

  @Option(help: .hidden)
  var inherited: Int32?

  func run() throws {
    if let inherited { return work(TCPSocket(descriptor: inherited)) }
    let listener = try TCPSocket(listeningOn: port, backlog: 4096)
    // Workers hold the reading end as their standard input: it ends when their master does.
    var ends: [Int32] = [-1, -1]
    guard unsafe pipe(&ends) == 0 else { throw ActorError("pipe") }
    _ = fcntl(ends[1], F_SETFD, FD_CLOEXEC)
    report("ready")
    while true {
      let worker = try startWorker(listener, standardInput: ends[0])
      _ = waitpid(worker, nil, 0)
    }
  }

  private func startWorker(_ listener: TCPSocket, standardInput: Int32) throws -> pid_t {
    let words = [
      "lab-actor", "die", "\(port)", "--after", "\(after)", "--inherited",
      "\(listener.descriptor)",
    ]
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    unsafe posix_spawn_file_actions_adddup2(&actions, standardInput, STDIN_FILENO)
    var arguments = unsafe words.map { unsafe strdup($0) } + [nil]
    defer {
      unsafe arguments.forEach { unsafe free($0) }
      unsafe posix_spawn_file_actions_destroy(&actions)
    }
    var environment: [UnsafeMutablePointer<CChar>?] = unsafe [nil]
    var worker: pid_t = 0
    errno = unsafe posix_spawn(
      &worker, "/proc/self/exe", &actions, nil, &arguments, &environment)
    guard errno == 0 else { throw ActorError("start a worker") }
    return worker
  }

  private func work(_ listener: TCPSocket) {
    var diesAt: UInt64?
    while true {
      wait(for: [listener.descriptor, STDIN_FILENO], until: diesAt)
      if isOver(STDIN_FILENO) { return }
      while listener.accepted() != nil { diesAt = diesAt ?? monotonicNow() + UInt64(after * 1e6) }
      if let diesAt, diesAt <= monotonicNow() { kill(getpid(), SIGKILL) }
    }
  }
}
