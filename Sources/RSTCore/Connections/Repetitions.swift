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

  /// The times of several connections in one list: each may have missed some, the first one too.
  static func merged(_ lists: [[Duration]]) -> [Duration] {
    let all = lists.map { [.zero] + $0 }.sorted { $0.count > $1.count }
    guard var merged = all.first else { return [] }
    for list in all.dropFirst() {
      // Where its own first time was lost, its times are counted from a later one.
      let shifts = [.zero] + merged.flatMap { known in list.map { known - $0 } }
      let agreements = shifts.map { shift in list.count { isKnown($0 + shift, in: merged) } }
      let best = zip(agreements, shifts).first { $0.0 == agreements.max() }?.1 ?? .zero
      merged += list.map { $0 + best }.filter { !isKnown($0, in: merged) }
    }
    merged.sort()
    return merged.dropFirst().map { $0 - merged[0] }
  }

  private static func isKnown(_ time: Duration, in times: [Duration]) -> Bool {
    // Timers are coarse, long ones more so.
    times.contains { abs(($0 - time).seconds) <= max(0.1, min(time.seconds / 8, 0.75)) }
  }
}
