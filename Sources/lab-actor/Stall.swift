import ArgumentParser
import Glibc

/// A server that hangs: it accepts and never reads, so that its receive window closes in the end.
///
/// It does not close after the peer either, as a program that hangs cannot; it lets go of a
/// connection only when that is reset.
struct Stall: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Accepts connections and never reads from them.")

  @Argument(help: "The port.")
  var port: UInt16

  @Option(help: "The receive buffer (SO_RCVBUF), in octets; the kernel's own without.")
  var receiveBuffer: Int32?

  func run() throws {
    let listener = try TCPSocket(listeningOn: port, backlog: 4096)
    if let receiveBuffer { listener.limitReceiveBuffer(to: receiveBuffer) }
    var connections: [TCPSocket] = []
    report("ready")
    while true {
      // Unread octets would end every wait at once; resets are looked for now and then.
      wait(for: [listener.descriptor], until: monotonicNow() + 100_000_000)
      while let connection = listener.accepted() { connections.append(connection) }
      connections.removeAll { connection in
        guard isOver(connection.descriptor) else { return false }
        connection.close()
        return true
      }
    }
  }
}
