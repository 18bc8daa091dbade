/// What the idle holds say together: how long connections stand, and how they end.
///
/// Only a threshold is an idle timeout: everything left alone for less stood, everything left alone
/// for more did not. Where a shorter one died while a longer one stood nothing is said.
public struct IdleReading: Hashable, Sendable {
  /// What the holds say.
  public enum Result: String, CaseIterable, Hashable, Sendable {
    /// The longest of them stood.
    case survived
    /// They are closed by a FIN.
    case close
    /// They are reset.
    case reset
    /// They are forgotten, and what is sent on them vanishes.
    case silentDrop = "silent-drop"
    /// None of these, or not clear.
    case inconclusive
  }

  /// When the reset comes.
  public enum Occasion: String, CaseIterable, Hashable, Sendable {
    /// By itself, when the time is over.
    case expiry
    /// In answer to the next segment.
    case nextSegment = "next-segment"
  }

  /// How one hold ended.
  public enum Ending: String, CaseIterable, Hashable, Sendable {
    /// It stood.
    case alive
    /// By a FIN.
    case fin
    /// By a reset.
    case reset
    /// Nothing came for any question.
    case silent
    /// The run was over before it.
    case cutShort = "cut-short"
  }

  /// What was asked for.
  public let ladder: IdleLadder
  /// The holds of the ladder, shortest first.
  public let holds: [HoldObservation]
  /// What they say.
  public private(set) var result = Result.inconclusive
  /// When the reset comes, where one does.
  public private(set) var on: Occasion?
  /// The longest that a connection was left alone and stood; where its end was seen, when that was.
  public private(set) var low = Duration.zero
  /// The shortest after which one was gone; nil where none was.
  public private(set) var high: Duration?
  /// The holds that ended like that, shortest first.
  public private(set) var decisive: [HoldObservation] = []
  /// The holds that stood.
  public private(set) var survivors: [HoldObservation] = []
  /// The holds that ended otherwise than the result says, or before others that stood.
  public private(set) var exceptions: [HoldObservation] = []

  /// What ends sooner was not idle: the service hung up at once.
  private static let atOnce = Duration.milliseconds(400)

  /// Reads the holds.
  ///
  /// - Parameters:
  ///   - ladder: What was asked for.
  ///   - holds: What was observed; controls are left out.
  ///   - isProven: Whether the silence of a hold is no chance.
  init(
    _ ladder: IdleLadder, _ holds: [HoldObservation],
    isProven: (HoldObservation) -> Bool = { _ in true }
  ) {
    self.ladder = ladder
    self.holds = holds.filter { !$0.isControl }.sorted {
      ($0.planned, $0.attempt) < ($1.planned, $1.attempt)
    }
    survivors = self.holds.filter { Self.ending(of: $0) == .alive }
    low = self.holds.map(\.survived).max() ?? .zero
    let victims = self.holds.filter { hold in
      switch Self.ending(of: hold) {
      case .fin, .reset: true
      case .silent: isProven(hold)
      case .alive, .cutShort: false
      }
    }.sorted { $0.held < $1.held }
    read(victims)
  }

  private mutating func read(_ victims: [HoldObservation]) {
    let isLongestAlive = holds.last.map { Self.ending(of: $0) == .alive } ?? false
    guard let first = Self.leader(of: victims), first.held > Self.atOnce,
      low <= first.held + Self.room(first.held)
    else {
      exceptions = victims
      // One may have been reset by anybody; several that were gone by then are no chance.
      let isMixed = victims.count { $0.held > Self.atOnce } > 1
      result = isLongestAlive && !isMixed ? .survived : .inconclusive
      return
    }
    decisive = victims.filter { Self.manner(of: $0) == Self.manner(of: first) }
    exceptions = victims.filter { Self.manner(of: $0) != Self.manner(of: first) }
    if first.end != nil {
      // Timers agree with each other, and what was lost and sent again comes later; ends at any time
      // are something else.
      let together = decisive.prefix { $0.held - first.held <= max(.seconds(1), first.held / 4) }
      guard together.count * 2 >= decisive.count else {
        (exceptions, decisive) = (victims, [])
        return
      }
      low = first.held
      high = together.last?.held
    } else {
      high = max(first.held, low)
    }
    switch Self.ending(of: first) {
    case .fin: result = .close
    case .reset: (result, on) = (.reset, first.end == nil ? .nextSegment : .expiry)
    case .silent: result = .silentDrop
    case .alive, .cutShort: break
    }
  }

  /// The hold that shows how they end: the first, unless others ended by themselves at that very time,
  /// so that its question and its end have met on the way.
  private static func leader(of victims: [HoldObservation]) -> HoldObservation? {
    guard let first = victims.first else { return nil }
    return victims.first { $0.end != nil && $0.held <= first.held + room(first.held) } ?? first
  }

  /// Timers count in steps, and neighbours need not agree to the millisecond.
  private static func room(_ time: Duration) -> Duration { max(.milliseconds(200), time / 50) }

  /// How a hold ended.
  public static func ending(of hold: HoldObservation) -> Ending {
    if hold.isCutShort { return .cutShort }
    if let end = hold.end { return end.kind == .fin ? .fin : .reset }
    switch hold.liveness {
    case .alive: return .alive
    case .gone: return .reset
    case .unknown: return .silent
    }
  }

  /// The reset of a hold: by itself, or in answer to our question; nil where none came.
  public static func occasion(of hold: HoldObservation) -> Occasion? {
    guard ending(of: hold) == .reset else { return nil }
    return hold.end == nil ? .nextSegment : .expiry
  }

  private struct Manner: Equatable {
    var ending: Ending
    var occasion: Occasion?
  }

  private static func manner(of hold: HoldObservation) -> Manner {
    Manner(ending: ending(of: hold), occasion: occasion(of: hold))
  }
}

extension IdleReading {
  /// By how much two round trips may differ: the question comes to the timer earlier or later than we
  /// count by that.
  private static let jitter = Duration.milliseconds(20)

  /// The interval that the timeout lies in, seconds: both ends, or the lower alone where nothing
  /// ended.
  public var interval: [Double] {
    let ends = high.map { [max(low - Self.jitter, .zero), $0 + Self.jitter] } ?? [low]
    return ends.map { ($0.seconds * 1_000).rounded() / 1_000 }
  }

  /// The documented timeouts that it may be.
  public func likely(port: UInt16) -> [KnownTimeout] {
    guard let high else { return [] }
    let expiry: KnownTimeout.Expiry? =
      switch (result, on) {
      case (.close, _): .fin
      case (.reset, .expiry): .reset
      case (.reset, _): .nextSegment
      case (.silentDrop, _): .silence
      case (.survived, _), (.inconclusive, _): nil
      }
    return expiry.map { KnownTimeout.matching($0, above: low, to: high, port: port) } ?? []
  }

  /// Keep-alives of the peer: those connections were not idle.
  public var keepAlives: [HoldObservation.Event] {
    holds.flatMap(\.events).filter { $0.kind == .keepAlive }
  }

  /// How long it was quiet before the first keep-alive of each connection came, the shortest of them;
  /// nil where none came.
  public var keepAliveInterval: Duration? { keepAlives.map(\.after).min() }
}
