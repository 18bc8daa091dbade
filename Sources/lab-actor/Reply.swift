import ArgumentParser
import Glibc

/// A server that looks at what it is asked, and treats one name otherwise than all else.
///
/// What it does is done by its host's own stack: nothing is forged.
struct Reply: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Answers what holds a text otherwise than what does not.")

  /// What is done about what the peer sent.
  enum Action: String, ExpressibleByArgument {
    /// A short page; the connection stays.
    case answer
    /// A reset.
    case abort
    /// A FIN.
    case close
    /// Nothing; the host acknowledges all the same.
    case ignore
  }

  @Argument(help: "The port.")
  var port: UInt16

  @Option(help: "The text.")
  var match: String

  @Option(help: "What is done where it was sent: answer, abort, close or ignore.")
  var then = Action.answer

  @Option(help: "What is done where something else was sent.")
  var otherwise = Action.answer

  @Option(help: "How long it takes where the text was sent, in milliseconds.")
  var after = 0.0

  @Option(help: "How long it takes where something else was sent, in milliseconds.")
  var otherwiseAfter = 0.0

  private struct Connection {
    var socket: TCPSocket
    var text: [UInt8] = []
    var next: (action: Action, moment: UInt64)?
    var isOver = false
  }

  func run() throws {
    let listener = try TCPSocket(listeningOn: port, backlog: 4096)
    var connections: [Connection] = []
    report("ready")
    while true {
      wait(
        for: [listener.descriptor] + connections.map(\.socket.descriptor),
        until: connections.compactMap { $0.next?.moment }.min())
      while let socket = listener.accepted() { connections.append(Connection(socket: socket)) }
      for index in connections.indices { serve(&connections[index]) }
      connections.removeAll(where: \.isOver)
    }
  }

  private func serve(_ connection: inout Connection) {
    switch connection.socket.read(into: &connection.text) {
    case .nothing: break
    case .octets:
      let isNamed = connection.text.contains(sequence: Array(match.utf8))
      let delay = isNamed ? after : otherwiseAfter
      connection.next = (isNamed ? then : otherwise, monotonicNow() + UInt64(delay * 1e6))
    case .end: connection.next = (.close, 0)
    }
    guard let next = connection.next, next.moment <= monotonicNow() else { return }
    connection.next = nil
    switch next.action {
    case .answer:
      connection.text = []
      connection.socket.send(
        Array("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello\n".utf8))
    case .abort:
      connection.socket.abort()
      connection.isOver = true
    case .close:
      connection.socket.close()
      connection.isOver = true
    case .ignore: break
    }
  }
}
