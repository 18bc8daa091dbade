import RSTCore
import RSTWire

extension SimulatedHost {
  /// A service that reacts to what clients send, where the host's own stack lets it.
  public struct Application: Sendable {
    /// What it does about content.
    public enum Reaction: Hashable, Sendable {
      /// It goes on reading.
      case reads
      /// It closes the socket without lingering: RST with ACK and timestamps, and it is forgotten.
      case aborts
      /// It closes in order.
      case closes
      /// It says something.
      case answers([UInt8])
    }

    /// The content that it minds; empty for any.
    public var text: [UInt8]
    /// What it does about that.
    public var reaction: Reaction
    /// How long after the handshake it closes by itself; nil for never.
    public var idleClose: Duration?
    /// Whether it does that without lingering: by a reset.
    public var abortsIdle = false
    /// The hop limit of everything behind the SYN ACK, as where a front end opens connections.
    public var hopLimit: UInt8?
    /// The hop limit of its resets, as where a front end resets.
    public var resetHopLimit: UInt8?

    /// Makes a service that minds a text, or with an empty one whatever is sent.
    public init(_ reaction: Reaction = .reads, to text: String = "") {
      self.text = Array(text.utf8)
      self.reaction = reaction
    }

    /// What it does about octets.
    func reaction(to payload: [UInt8]) -> Reaction {
      payload.isEmpty || !text.isEmpty && !payload.contains(text) ? .reads : reaction
    }
  }

  /// A Linux host that serves port 80.
  public static func serving(
    _ application: Application, hopLimit: UInt8 = 64, banner: String = ""
  ) -> Self {
    var host = linux(listening: [80], hopLimit: hopLimit)
    host.application = application
    host.banner = Array(banner.utf8)
    return host
  }

  /// What an application makes of the content that the stack took; the acknowledgement comes first.
  mutating func applicationReceived(
    _ payload: [UInt8], on connection: inout Connection, in packet: Packet, of flow: Flow,
    at now: Moment
  ) -> [Packet] {
    let acknowledgement = say(.acknowledgement, connection, in: packet, at: now)
    guard let application, connection.state == .established else { return [acknowledgement] }
    switch application.reaction(to: payload) {
    case .reads:
      return [acknowledgement]
    case .aborts:
      connections[flow] = nil
      return [
        acknowledgement, say([.reset, .acknowledgement], connection, in: packet, at: now),
      ]
    case .closes:
      return [acknowledgement, finish(&connection, in: packet, at: now)]
    case .answers(let octets):
      let answer = say([.acknowledgement, .push], connection, octets, in: packet, at: now)
      connection.said += octets
      connection.sendNext = connection.sendNext + octets.count
      connection.timer = now + .milliseconds(250)
      return [acknowledgement, answer]
    }
  }

  private mutating func finish(
    _ connection: inout Connection, in packet: Packet, at now: Moment
  ) -> Packet {
    let fin = say([.fin, .acknowledgement], connection, in: packet, at: now)
    connection.state = .finWait
    connection.sendNext = connection.sendNext + 1
    connection.timer = now + .milliseconds(250)
    connection.idleEnds = nil
    return fin
  }

  /// Takes note of an acknowledgement, so that nothing is repeated for ever.
  func take(_ header: TCPHeader, for connection: inout Connection, at now: Moment) {
    let taken = header.acknowledgement.distance(from: connection.oldest)
    guard taken > 0, connection.sendNext.distance(from: header.acknowledgement) >= 0 else { return }
    connection.said.removeFirst(min(taken, connection.said.count))
    connection.oldest = header.acknowledgement
    connection.retries = 0
    connection.timer =
      connection.oldest == connection.sendNext ? nil : now + .milliseconds(250)
  }

  /// What is not acknowledged once more, and a FIN that the service has waited for.
  mutating func applicationTimer(of flow: Flow, at now: Moment) -> [Packet] {
    guard var connection = connections[flow], let asked = connection.asked else { return [] }
    defer { if connections[flow] != nil { connections[flow] = connection } }
    if let ends = connection.idleEnds, ends <= now {
      if application?.abortsIdle ?? false {
        defer { connections[flow] = nil }
        return [say([.reset, .acknowledgement], connection, in: asked, at: now)]
      }
      return [finish(&connection, in: asked, at: now)]
    }
    connection.retries += 1
    guard connection.retries <= 8, connection.oldest != connection.sendNext else {
      // Whoever never acknowledged is forgotten; a connection that stands has nothing to repeat.
      if connection.retries > 8 { connections[flow] = nil }
      connection.timer = nil
      return []
    }
    connection.timer = now + .milliseconds(250 << min(connection.retries, 4))
    let next = connection.sendNext
    connection.sendNext = connection.oldest
    defer { connection.sendNext = next }
    var flags: TCPFlags = connection.said.isEmpty ? .acknowledgement : [.acknowledgement, .push]
    if connection.hasFIN { flags.insert(.fin) }
    return [say(flags, connection, connection.said, in: asked, at: now)]
  }
}
