import ArgumentParser
import Glibc

/// A server that aborts its connections: a reset instead of a FIN.
struct Abort: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Accepts connections and aborts them, with SO_LINGER 0.")

  @Argument(help: "The port.")
  var port: UInt16

  @Option(help: "How long after accepting, in milliseconds.")
  var after = 0.0

  @Flag(help: "Only once the peer has sent something.")
  var whenAsked = false

  private struct Connection {
    var socket: TCPSocket
    var isDue: Bool
    var abortsAt: UInt64
  }

  func run() throws {
    let listener = try TCPSocket(listeningOn: port, backlog: 4096)
    var connections: [Connection] = []
    report("ready")
    while true {
      let moment = connections.filter(\.isDue).map(\.abortsAt).min()
      wait(for: [listener.descriptor] + connections.map(\.socket.descriptor), until: moment)
      while let socket = listener.accepted() {
        connections.append(
          Connection(
            socket: socket, isDue: !whenAsked, abortsAt: monotonicNow() + UInt64(after * 1e6)))
      }
      for index in connections.indices {
        switch connections[index].socket.drain() {
        case .nothing: break
        case .octets: connections[index].isDue = true
        case .end: (connections[index].isDue, connections[index].abortsAt) = (true, 0)
        }
      }
      let now = monotonicNow()
      connections.removeAll { connection in
        guard connection.isDue, connection.abortsAt <= now else { return false }
        connection.socket.abort()
        return true
      }
    }
  }
}
