public import RSTCore
public import RSTWire

/// A filter that drops without a word.
public struct Drop: Middlebox {
  let match: PacketMatch
  let way: Way

  /// Makes a filter for packets on one way.
  public init(_ match: PacketMatch, _ way: Way = .towardsHost) {
    self.match = match
    self.way = way
  }

  /// Decides about a packet.
  public mutating func treat(
    _ packet: Packet, _ way: Way, at site: inout Site, now: Moment
  ) -> Treatment {
    way == self.way && match.matches(packet) ? .drop : .pass(packet)
  }
}

/// A filter that lets only so many packets a second pass: `limit rate over … drop`.
public struct Limit: Middlebox {
  let match: PacketMatch
  let way: Way
  let perSecond: Double
  let burst: Double
  private var tokens: Double
  private var last: Moment?

  /// Makes a limit.
  public init(_ match: PacketMatch, _ way: Way, perSecond: Double, burst: Double) {
    self.match = match
    self.way = way
    self.perSecond = perSecond
    self.burst = burst
    tokens = burst
  }

  /// Decides about a packet.
  public mutating func treat(
    _ packet: Packet, _ way: Way, at site: inout Site, now: Moment
  ) -> Treatment {
    guard way == self.way, match.matches(packet) else { return .pass(packet) }
    if let last { tokens = min(burst, tokens + (now - last).seconds * perSecond) }
    last = now
    guard tokens >= 1 else { return .drop }
    tokens -= 1
    return .pass(packet)
  }
}

/// A device that sets DSCP to a constant on its way.
public struct Marking: Middlebox {
  let trafficClass: UInt8

  /// Makes a device; 0 clears DSCP.
  public init(_ trafficClass: UInt8) { self.trafficClass = trafficClass }

  /// Decides about a packet.
  public mutating func treat(
    _ packet: Packet, _ way: Way, at site: inout Site, now: Moment
  ) -> Treatment {
    guard way == .towardsHost else { return .pass(packet) }
    var marked = packet
    marked.mark(trafficClass)
    return .pass(marked)
  }
}

/// Connection tracking: net/netfilter/nf_conntrack_proto_tcp.c.
public struct ConnectionTracking: Middlebox {
  /// What it does about segments of no connection.
  public enum Policy: Hashable, Sendable {
    /// Only SYN opens a connection; everything else of no connection vanishes.
    case newIsSYN
    /// `ct state invalid drop`: illegal flags vanish, a bare ACK is picked up in the middle.
    case invalidDropped
  }

  let policy: Policy
  private var flows: Set<SimulatedHost.Flow> = []

  /// Makes a filter.
  public init(_ policy: Policy) { self.policy = policy }

  /// Decides about a packet.
  public mutating func treat(
    _ packet: Packet, _ way: Way, at site: inout Site, now: Moment
  ) -> Treatment {
    guard way == .towardsHost, let header = packet.tcp, let flow = SimulatedHost.Flow(packet) else {
      return .pass(packet)
    }
    let flags = header.flags.subtracting([.push, .echo, .congestionWindowReduced])
    let isLegal = [
      .syn, [.syn, .urgent], [.syn, .acknowledgement], .reset, [.reset, .acknowledgement],
      [.fin, .acknowledgement], [.fin, .acknowledgement, .urgent], .acknowledgement,
      [.acknowledgement, .urgent],
    ].contains(flags)
    guard isLegal else { return .drop }
    if flows.contains(flow) { return .pass(packet) }
    let opens =
      flags.contains(.syn) && !flags.contains(.acknowledgement)
      || policy == .invalidDropped && flags.subtracting(.urgent) == .acknowledgement
    guard opens else { return .drop }
    flows.insert(flow)
    return .pass(packet)
  }
}
