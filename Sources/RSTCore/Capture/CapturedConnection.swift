public import RSTWire

/// A connection as a capture shows it: what both sides sent, in a size that does not grow with it.
public struct CapturedConnection: Sendable {
  /// Who opened it; where its start is missing, the side with the higher port.
  public let client: Endpoint
  /// Who was asked.
  public let server: Endpoint
  /// The first frame.
  public let firstFrame: Int
  /// When that was captured.
  public let started: Moment
  /// Whether its beginning was captured: a SYN, or a SYN ACK.
  public private(set) var hasBeginning = false
  /// What the client has sent.
  public private(set) var clientRecord = SideRecord()
  /// What the server has sent.
  public private(set) var serverRecord = SideRecord()
  /// Its resets, in order; no more than `mostResets`.
  public private(set) var resets: [CapturedReset] = []
  /// How many resets there were in all.
  public private(set) var resetCount = 0
  /// When its last frame was captured.
  public private(set) var lastMoment: Moment
  /// How many frames show a segment once more that another had shown.
  public private(set) var copies = 0
  /// What the connection before it between the same endpoints has left; nil where none is known.
  public let predecessor: Predecessor?
  /// ICMP errors about it: the frame, and what was said.
  public internal(set) var errors: [CapturedError] = []
  private var log = RecentSegments()

  /// How many resets of a connection are judged.
  static let mostResets = 64
  /// How many segments are kept of the end.
  static let mostRecent = RecentSegments.limit

  init(
    client: Endpoint, server: Endpoint, firstFrame: Int, started: Moment,
    predecessor: Predecessor? = nil
  ) {
    self.predecessor = predecessor
    self.client = client
    self.server = server
    self.firstFrame = firstFrame
    self.started = started
    lastMoment = started
  }

  /// What a side has sent.
  public func record(of side: Side) -> SideRecord {
    side == .client ? clientRecord : serverRecord
  }

  /// Its last segments, resets among them, oldest first.
  public var recent: [LoggedSegment] { log.all }

  /// An end.
  public func endpoint(of side: Side) -> Endpoint { side == .client ? client : server }

  /// Whether both sides have sent something.
  public var isTwoSided: Bool { clientRecord.segments > 0 && serverRecord.segments > 0 }

  /// Whether SYN, SYN ACK and an acknowledgement of that were captured.
  public var isEstablished: Bool {
    guard let synAck = serverRecord.opening, let acknowledged = clientRecord.acknowledged else {
      return false
    }
    return acknowledged.distance(from: synAck.end) >= 0
  }

  /// Whether both sides have sent a FIN.
  var isClosed: Bool { clientRecord.fin != nil && serverRecord.fin != nil }

  /// Whether it has both closed ends, or a reset: what comes now is late.
  var isOver: Bool { isClosed || resetCount > 0 }

  /// Whether a SYN opens a new connection between the same endpoints, and is no repetition.
  func isFollowed(by segment: CapturedSegment, at moment: Moment) -> Bool {
    guard segment.isOpening, segment.source == client.address, segment.sourcePort == client.port,
      let opening = clientRecord.opening, opening.sequence != segment.sequence
    else { return false }
    return isOver || moment - lastMoment > ConnectionTable.linger
  }

  /// Takes a segment of it, keeps it as far as there is room for resets, and says whether it is over.
  ///
  /// Everything that a segment needs is in here: to look at a connection from outside may copy it.
  mutating func take(
    _ segment: CapturedSegment, frame: Int, at moment: Moment, text: String? = nil,
    room: Int = Self.mostResets
  ) -> Bool {
    let side: Side =
      segment.sourcePort == client.port && segment.source == client.address ? .client : .server
    let logged = LoggedSegment(segment, frame: frame, at: moment, side: side)
    lastMoment = max(lastMoment, moment)
    if takeCopy(logged) { return isOver }
    for index in resets.indices where resets[index].following.count < CapturedReset.mostFollowing {
      resets[index].following.append(logged)
    }
    if logged.isReset {
      takeReset(logged, text, room)
    } else {
      if logged.flags.contains(.syn) { hasBeginning = true }
      record(logged, segment.options)
    }
    log.append(logged)
    return isOver
  }

  private mutating func record(_ logged: LoggedSegment, _ options: CapturedSegment.Options) {
    if logged.side == .client {
      clientRecord.sent(logged, options: options)
      serverRecord.heard(logged)
    } else {
      serverRecord.sent(logged, options: options)
      clientRecord.heard(logged)
    }
  }

  private mutating func takeReset(_ logged: LoggedSegment, _ text: String?, _ room: Int) {
    resetCount += 1
    guard resets.count < room else { return }
    resets.append(
      CapturedReset(
        segment: logged, sender: record(of: logged.side),
        receiver: record(of: logged.side.opposite), preceding: log.all, text: text))
  }

  /// Lets go of what it keeps elsewhere in memory.
  mutating func clear() {
    resets = []
    errors = []
  }

  /// Whether this is a frame of a segment that another frame has shown already.
  private mutating func takeCopy(_ logged: LoggedSegment) -> Bool {
    // Resets may be alike and yet be several: they are copies where other segments come twice as well.
    guard !logged.isReset || copies > 0,
      let earlier = log.original(of: logged)
    else { return false }
    copies += 1
    if logged.isReset, let index = resets.lastIndex(where: { $0.segment.frame == earlier.frame }),
      resets[index].copies.count < CapturedReset.mostCopies
    {
      resets[index].copies.append(logged.frame)
    }
    return true
  }
}

extension CapturedConnection {
  /// What a connection leaves to the next that the same client opens from the same port.
  public struct Predecessor: Hashable, Sendable {
    /// When its last frame was captured, where both sides had closed it; nil where they had not.
    public var closed: Moment?
    /// What its client, and its server, had acknowledged: late answers may bear these numbers.
    var clientAcknowledged: SequenceNumber?
    var serverAcknowledged: SequenceNumber?

    init(_ connection: CapturedConnection) {
      closed = connection.isClosed ? connection.lastMoment : nil
      clientAcknowledged = connection.clientRecord.acknowledged
      serverAcknowledged = connection.serverRecord.acknowledged
    }

    /// What the other side than this had acknowledged.
    func acknowledged(towards side: Side) -> SequenceNumber? {
      side == .server ? clientAcknowledged : serverAcknowledged
    }
  }
}

/// An ICMP error about a segment of a connection.
public struct CapturedError: Hashable, Sendable {
  /// The frame.
  public var frame: Int
  /// When it was captured.
  public var moment: Moment
  /// Who sent it.
  public var source: IPAddress
  /// Whether it says that the hop limit ended.
  public var isTimeExceeded: Bool
  /// What it refuses; nil where it refuses nothing.
  public var refusal: ICMPRefusal?
}

extension CapturedSegment {
  /// The ends that it was sent from and to.
  public var ends: (source: Endpoint, destination: Endpoint) {
    (
      Endpoint(address: source, port: sourcePort),
      Endpoint(address: destination, port: destinationPort)
    )
  }

  /// Whether it opens a connection: SYN without ACK.
  var isOpening: Bool {
    flags.contains(.syn) && flags.isDisjoint(with: [.acknowledgement, .reset])
  }
}
