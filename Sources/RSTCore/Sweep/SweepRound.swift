/// One pass over what has not answered yet.
struct SweepRound: Sendable {
  /// Which pass: 0 is the first, over everything.
  let number: Int
  /// SYNs per second; nil for as fast as can be.
  var rate: Double?
  /// What is asked, in places of this part.
  var ranges: [Range<UInt64>]
  /// The next place.
  var cursor: UInt64
  /// Where the work begins that no control probe has confirmed yet.
  var workStart: UInt64
  /// SYNs since the last control probe.
  var sinceCheckpoint = 0
  /// When it began.
  let started: Moment
  /// SYNs sent in it, control probes aside.
  var sent = 0
  /// New answers in it: TCP, and ICMP.
  var (segments, refusals) = (0, 0)
  /// How often unconfirmed work was begun again.
  var repeats = 0
  /// Whether all of it lies between control probes that were answered.
  var isProven = true
  /// New answers in the pass before.
  let before: (segments: Int, refusals: Int)

  /// How often unconfirmed work is begun again at most.
  static let mostRepeats = 3

  init(
    number: Int, rate: Double?, over range: Range<UInt64>,
    after before: (segments: Int, refusals: Int) = (0, 0), at now: Moment
  ) {
    self.number = number
    self.rate = rate
    ranges = [range]
    cursor = range.lowerBound
    workStart = range.lowerBound
    started = now
    self.before = before
  }

  /// Whether answers by TCP seem to be rationed: each pass brings as many as the one before, where what
  /// was lost by chance gets less by half at least.
  var showsRationedSegments: Bool { number >= 2 && segments * 2 > before.segments + 8 }

  /// Whether refusals seem to be rationed: likewise, and few of those that were asked.
  var showsRationedRefusals: Bool {
    number >= 2 && refusals * 2 > before.refusals && refusals * 20 < sent
  }

  /// New answers.
  var yield: Int { segments + refusals }

  /// How many SYNs go out between two control probes: a twentieth of a second's worth.
  var stride: Int { Int(min(max((rate ?? 20_000) / 20, 16), 1024)) }
}

/// How SYNs are spread in time.
struct SweepPace: Sendable {
  private var origin: Moment
  private var sent = 0.0

  init(from now: Moment) { origin = now }

  /// Begins anew, for another rate.
  mutating func restart(at now: Moment) { self = SweepPace(from: now) }

  /// Takes note of one.
  @inline(__always)
  mutating func count() { sent += 1 }

  /// When the next one may go out: the present or before it if at once.
  mutating func next(at now: Moment, rate: Double) -> Moment {
    let due = (now - origin).seconds * rate
    // What was not sent in time is not made up for by a burst of more than 10 ms.
    if due - sent > rate / 100 + 16 {
      origin = now
      sent = 0
    }
    return origin + .nanoseconds(Int64(sent / rate * 1e9))
  }
}

/// When the latest SYNs went out, to measure round trips: a small table that newer ones overwrite.
struct SendTimes: Sendable {
  private var places = [UInt64](repeating: .max, count: Self.size)
  private var moments = [Int64](repeating: 0, count: Self.size)

  private static let size = 1 << 14

  @inline(__always)
  mutating func note(_ place: UInt64, at moment: Moment) {
    let slot = Int(truncatingIfNeeded: place) & (Self.size - 1)
    places[slot] = place
    moments[slot] = moment.nanoseconds
  }

  /// Nanoseconds from the SYN to a moment; nil where it is not known any more.
  @inline(__always)
  func roundTrip(of place: UInt64, at moment: Moment) -> Int64? {
    let slot = Int(truncatingIfNeeded: place) & (Self.size - 1)
    guard places[slot] == place else { return nil }
    let span = moment.nanoseconds - moments[slot]
    return span >= 0 ? span : nil
  }
}
