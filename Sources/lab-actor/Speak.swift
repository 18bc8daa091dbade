import ArgumentParser
import Glibc

/// A server that says so many octets, in pieces, and may hang up after them.
///
/// With none to say and `--hang-up`, its FIN follows the handshake at once.
struct Speak: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Says so many octets to whoever connects, piece by piece.")

  @Argument(help: "The port.")
  var port: UInt16

  @Option(help: "How many octets it says on each connection.")
  var octets = 0

  @Option(help: "How many octets at once: a segment of its own, where it is no longer than one.")
  var piece = 65536

  @Option(help: "How long it waits after each piece, in milliseconds.")
  var pause = 0.0

  @Flag(help: "Speaks only once the peer has sent something.")
  var whenAsked = false

  @Flag(help: "Closes once everything is said.")
  var hangUp = false

  private struct Connection {
    var socket: TCPSocket
    var left: Int
    var isSpeaking: Bool
    var speaksAt: UInt64 = 0
    var isOver = false
  }

  func run() throws {
    let listener = try TCPSocket(listeningOn: port, backlog: 4096)
    var connections: [Connection] = []
    report("ready")
    while true {
      let speaking = connections.filter { $0.isSpeaking && $0.left > 0 }
      let now = monotonicNow()
      wait(
        for: [listener.descriptor] + connections.map(\.socket.descriptor),
        orToWrite: speaking.filter { $0.speaksAt <= now }.map(\.socket.descriptor),
        until: speaking.map(\.speaksAt).filter { $0 > now }.min())
      while let socket = listener.accepted() {
        socket.disableNagle()
        connections.append(Connection(socket: socket, left: octets, isSpeaking: !whenAsked))
      }
      for index in connections.indices { serve(&connections[index]) }
      connections.removeAll { connection in
        if connection.isOver { connection.socket.close() }
        return connection.isOver
      }
    }
  }

  private func serve(_ connection: inout Connection) {
    switch connection.socket.drain() {
    case .nothing: break
    case .octets: connection.isSpeaking = true
    case .end: connection.isOver = true
    }
    guard connection.isSpeaking else { return }
    let now = monotonicNow()
    if connection.left > 0, connection.speaksAt <= now {
      let octets = [UInt8](repeating: UInt8(ascii: "."), count: min(piece, connection.left))
      connection.left -= connection.socket.send(octets)
      connection.speaksAt = now + UInt64(pause * 1e6)
    }
    if hangUp, connection.left == 0 { connection.isOver = true }
  }
}
