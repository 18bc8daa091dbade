/// Connections with resets that wait for what is learned of their hosts, in bounded memory.
struct PendingConnections: Sendable {
  private var connections: [CapturedConnection] = []
  /// The oldest; what is before it was given out.
  private var first = 0
  private var resets = 0

  /// How many connections may wait, and with how many resets.
  private static let most = (connections: 4_096, resets: 16_384)

  init() {}

  /// Whether more wait than may.
  var isOverfull: Bool {
    connections.count - first > Self.most.connections || resets > Self.most.resets
  }

  /// Adds one.
  mutating func append(_ connection: CapturedConnection) {
    resets += connection.resets.count
    connections.append(connection)
  }

  /// The one that waits for longest.
  mutating func next() -> CapturedConnection? {
    guard first < connections.count else {
      connections = []
      first = 0
      return nil
    }
    let connection = connections[first]
    connections[first].clear()
    resets -= connection.resets.count
    first += 1
    // Moved seldom enough that it costs nothing.
    if first > Self.most.connections {
      connections.removeFirst(first)
      first = 0
    }
    return connection
  }
}
