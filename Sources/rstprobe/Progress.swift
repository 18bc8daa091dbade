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
    let text = "\(progress.attempts) probes, \(progress.answered) answered"
    // Progress is a courtesy: where it cannot be written the run goes on.
    try? StandardStream.error.write("\r\u{1b}[K\(text)")
  }

  /// Removes the line.
  mutating func clear() {
    guard isDrawn else { return }
    isDrawn = false
    try? StandardStream.error.write("\r\u{1b}[K")
  }
}
