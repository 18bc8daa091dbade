/// Round trips measured so far, and how long to wait for an answer.
///
/// After RFC 6298.
struct RoundTrip: Sendable {
  /// The shortest round trip of any answer.
  private(set) var shortest: Duration?
  /// The longest round trip of a credible answer: one that is no reset and no ICMP error.
  private(set) var slowestCredible: Duration?
  private var smoothed: Duration = .zero
  private var variation: Duration = .zero

  /// How long to wait before anything was measured.
  static let initialTimeout = Duration.milliseconds(300)

  /// How long to wait for an answer before its absence counts as silence.
  private(set) var timeout = Self.initialTimeout
  /// How long to wait for what a sound host leaves unanswered: long enough for those that do answer.
  private(set) var briefTimeout = Self.initialTimeout

  /// Takes a round trip into account.
  mutating func add(_ sample: Duration, isCredible: Bool) {
    guard sample > .zero else { return }
    if let shortest {
      self.shortest = min(shortest, sample)
      variation = (variation * 3 + magnitude(sample - smoothed)) / 4
      smoothed = (smoothed * 7 + sample) / 8
    } else {
      shortest = sample
      smoothed = sample
      variation = sample / 4
    }
    if isCredible { slowestCredible = max(slowestCredible ?? .zero, sample) }
    timeout = min(
      max(smoothed * 3 / 2 + variation * 4 + .milliseconds(8), .milliseconds(12)), .seconds(2))
    briefTimeout = min(smoothed * 5 / 4 + variation + .milliseconds(3), timeout)
  }

  /// Takes the first answer to an attempt into account.
  ///
  /// A router's "time exceeded" is nearer than the host; its refusal is the last word.
  mutating func learn(_ reply: Reply, of target: Target) {
    guard reply.source == target.address || reply.isRefusal else { return }
    add(reply.delay, isCredible: reply.kind == .echoReply || reply.kind == .synAck)
  }

  private func magnitude(_ duration: Duration) -> Duration {
    duration < .zero ? .zero - duration : duration
  }
}
