import ArgumentParser
import Glibc

/// A server that accepts, says its banner if it has one, and closes when the peer closes.
struct Listen: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Accepts connections and closes them politely after the peer.")

  @Argument(help: "The ports.")
  var ports: [UInt16]

  @Option(help: "What it says first.")
  var banner = ""

  func run() throws {
    let listeners = try ports.map { try TCPSocket(listeningOn: $0, backlog: 4096) }
    var connections: [TCPSocket] = []
    report("ready")
    while true {
      wait(for: (listeners + connections).map(\.descriptor), until: nil)
      connections.removeAll { connection in
        guard connection.drain() == .end else { return false }
        connection.close()
        return true
      }
      for listener in listeners {
        while let connection = listener.accepted() {
          if !banner.isEmpty { connection.send(Array((banner + "\r\n").utf8)) }
          connections.append(connection)
        }
      }
    }
  }
}
