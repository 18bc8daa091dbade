public import RSTWire

/// What a witness at the target recorded: the segments that came and went there, and the resets that its
/// kernel made.
///
/// All moments are those of the witness's own clock, which need not be the prober's.
public struct WitnessLog: Hashable, Sendable {
  /// What was recorded, and since when.
  public var head: Head
  /// The segments, in the order of the capture.
  public var segments: [WitnessedSegment] = []
  /// The resets of the kernel's TCP, in their order.
  public var kernelResets: [KernelReset] = []
  /// How it ended; nil where the record breaks off.
  public var tail: Tail?

  /// What stands before all else.
  public struct Head: Hashable, Sendable {
    /// From when on everything was recorded.
    public var started: Moment
    /// The only port whose segments were recorded; nil for all.
    public var port: UInt16?
    /// Whether the kernel tells of each reset that its TCP makes, and why.
    public var recordsReasons: Bool
    /// How long it means to record; nil for until it is told to end.
    public var duration: Duration?

    /// Makes a head.
    public init(
      started: Moment, port: UInt16? = nil, recordsReasons: Bool = false, duration: Duration? = nil
    ) {
      self.started = started
      self.port = port
      self.recordsReasons = recordsReasons
      self.duration = duration
    }
  }

  /// What stands behind all else.
  public struct Tail: Hashable, Sendable {
    /// Until when everything was recorded.
    public var ended: Moment
    /// How many segments were recorded.
    public var segments: Int
    /// How many resets of the kernel were recorded.
    public var kernelResets: Int
    /// How many packets were lost for want of room.
    public var dropped: Int
    /// How many resets of the kernel were lost likewise.
    public var lostReasons: Int
    /// How many packets were sent that may hold segments and could not be read: encrypted, or in parts.
    public var unreadable: Int

    /// Makes a tail.
    public init(
      ended: Moment, segments: Int, kernelResets: Int = 0, dropped: Int = 0, lostReasons: Int = 0,
      unreadable: Int = 0
    ) {
      self.ended = ended
      self.segments = segments
      self.kernelResets = kernelResets
      self.dropped = dropped
      self.lostReasons = lostReasons
      self.unreadable = unreadable
    }
  }

  /// What keeps a record from being whole.
  public enum Gap: String, Hashable, Sendable, CaseIterable {
    /// It breaks off.
    case brokenOff = "broken-off"
    /// The kernel had no room for some packets.
    case dropped
    /// Some packets that were sent could not be read.
    case unreadable
  }

  /// Makes a record in which nothing stands yet.
  public init(head: Head) { self.head = head }

  /// What keeps it from being whole; nil for nothing.
  ///
  /// What is missing in a record with a gap may have been there.
  public var gap: Gap? {
    guard let tail else { return .brokenOff }
    if tail.dropped > 0 { return .dropped }
    return tail.unreadable > 0 ? .unreadable : nil
  }

  /// Whether every reset that the kernel's TCP made is in it.
  public var hasAllReasons: Bool {
    head.recordsReasons && gap == nil && tail?.lostReasons == 0
  }
}

/// A segment that came or went where the witness is.
public struct WitnessedSegment: Hashable, Sendable {
  /// When.
  public var moment: Moment
  /// Which way, as the witness's host sees it.
  public var direction: Direction
  /// What was read of its headers.
  public var segment: CapturedSegment

  /// Makes one.
  public init(moment: Moment, direction: Direction, segment: CapturedSegment) {
    self.moment = moment
    self.direction = direction
    self.segment = segment
  }
}
