/// For how long connections are left alone, each on its own and all from the same moment on.
///
/// The rungs lie between the timeouts that are known, so that one round says which of them it may
/// be; where none is known they are even. A second round goes between the longest that stood and
/// the shortest that did not.
public struct IdleLadder: Hashable, Sendable {
  /// The longest hold, which is what the user asked for.
  public let longest: Duration
  /// The holds of the first round, shortest first; the last is `longest`.
  public let rungs: [Duration]
  /// How many rounds: 1 or 2.
  public let rounds: Int

  /// How many connections a round opens at most.
  static let mostRungs = 14
  /// How many it opens where the known timeouts need fewer.
  private static let usualRungs = 10
  /// How many an even ladder has, and a second round.
  private static let evenRungs = 8
  /// Short holds, which tell a service that is quick to close.
  private static let small: [Duration] = [.seconds(10), .seconds(60)]

  /// Makes a ladder.
  ///
  /// - Parameters:
  ///   - longest: The longest hold: above 0.
  ///   - rounds: How many rounds: 1 or 2.
  public init(upTo longest: Duration, rounds: Int = 1) {
    self.init(upTo: longest, rounds: rounds, known: KnownTimeout.all)
  }

  init(upTo longest: Duration, rounds: Int, known: [KnownTimeout]) {
    self.longest = longest
    self.rounds = rounds
    // What shows its own moment needs no rung beside it: any longer hold sees it.
    let marks = Set(known.filter(\.isSilentUntilAsked).map(\.duration)).filter { $0 < longest }
    rungs =
      marks.isEmpty
      ? (1...Self.evenRungs).map { longest * $0 / Self.evenRungs }
      : Self.rungs(between: marks.sorted(), upTo: longest)
  }

  /// One rung before each mark and behind the one before it, and more in the widest gaps.
  private static func rungs(between marks: [Duration], upTo longest: Duration) -> [Duration] {
    let starts = [marks[0] / 3] + marks.dropLast()
    var rungs = zip(starts, marks).map { rounded(($0 + $1) / 2) }
    while rungs.count > mostRungs - 1 { rungs.removeFirst() }
    rungs.append(longest)
    for extra in small.reversed() where extra < rungs[0] * 2 / 3 && rungs.count < mostRungs {
      rungs.insert(extra, at: 0)
    }
    while rungs.count < usualRungs {
      guard
        let widest = rungs.indices.dropFirst().max(by: {
          rungs[$0] / rungs[$0 - 1] < rungs[$1] / rungs[$1 - 1]
        })
      else { break }
      let (low, high) = (rungs[widest - 1], rungs[widest])
      rungs.insert(rung(in: low, high, beside: marks), at: widest)
    }
    return rungs
  }

  /// About the geometric mean, but not so near to a mark that either side of it may be met.
  private static func rung(
    in low: Duration, _ high: Duration, beside marks: [Duration]
  ) -> Duration {
    let middle = rounded(.seconds((low.seconds * high.seconds).squareRoot()))
    let mark = marks.first { $0 * 0.95 < middle && middle < $0 * 1.05 }
    return mark.map { rounded($0 * 0.9) } ?? middle
  }

  /// Whole seconds, which people read more easily.
  private static func rounded(_ duration: Duration) -> Duration {
    .seconds(Int64(duration.seconds.rounded()))
  }

  /// The holds of a second round: evenly between what stood and what did not.
  ///
  /// - Parameters:
  ///   - low: The longest time that a connection stood; zero for none.
  ///   - high: The shortest after which one was gone.
  /// - Returns: The holds, shortest first; empty where the two are too close to go between.
  static func refinement(above low: Duration, below high: Duration) -> [Duration] {
    let count = min(evenRungs, Int((high - low) / Duration.milliseconds(100)) - 1)
    guard count > 0 else { return [] }
    return (1...count).map { low + (high - low) * $0 / (count + 1) }
  }
}
