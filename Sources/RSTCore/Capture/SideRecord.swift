public import RSTWire

/// What one side of a connection has sent so far; what changes with each segment comes first, since
/// it is nearer to each other in memory so.
public struct SideRecord: Hashable, Sendable {
  /// How many segments, resets not counted.
  public internal(set) var segments = 0
  /// How many octets of payload, repetitions included.
  public internal(set) var octets = 0
  /// How often that was sent.
  public internal(set) var openings = 0
  /// The number behind the last that it sent; nil before anything was.
  public internal(set) var next: SequenceNumber?
  /// What it has acknowledged of the other side's; nil before it did.
  public internal(set) var acknowledged: SequenceNumber?
  /// What it last advertised, unscaled.
  public internal(set) var window: UInt16 = 0
  /// The shift of its windows; nil where none was agreed on, or the handshake was not captured.
  public internal(set) var windowScale: UInt8?
  /// Whether its last segments carry timestamps.
  public internal(set) var usesTimestamps = false
  /// The hop limits that its segments came with, resets not counted.
  public internal(set) var hopLimits = HopLimitCount()
  /// How often in a row it has sent what it had sent before, and the other side has not acknowledged.
  public internal(set) var repetitions = 0
  /// When the first of those was sent first.
  public internal(set) var repeatedSince: Moment?
  /// How many keep-alives in a row drew nothing.
  public internal(set) var unansweredKeepAlives = 0
  /// Since when its window is 0; nil where it is open.
  public internal(set) var zeroWindowSince: Moment?
  /// Its last segment that was no reset.
  public internal(set) var last: LoggedSegment?
  /// Its last segment with payload.
  public internal(set) var lastData: LoggedSegment?
  /// Its first FIN.
  public internal(set) var fin: LoggedSegment?
  /// Its first SYN or SYN ACK; nil where none was captured.
  public internal(set) var opening: LoggedSegment?

  init() {}

  /// How large its window is, in octets, as far as is known.
  public var scaledWindow: Int { Int(window) << Int(min(windowScale ?? 0, 14)) }

  /// Takes note of one of its segments.
  mutating func sent(_ segment: LoggedSegment, options: CapturedSegment.Options) {
    segments += 1
    octets += segment.length
    hopLimits.add(segment.hopLimit)
    usesTimestamps = segment.timestamps != nil
    if segment.flags.contains(.syn) { open(segment, options) }
    if segment.flags.contains(.acknowledgement) { acknowledge(segment) }
    window = segment.window
    if segment.window == 0 {
      zeroWindowSince = zeroWindowSince ?? segment.moment
    } else {
      zeroWindowSince = nil
    }
    countRepetitions(segment)
    if let end = next {
      if segment.end.distance(from: end) > 0 { next = segment.end }
    } else {
      next = segment.end
    }
    if segment.flags.contains(.fin), fin == nil { fin = segment }
    if segment.length > 0 { lastData = segment }
    last = segment
  }

  private mutating func open(_ segment: LoggedSegment, _ options: CapturedSegment.Options) {
    openings += 1
    guard opening == nil else { return }
    opening = segment
    windowScale = options.windowScale
    next = segment.end
  }

  private mutating func acknowledge(_ segment: LoggedSegment) {
    guard let before = acknowledged else {
      acknowledged = segment.acknowledgement
      return
    }
    // What no side has ever sent, or from long ago, is no progress: only what lies close ahead is.
    let progress = segment.acknowledgement.distance(from: before)
    if progress > 0, progress < 1 << 30 { acknowledged = segment.acknowledgement }
  }

  /// Keep-alives are one octet or none before what comes next: RFC 9293, section 3.8.4.
  private mutating func countRepetitions(_ segment: LoggedSegment) {
    guard let next, !segment.flags.contains(.syn) || openings > 1 else { return }
    let isOld = segment.end.distance(from: next) <= 0
    if segment.length <= 1, segment.flags.isDisjoint(with: [.syn, .fin]),
      segment.sequence == next - 1
    {
      unansweredKeepAlives += 1
    } else if segment.sequenceLength > 0, isOld {
      repetitions += 1
      repeatedSince = repeatedSince ?? last?.moment
    } else if segment.sequenceLength > 0 {
      repetitions = 0
      repeatedSince = segment.moment
    }
  }

  /// Takes note that the other side has sent something: it lives, and may have acknowledged.
  mutating func heard(_ segment: LoggedSegment) {
    unansweredKeepAlives = 0
    guard segment.flags.contains(.acknowledgement), let next else { return }
    if segment.acknowledgement.distance(from: next) >= 0 || repetitions == 0 {
      repetitions = 0
      repeatedSince = nil
    }
  }

  /// Whether a hop limit is one that its segments come with.
  public func hasHopLimit(_ hopLimit: UInt8) -> Bool { hopLimits.contains(hopLimit) }
}

/// Which hop limits were seen, and how often: up to four of them.
public struct HopLimitCount: Hashable, Sendable {
  private var values: (UInt8, UInt8, UInt8, UInt8) = (0, 0, 0, 0)
  private var counts: (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)

  init() {}

  /// Counts one.
  mutating func add(_ hopLimit: UInt8) {
    if counts.0 == 0 || values.0 == hopLimit {
      values.0 = hopLimit
      counts.0 &+= 1
    } else if counts.1 == 0 || values.1 == hopLimit {
      values.1 = hopLimit
      counts.1 &+= 1
    } else if counts.2 == 0 || values.2 == hopLimit {
      values.2 = hopLimit
      counts.2 &+= 1
    } else if counts.3 == 0 || values.3 == hopLimit {
      values.3 = hopLimit
      counts.3 &+= 1
    }
  }

  /// All of them with their counts.
  public var all: [(hopLimit: UInt8, count: Int)] {
    [
      (values.0, Int(counts.0)), (values.1, Int(counts.1)), (values.2, Int(counts.2)),
      (values.3, Int(counts.3)),
    ].filter { $0.1 > 0 }
  }

  /// Whether this one was seen.
  public func contains(_ hopLimit: UInt8) -> Bool { all.contains { $0.hopLimit == hopLimit } }

  /// Whether none was.
  public var isEmpty: Bool { counts.0 == 0 }

  /// Whether it is the same set, seen as often.
  public static func == (left: Self, right: Self) -> Bool {
    left.values == right.values && left.counts == right.counts
  }

  /// Hashes the set.
  public func hash(into hasher: inout Hasher) {
    for (hopLimit, count) in all {
      hasher.combine(hopLimit)
      hasher.combine(count)
    }
  }
}
