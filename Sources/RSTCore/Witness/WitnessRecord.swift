import RSTWire

/// A witness's record as the join asks for it: a trace of each connection, and all resets that were sent.
struct WitnessRecord {
  /// The connections, as a capture that another is compared with.
  private(set) var traces: TraceLog
  /// The resets that the host sent, by way; places in the record.
  private(set) var resets: [Way: [Int]] = [:]
  private let log: WitnessLog
  private var reasons: [Way: [KernelReset]] = [:]
  /// Resets of listeners, by port.
  private var nameless: [UInt16: [KernelReset]] = [:]
  /// Resets whose endpoints are in none that left: the host itself may translate them.
  private var translated: [KernelReset] = []
  private let ownAddresses: Set<IPAddress>
  private var forwarded: Set<Int> = []

  /// From one endpoint to another.
  struct Way: Hashable {
    var source: Endpoint
    var destination: Endpoint
  }

  /// How many connections are kept: a busy host has many.
  private static let capacity = 200_000
  /// How far a reset that the kernel made is from its capture, at most.
  private static let longestWay = Duration.milliseconds(20)
  /// How far it is at most where nothing else tells the two together.
  private static let shortestWay = Duration.microseconds(500)

  init(_ log: WitnessLog) {
    self.log = log
    traces = TraceLog(capacity: Self.capacity)
    // What a host forwards is captured as it comes and as it goes: the latter counts.
    let leaving = Set(log.segments.lazy.filter { $0.direction == .sent }.map(Self.way))
    ownAddresses = Set(leaving.lazy.map(\.source.address))
    var received: [CapturedSegment: UInt8] = [:]
    for (place, record) in log.segments.enumerated() {
      let way = Self.way(record)
      if record.direction == .received {
        guard !leaving.contains(way) else {
          if record.segment.flags.contains(.reset) {
            received[Self.onTheWay(record.segment)] = record.segment.hopLimit
          }
          continue
        }
      } else if record.segment.flags.contains(.reset) {
        resets[way, default: []].append(place)
        if let before = received[Self.onTheWay(record.segment)], before >= record.segment.hopLimit {
          forwarded.insert(place)
        }
      }
      traces.take(record.segment.forJoin, frame: place + 1, at: record.moment)
    }
    let leavingPorts = Set(resets.keys.map(\.source.port))
    for reset in log.kernelResets {
      guard reset.remote.port != 0 else {
        nameless[reset.local.port, default: []].append(reset)
        if !leavingPorts.contains(reset.local.port) { translated.append(reset) }
        continue
      }
      let way = Way(source: reset.local, destination: reset.remote)
      reasons[way, default: []].append(reset)
      if resets[way] == nil { translated.append(reset) }
    }
  }

  /// A reset of the record as a segment of a side.
  func reset(at place: Int, side: Side) -> LoggedSegment {
    let record = log.segments[place]
    return LoggedSegment(
      record.segment.forJoin, frame: place + 1, at: record.moment, side: side)
  }

  /// Whether a reset that left had come from elsewhere before.
  func isForwarded(_ place: Int) -> Bool { forwarded.contains(place) }

  /// What made a reset of the record.
  func maker(at place: Int) -> WitnessedReset.Maker {
    guard log.head.recordsReasons else { return .unknown }
    let (way, moment) = (Self.way(log.segments[place]), log.segments[place].moment)
    func near(_ resets: [KernelReset]?) -> [KernelReset] {
      (resets ?? []).filter { Self.distance($0.moment, moment) <= Self.longestWay }
        .sorted { Self.distance($0.moment, moment) < Self.distance($1.moment, moment) }
    }
    var own = near(reasons[way])
    let others = near(translated)
    // A port that the host redirects has another number for its kernel, the peer has not.
    if own.isEmpty { own = others.filter { $0.remote == way.destination } }
    guard let nearest = own.first else {
      // Of what a listener resets the kernel names the listener's port alone, and no time but its own
      // tells which it was.
      guard let listeners = near(nameless[way.source.port]).first else {
        let mayBeMasqueraded = others.contains {
          $0.remote.port == 0 || ownAddresses.contains($0.remote.address)
        }
        return log.hasAllReasons && !mayBeMasqueraded ? .beside : .unknown
      }
      return Self.distance(listeners.moment, moment) <= Self.shortestWay
        ? .stack(listeners) : .unknown
    }
    // Of several resets at once, which the kernel did not all make, it is not known which it did.
    let rivals = (resets[way] ?? []).count {
      Self.distance(log.segments[$0].moment, moment) <= Self.longestWay
    }
    return rivals > own.count ? .unknown : .stack(nearest)
  }

  private static func distance(_ one: Moment, _ other: Moment) -> Duration {
    one < other ? other - one : one - other
  }

  private static func way(_ record: WitnessedSegment) -> Way {
    Way(source: record.segment.from, destination: record.segment.to)
  }

  /// What of a segment stays the same through a router.
  private static func onTheWay(_ segment: CapturedSegment) -> CapturedSegment {
    var segment = segment.forJoin
    segment.hopLimit = 0
    segment.trafficClass = 0
    return segment
  }
}

extension CapturedSegment {
  /// What a join knows of a packet that the prober recorded; nil where that is no segment.
  init?(_ packet: Packet) {
    guard let header = packet.tcp else { return nil }
    var options = Options()
    options.timestamps = header.timestamps.map { Timestamps(value: $0.value, echo: $0.echo) }
    self.init(
      source: packet.network.source, destination: packet.network.destination,
      sourcePort: header.sourcePort, destinationPort: header.destinationPort,
      sequence: header.sequence, acknowledgement: header.acknowledgement, flags: header.flags,
      window: header.window, payloadLength: packet.payload.count,
      hopLimit: packet.network.hopLimit, trafficClass: packet.network.trafficClass,
      identification: packet.network.identification, options: options)
  }

  /// Who sent it, or in whose name it was sent.
  var from: Endpoint { Endpoint(address: source, port: sourcePort) }
  /// Where it goes.
  var to: Endpoint { Endpoint(address: destination, port: destinationPort) }

  /// What both sides of a join know of a segment: no more, so that they can be compared.
  var forJoin: Self {
    var segment = self
    segment.payloadDigest = 0
    segment.hasBadChecksum = false
    segment.reserved = 0
    segment.dontFragment = nil
    segment.options = Options()
    segment.options.timestamps = options.timestamps
    return segment
  }
}
