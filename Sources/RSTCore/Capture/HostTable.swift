public import RSTWire

/// What a capture shows of each host over all its connections: what a single reset is compared with.
public struct HostTable: Sendable {
  private var records: [IPAddress: HostRecord] = [:]

  /// How many hosts are remembered; of those that come later nothing is known.
  private static let mostHosts = 20_000

  /// Makes an empty table.
  public init() {}

  /// What is known of a host.
  public subscript(address: IPAddress) -> HostRecord { records[address] ?? HostRecord() }

  /// Learns from a connection that is over.
  public mutating func learn(_ connection: CapturedConnection) {
    let server = connection.server.address
    guard records[server] != nil || records.count < Self.mostHosts else { return }
    records[server, default: HostRecord()].learn(connection)
  }
}

/// What a capture shows of one host as a server.
public struct HostRecord: Hashable, Sendable {
  /// The hop limits of its SYN ACKs, and of what it sends on connections that stand.
  public private(set) var hopLimits = HopLimitCount()
  /// The hop limits of its resets that refuse a SYN.
  public private(set) var refusalHopLimits = HopLimitCount()
  /// The hop limits of all resets that have the shape of a refusal.
  public private(set) var refusalShapeHopLimits = HopLimitCount()
  /// The hop limits of those refusals that copy the SYN's DSCP.
  public private(set) var stackHopLimits = HopLimitCount()
  /// The hop limits of resets that refuse what the host accepts, and do not come from where its SYN ACKs
  /// come from: a third party's.
  public fileprivate(set) var strangeHopLimits = HopLimitCount()
  /// The hop limits of resets that only sockets of the host make.
  public fileprivate(set) var socketHopLimits = HopLimitCount()
  /// Which DSCP other than 0 its refusals have copied from the SYN: bit n for the value n.
  private var copiedClasses: UInt64 = 0
  /// Whether a refusal came with another one that the SYN had not, as where the path sets it.
  public private(set) var hasOtherClass = false
  /// Its ports of which SYNs are refused that end on the way to where the refusals seem to come from.
  public fileprivate(set) var portsRefusedOnTheWay: Set<UInt16> = []
  /// How many connections were accepted.
  public private(set) var accepted = 0
  /// Its ports that have accepted a connection: as many as are remembered.
  public private(set) var ports: [UInt16: AcceptingPort] = [:]

  /// The hop limits of the resets that refuse SYNs, of as many of its ports as are remembered.
  public private(set) var refusals: [UInt16: HopLimitCount] = [:]

  /// How many ports of a host are remembered.
  fileprivate static let mostPorts = 16

  init() {}

  fileprivate mutating func learn(_ connection: CapturedConnection) {
    for (hopLimit, _) in connection.serverRecord.hopLimits.all { hopLimits.add(hopLimit) }
    let port = connection.server.port
    if let synAck = connection.serverRecord.opening {
      accepted += 1
      if ports[port] != nil || ports.count < Self.mostPorts {
        ports[port, default: AcceptingPort(first: synAck.moment, last: synAck.moment)].learn(
          synAck, connection)
      }
    }
    for reset in connection.resets where reset.side == .server {
      if reset.isOfSocket { socketHopLimits.add(reset.segment.hopLimit) }
      if reset.hasShapeOfRefusal { refusalShapeHopLimits.add(reset.segment.hopLimit) }
    }
    learnStrangers(connection)
    learnDistance(of: connection)
    guard let refusal = connection.resets.first, let syn = refusal.refusedSYN else { return }
    refusalHopLimits.add(refusal.segment.hopLimit)
    if refusals[port] != nil || refusals.count < Self.mostPorts {
      refusals[port, default: HopLimitCount()].add(refusal.segment.hopLimit)
    }
    guard syn.trafficClass >> 2 != 0 else { return }
    let answered = refusal.segment.trafficClass >> 2
    if answered == syn.trafficClass >> 2 {
      copiedClasses |= 1 << UInt64(answered)
      // Filters do not copy it: this is a stack, and its distance.
      stackHopLimits.add(refusal.segment.hopLimit)
    } else if answered != 0 {
      hasOtherClass = true
    }
  }

  /// Whether its refusals copy the SYN's DSCP: several values, or one where none is set on the way.
  ///
  /// Linux does so: net/ipv4/tcp_ipv4.c, tcp_v4_send_reset. RFC 2474, section 3: the path may set it.
  public var copiesTrafficClass: Bool {
    copiedClasses.nonzeroBitCount > 1 || copiedClasses != 0 && !hasOtherClass
  }
}

extension HostRecord {
  fileprivate mutating func learnStrangers(_ connection: CapturedConnection) {
    guard let synAck = connection.serverRecord.opening else { return }
    for reset in connection.resets
    where reset.side == .server && reset.receiver.octets == 0
      && reset.segment.hopLimit != synAck.hopLimit
      && reset.segment.flags.contains(.acknowledgement)
    {
      strangeHopLimits.add(reset.segment.hopLimit)
    }
  }

  /// Whoever refuses a SYN that cannot get as far as the refusal's hop limit suggests is nearer than that.
  fileprivate mutating func learnDistance(of connection: CapturedConnection) {
    let port = connection.server.port
    guard portsRefusedOnTheWay.count < Self.mostPorts, !portsRefusedOnTheWay.contains(port) else {
      return
    }
    let isRefusedOnTheWay = connection.resets.contains { reset in
      guard let syn = reset.refusedSYN else { return false }
      let distance = Distance.suggested(by: reset.segment.hopLimit)
      return Int(syn.hopLimit) < distance && distance <= Distance.plausible
    }
    if isRefusedOnTheWay { portsRefusedOnTheWay.insert(port) }
  }
}

/// When a port of a host has accepted connections, and from which distance.
public struct AcceptingPort: Hashable, Sendable {
  /// When the first SYN ACK was captured.
  public private(set) var first: Moment
  /// When the last one was.
  public private(set) var last: Moment
  /// The hop limits that they came with.
  public private(set) var hopLimits = HopLimitCount()
  /// Whether a SYN was accepted and refused as well: not all its refusals are the host's.
  public private(set) var isContradicted = false

  init(first: Moment, last: Moment) {
    self.first = first
    self.last = last
  }

  fileprivate mutating func learn(_ synAck: LoggedSegment, _ connection: CapturedConnection) {
    isContradicted =
      isContradicted
      || connection.resets.contains { reset in
        guard reset.side == .server, let syn = reset.answered, syn.isPlainSYN else { return false }
        // A proxy accepts what the host behind it may refuse.
        return synAck.acknowledgement == syn.end
          && Distance.suggested(by: reset.segment.hopLimit)
            <= Distance.suggested(by: synAck.hopLimit)
      }
    first = min(first, synAck.moment)
    last = max(last, synAck.moment)
    hopLimits.add(synAck.hopLimit)
  }
}

extension CapturedReset {
  /// The SYN without odd flags that a server refuses by it, which had sent nothing before.
  fileprivate var refusedSYN: LoggedSegment? {
    guard side == .server, sender.segments == 0, let syn = answered, syn.isPlainSYN else {
      return nil
    }
    return syn
  }
}
