import ArgumentParser
import Glibc

/// A listener that never accepts and has filled its own accept queue, or a part of it.
struct Backlog: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Listens with a full accept queue, or nearly so, and never accepts.")

  @Argument(help: "The port.")
  var port: UInt16

  @Option(help: "The length given to listen(2); the queue holds one more.")
  var length: Int32 = 2

  @Option(help: "How many places of the queue are left to others.")
  var free: Int32 = 0

  func run() throws {
    let listener = try TCPSocket(listeningOn: port, backlog: length)
    let fillers = try (0..<(length + 1 - free)).map { _ in try TCPSocket(connectingToLocal: port) }
    let deadline = monotonicNow() + 2_000_000_000
    while listener.queueLength < fillers.count {
      guard monotonicNow() < deadline else { throw ActorError("the accept queue does not fill") }
      wait(for: [], until: monotonicNow() + 1_000_000)
    }
    report("ready, queue filled by \(fillers.count) connections")
    while true { pause() }
  }
}
