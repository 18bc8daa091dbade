/// Times at which a peer repeated something, counted from the first time.
enum Repetitions {
  /// What comes sooner than this behind the one before is a copy made on the way; no peer repeats as
  /// fast.
  static let copies = Duration.milliseconds(10)

  /// The times of repetitions, without copies made on the way.
  static func times(_ moments: some Sequence<Moment>, since first: Moment) -> [Duration] {
    var times: [Duration] = []
    for time in moments.map({ $0 - first }) where time - (times.last ?? .zero) > copies {
      times.append(time)
    }
    return times
  }

  /// The times of several connections in one list: each repetition may have been lost on some.
  static func merged(_ lists: [[Duration]]) -> [Duration] {
    var merged: [Duration] = []
    for time in lists.joined().sorted() {
      // Timers are coarse, long ones more so.
      let same = max(.milliseconds(100), min(time / 8, .milliseconds(750)))
      if let last = merged.last, time - last <= same { continue }
      merged.append(time)
    }
    return merged
  }
}
