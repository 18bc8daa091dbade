internal import RSTCore
internal import RSTNet

/// One line on standard error that says how far a run is, where a person looks at it.
struct Progress {
  private let isShown: Bool
  private var isDrawn = false
  private var next = ContinuousClock.now

  /// How often the line is drawn again at most.
  private static let interval = Duration.milliseconds(50)

  init(isWanted: Bool) {
    isShown = isWanted && StandardStream.error.isTerminal
  }

  /// Draws the line again.
  mutating func show(_ progress: LiveRun.Progress) {
    let now = ContinuousClock.now
    guard isShown, now >= next else { return }
    next = now + Self.interval
    isDrawn = true
    let text =
      progress.idle.map { Self.bar($0, at: progress.now) }
      ?? "\(progress.attempts) probes, \(progress.answered) answered"
    // Progress is a courtesy: where it cannot be written the run goes on.
    try? StandardStream.error.write("\r\u{1b}[K\(text)")
  }

  /// How much of the longest hold is over, as a bar with the time left.
  static func bar(_ idle: IdleProgress, at now: Moment) -> String {
    let total = (idle.ends - idle.begun).seconds
    let left = max((idle.ends - now).seconds, 0)
    let share = total > 0 ? min(max(1 - left / total, 0), 1) : 1
    let done = Int(share * Double(width))
    let bar = String(repeating: "#", count: done) + String(repeating: "-", count: width - done)
    let round = idle.rounds > 1 ? ", round \(idle.round) of \(idle.rounds)" : ""
    return "idle [\(bar)] \(clock(left)) left, "
      + "\(idle.standing) connection\(idle.standing == 1 ? "" : "s") standing\(round)"
  }

  private static let width = 24

  /// "5:09", or "1:05:09" from an hour on.
  private static func clock(_ seconds: Double) -> String {
    let whole = Int(seconds.rounded(.up))
    let (hours, minutes, rest) = (whole / 3_600, whole / 60 % 60, whole % 60)
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return hours > 0 ? "\(hours):\(two(minutes)):\(two(rest))" : "\(minutes):\(two(rest))"
  }

  /// Removes the line.
  mutating func clear() {
    guard isDrawn else { return }
    isDrawn = false
    try? StandardStream.error.write("\r\u{1b}[K")
  }
}
