import RSTWire

@testable import RSTCore

/// A network for a sweep in simulated time: hosts with a behaviour each, latency, loss, and rations.
struct SweepWorld {
  /// What a target does with a SYN.
  enum Behaviour: Hashable {
    case open
    case closed
    /// A filter on the host resets.
    case hostReset
    /// A device one hop nearer resets.
    case deviceReset
    /// A router refuses with ICMP.
    case routerICMP
    case dropped
    /// No way, says a router.
    case noWay
    /// The stack copies no DSCP, at control ports neither.
    case plainStack
    /// The host resets so many times a second, all its like together.
    case rationedReset
    /// Open, and somebody nearer forges a reset with all marks of the host's own.
    case forgedReset
  }

  var behaviour: (Endpoint) -> Behaviour
  var loss = 0.0
  /// What is lost on the way to and from some, on top of that.
  var localLoss: (Endpoint) -> Double = { _ in 0 }
  var latency = Duration.milliseconds(10)
  /// How far behind a forged reset the host's own answer comes.
  var lag = Duration.milliseconds(5)
  /// ICMP errors a second that routers send us.
  var icmpRation = Double.infinity
  /// Resets a second of rationed hosts.
  var resetRation = Double.infinity
  /// While this says so, nothing passes.
  var isDown: (Moment) -> Bool = { _ in false }

  private(set) var results: [SweepResult] = []
  private(set) var sent: [Endpoint: Int] = [:]
  private(set) var resetsSent: [Endpoint: Int] = [:]
  /// What came from the ports that are asked, SYN-ACKs and resets.
  private(set) var delivered: [Endpoint: Set<SweepAnswer.Kind>] = [:]
  private(set) var now = Moment(nanoseconds: 0)
  private var random: SplitMix
  private var waiting: [(moment: Moment, answer: SweepAnswer)] = []
  private var icmp = (tokens: 6.0, at: Moment(nanoseconds: 0))
  private var resets = (tokens: 50.0, at: Moment(nanoseconds: 0))

  static let ports = (0..<256).map { UInt16(40_000 + $0) }

  init(seed: UInt64 = 42, _ behaviour: @escaping (Endpoint) -> Behaviour) {
    self.behaviour = behaviour
    random = SplitMix(seed: seed)
  }

  /// Runs a sweep to its end, or to a moment.
  mutating func run(_ sweep: inout Sweep, until end: Moment? = nil) {
    while true {
      if let end, now >= end { return }
      while let first = waiting.first, first.moment <= now {
        waiting.removeFirst()
        if first.answer.isOfTCP, first.answer.endpoint.port < 61_000 {
          delivered[first.answer.endpoint, default: []].insert(first.answer.kind)
        }
        sweep.received(first.answer, at: now)
      }
      let step = sweep.next(at: now)
      results += sweep.takeResults()
      switch step {
      case .send(let packet):
        // A machine needs some time for each packet.
        now = now + .microseconds(2)
        take(packet)
      case .wait(let moment):
        let next = waiting.first.map { min($0.moment, moment) } ?? moment
        now = max(next, now + .nanoseconds(1))
      case .finished:
        results += sweep.takeResults()
        return
      }
    }
  }

  private mutating func take(_ packet: SweepPacket) {
    guard !packet.isReset else {
      resetsSent[packet.endpoint, default: 0] += 1
      return
    }
    sent[packet.endpoint, default: 0] += 1
    guard !isDown(now), passes(packet.endpoint) else { return }
    if behaviour(packet.endpoint) == .forgedReset {
      deliver(reset(packet, packet.numbers.trafficClass, 63), after: latency)
      deliver(synAck(packet), after: latency + lag)
    } else if let answer = answer(to: packet) {
      deliver(answer, after: latency)
    }
  }

  private mutating func passes(_ endpoint: Endpoint) -> Bool {
    Double.random(in: 0..<1, using: &random) >= max(loss, localLoss(endpoint))
  }

  private mutating func deliver(_ answer: SweepAnswer, after delay: Duration) {
    guard passes(answer.endpoint) else { return }
    let moment = now + delay
    var place = waiting.count
    while place > 0, waiting[place - 1].moment > moment { place -= 1 }
    waiting.insert((moment, answer), at: place)
  }

  private func synAck(_ packet: SweepPacket) -> SweepAnswer {
    SweepAnswer(
      kind: .synAck, endpoint: packet.endpoint, port: Self.ports[packet.numbers.slot],
      sequence: packet.numbers.sequence, sender: packet.endpoint.address, hopLimit: 62,
      trafficClass: 0, window: 65_160, looksLikeNetfilter: false)
  }

  private mutating func answer(to packet: SweepPacket) -> SweepAnswer? {
    let isControl = packet.endpoint.port > 61_000
    let kind = behaviour(
      isControl ? Endpoint(address: packet.endpoint.address, port: 80) : packet.endpoint)
    let copied = packet.numbers.trafficClass
    switch kind {
    case .dropped: return isControl ? reset(packet, copied, 62) : nil
    case .open where !isControl: return synAck(packet)
    case .hostReset where !isControl: return reset(packet, 0, 62)
    case .deviceReset where !isControl: return reset(packet, 0, 63)
    case .plainStack: return reset(packet, 0, 62)
    case .routerICMP where !isControl: return refusal(packet, .prohibited)
    case .noWay: return refusal(packet, .hostUnreachable)
    case .rationedReset where !isControl:
      return Self.allows(&resets, resetRation, 50, now) ? reset(packet, copied, 62) : nil
    case .open, .closed, .hostReset, .deviceReset, .routerICMP, .rationedReset, .forgedReset:
      return reset(packet, copied, 62)
    }
  }

  private func reset(_ packet: SweepPacket, _ trafficClass: UInt8, _ hopLimit: UInt8) -> SweepAnswer
  {
    SweepAnswer(
      kind: .reset, endpoint: packet.endpoint, port: Self.ports[packet.numbers.slot],
      sequence: packet.numbers.sequence, sender: packet.endpoint.address, hopLimit: hopLimit,
      trafficClass: trafficClass, window: 0, looksLikeNetfilter: true)
  }

  private mutating func refusal(_ packet: SweepPacket, _ says: ICMPRefusal) -> SweepAnswer? {
    guard Self.allows(&icmp, icmpRation, 6, now) else { return nil }
    return SweepAnswer(
      kind: .refusal(says), endpoint: packet.endpoint, port: Self.ports[packet.numbers.slot],
      sequence: packet.numbers.sequence, sender: .v4(IPv4Address(rawValue: 0xc000_0201)),
      hopLimit: 64, trafficClass: 0xc0, window: 0, looksLikeNetfilter: false)
  }

  /// A token bucket, as net/ipv4/route.c and nftables have them.
  private static func allows(
    _ bucket: inout (tokens: Double, at: Moment), _ rate: Double, _ burst: Double, _ now: Moment
  ) -> Bool {
    guard rate.isFinite else { return true }
    bucket.tokens = min(bucket.tokens + (now - bucket.at).seconds * rate, burst)
    bucket.at = now
    guard bucket.tokens >= 1 else { return false }
    bucket.tokens -= 1
    return true
  }
}

extension SweepWorld {
  /// What is said of each endpoint; the first result that says it twice is nil.
  var verdicts: [Endpoint: PortState]? {
    var found: [Endpoint: PortState] = [:]
    for result in results {
      guard found.updateValue(result.verdict.port, forKey: result.endpoint) == nil else {
        return nil
      }
    }
    return found
  }
}
