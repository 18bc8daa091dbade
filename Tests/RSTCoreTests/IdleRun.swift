import RSTTestSupport
import RSTWire

@testable import RSTCore

/// Idle holds against a peer with timers, in simulated time: 20 ms round trip.
struct IdleRun {
  private(set) var results: SessionResults
  private(set) var transcript = Transcript()
  private(set) var peer: IdlePeer
  /// From the first packet to the end.
  private(set) var elapsed: Duration
  private let target: Target

  /// What came of it all.
  var conclusion: Conclusion {
    Conclusion(Observations(transcript, of: target, sessions: results))
  }

  /// What is said about idle connections.
  var findings: [Finding] {
    conclusion.findings.filter { $0.code.rawValue.hasPrefix("idle-") }
  }

  /// The words of that.
  var codes: [String] { findings.map(\.code.rawValue) }

  /// The reading behind it.
  var reading: IdleReading? { conclusion.connections?.idle }

  /// How many packets we sent.
  var packetsSent: Int { transcript.packets.count { $0.direction == .sent } }

  /// Lets the holds of a ladder run to their end, or to an interrupt.
  init(
    _ ladder: IdleLadder, _ peer: IdlePeer = IdlePeer(), port: UInt16 = 80,
    interrupt: Duration? = nil, seed: UInt64 = 1
  ) {
    let source = SimulatedRun.prober(.ipv4)
    target = Target(name: "target", address: SimulatedRun.target(.ipv4), port: port)
    let supply = SettingSupply(
      target: target, source: source, ports: Array(20_000..<20_120), seed: seed)
    var roundTrip = RoundTrip()
    for _ in 0..<4 { roundTrip.add(.milliseconds(20), isCredible: true) }
    var suite = ConnectionSuite(
      ConnectionPlan(checks: [], idle: ladder), target: target, source: source, supply: supply,
      roundTrip: roundTrip, proof: 12, hasSeenLoss: peer.loss > 0, limits: ConnectionLimits())
    self.peer = peer
    let start = Moment(nanoseconds: 1_000_000_000)
    var wire = Wire(start: start, seed: seed)
    suite.begin(at: start, in: &transcript)
    var now = start
    while true {
      while let next = suite.nextTransmission(at: now) {
        guard let packet = Packet(datagram: next.draft.encoded()) else { continue }
        _ = suite.received(packet, at: now, in: &transcript)
        wire.send(packet, towardsHost: true, at: now, self.peer)
      }
      if suite.isFinished { break }
      let times = [suite.deadline, wire.next, self.peer.nextTimer(since: start)]
      guard let next = times.compactMap(\.self).min() else { break }
      now = max(now, next)
      if let interrupt, now >= start + interrupt {
        now = start + interrupt
        suite.interrupt(at: now)
        continue
      }
      for answer in self.peer.timerFired(at: now, since: start) {
        wire.send(answer, towardsHost: false, at: now, self.peer)
      }
      while let arrival = wire.arrival(by: now) {
        if arrival.isTowardsHost {
          for answer in self.peer.received(arrival.packet, at: now) {
            wire.send(answer, towardsHost: false, at: now, self.peer)
          }
        } else {
          _ = suite.received(arrival.packet, at: now, in: &transcript)
        }
      }
      if let deadline = suite.deadline, deadline <= now { suite.advance(to: now, in: &transcript) }
    }
    // What is still on its way arrives: the farewells among it.
    while let arrival = wire.arrival(by: now + .seconds(1)) {
      guard arrival.isTowardsHost else { continue }
      _ = self.peer.received(arrival.packet, at: now)
    }
    results = suite.results
    elapsed = now - start
  }
}

/// 10 ms each way, with what the peer says of losses.
private struct Wire {
  let start: Moment
  private var generator: SeededGenerator
  private var travelling: [(moment: Moment, packet: Packet, isTowardsHost: Bool)] = []

  init(start: Moment, seed: UInt64) {
    self.start = start
    generator = SeededGenerator(seed: seed)
  }

  var next: Moment? { travelling.map(\.moment).min() }

  mutating func send(
    _ packet: Packet, towardsHost isTowardsHost: Bool, at now: Moment, _ peer: IdlePeer
  ) {
    if let outage = peer.outage, outage.contains(now - start) { return }
    if peer.loss > 0, Double.random(in: 0..<1, using: &generator) < peer.loss { return }
    travelling.append((now + .milliseconds(10), packet, isTowardsHost))
  }

  mutating func arrival(by now: Moment) -> (packet: Packet, isTowardsHost: Bool)? {
    guard let first = travelling.firstIndex(where: { $0.moment <= now }) else { return nil }
    let arrival = travelling.remove(at: first)
    return (arrival.packet, arrival.isTowardsHost)
  }
}
