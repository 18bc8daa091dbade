/// Makes a service speak, or close, that waits for its client to begin: an HTTP request.
///
/// It is sent once nothing has come from the service for 300 ms: `GET / HTTP/1.0` and an empty line.
/// What speaks no HTTP mostly refuses it, which is as good: it says something and closes.
struct Nudge: Sendable {
  /// The request.
  ///
  /// RFC 1945, section 5.
  static let request = Array("GET / HTTP/1.0\r\n\r\n".utf8)
  /// How long nothing comes before it is sent.
  static let patience = Duration.milliseconds(300)
  /// How long the service may take in all.
  static let limit = Duration.seconds(5)

  private var begun: Moment?
  private var quietSince: Moment?
  private var isSent = false

  /// Waits on, and sends the request when its time has come; nil once the service had its time.
  mutating func wait(_ bench: inout Bench, hasHeard: Bool, at now: Moment) -> Wait? {
    let begun = begun ?? now
    self.begun = begun
    if hasHeard || quietSince == nil { quietSince = now }
    let due = (quietSince ?? now) + Self.patience
    if !isSent, now >= due {
      isSent = true
      bench.connection.send(Self.request, at: now)
    }
    let end = begun + Self.limit
    guard now < end else { return nil }
    return .answer(until: isSent ? end : min(due, end))
  }
}
