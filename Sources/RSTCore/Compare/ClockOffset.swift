/// By how much the second capture's clock is ahead of the first one's: an interval.
///
/// Nothing arrives before it was sent. What passes from the first point to the second shows an upper
/// bound, what comes back a lower one; between the two lies the shortest round trip.
public struct ClockOffset: Hashable, Sendable {
  /// What passages show, in nanoseconds.
  private struct Bounds: Hashable {
    var passages = 0
    var least: Int64?
    var most: Int64?

    var areClosed: Bool { least != nil && most != nil }

    mutating func add(_ difference: Int64, from source: CapturePoint) {
      passages += 1
      if source == .first {
        most = min(most ?? difference, difference)
      } else {
        least = max(least ?? difference, difference)
      }
    }
  }

  /// What all passages show.
  private var all = Bounds()
  /// What all but those of resets show.
  private var sure = Bounds()

  init() {}

  /// Forged resets have numbers that the host uses at other times: they tell where nothing else does.
  private var bounds: Bounds { sure.areClosed ? sure : all }
  private var least: Int64? { bounds.least }
  private var most: Int64? { bounds.most }

  /// How many passages tell.
  public var passages: Int { bounds.passages }
  /// The least that it can be; nil where nothing passed from the second point to the first.
  public var low: Duration? { least.map { .nanoseconds($0) } }
  /// The most that it can be; nil where nothing passed from the first point to the second.
  public var high: Duration? { most.map { .nanoseconds($0) } }

  /// Whether no offset fits: one of the clocks was set, or runs much faster.
  public var isContradictory: Bool {
    guard let least, let most else { return false }
    return least > most
  }

  /// Takes a passage of one segment.
  ///
  /// - Parameters:
  ///   - passage: What both captures show.
  ///   - source: Which of the two it passed first.
  mutating func add(_ passage: Passage, from source: CapturePoint) {
    add(
      first: passage.first.moment, second: passage.second.moment, from: source,
      isReset: passage.first.isReset)
  }

  /// Takes a passage of one packet.
  ///
  /// - Parameters:
  ///   - first: When the first capture shows it.
  ///   - second: When the second one does.
  ///   - source: Which of the two it passed first.
  ///   - isReset: Whether it is a reset.
  mutating func add(
    first: Moment, second: Moment, from source: CapturePoint, isReset: Bool = false
  ) {
    let difference = second.nanoseconds.minus(first.nanoseconds)
    all.add(difference, from: source)
    if !isReset { sure.add(difference, from: source) }
  }

  /// Whether what both captures show can be one and the same segment: it came by the farther one no sooner.
  ///
  /// - Parameters:
  ///   - first: When the first capture shows it.
  ///   - second: When the second one does.
  ///   - source: Which of the two it passed first.
  /// - Returns: Whether it can; true where nothing is known of the clocks.
  func allows(first: Moment, second: Moment, from source: CapturePoint) -> Bool {
    guard let least, let most, least <= most else { return true }
    let difference = second.nanoseconds.minus(first.nanoseconds)
    return source == .first
      ? difference >= least.minus(Self.slack) : difference <= most.plus(Self.slack)
  }

  /// What clocks may drift apart meanwhile, in nanoseconds.
  private static let slack: Int64 = 5_000_000

  /// When a segment that one capture shows came by the other, in the other's time, if it did.
  ///
  /// The bounds of the offset are the shortest passages, so that the offset itself need not be known.
  ///
  /// - Parameters:
  ///   - moment: When the one capture shows it.
  ///   - point: Which capture that is.
  ///   - isBefore: Whether it came by the other one before.
  /// - Returns: Within the shortest round trip of the shortest passage; nil where that is not known.
  func passage(_ moment: Moment, of point: CapturePoint, isBefore: Bool) -> ClosedRange<Moment>? {
    guard let least, let most, least <= most else { return nil }
    let trip = most.minus(least)
    let now = moment.nanoseconds
    let shortest =
      point == .first
      ? now.plus(isBefore ? least : most) : now.minus(isBefore ? most : least)
    let range = isBefore ? (shortest.minus(trip), shortest) : (shortest, shortest.plus(trip))
    return Moment(nanoseconds: range.0)...Moment(nanoseconds: range.1)
  }
}

extension Int64 {
  /// The sum, or the nearest number there is: captures may claim any time.
  fileprivate func plus(_ other: Int64) -> Int64 {
    let (sum, overflows) = addingReportingOverflow(other)
    return overflows ? (other > 0 ? .max : .min) : sum
  }

  /// The difference, or the nearest number there is.
  fileprivate func minus(_ other: Int64) -> Int64 {
    let (difference, overflows) = subtractingReportingOverflow(other)
    return overflows ? (other < 0 ? .max : .min) : difference
  }
}
