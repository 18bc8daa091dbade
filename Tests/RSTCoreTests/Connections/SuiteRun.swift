import RSTTestSupport
import RSTWire

@testable import RSTCore

/// The experiments of some checks against a service, over a wire of 20 ms and with loss as wanted.
struct SuiteRun {
  /// What was sent and received.
  private(set) var transcript = Transcript()
  /// What was observed.
  private(set) var results = SessionResults()
  /// The service afterwards.
  private(set) var service: TimedService
  /// How long it took.
  private(set) var elapsed: Duration
  private let target: Target

  init(
    _ checks: Set<Check>, _ habits: TimedService.Habits, loss: Double = 0, seed: UInt64 = 1,
    connections: Int = 24, interrupt: Duration? = nil
  ) {
    service = TimedService(habits)
    target = Target(name: "target", address: SimulatedRun.target(.ipv4), port: 80)
    let investigation = Investigation(
      target: target, source: SimulatedRun.prober(.ipv4),
      ports: Array(20_000..<20_400), options: InvestigationOptions(), seed: seed)
    let limits = ConnectionLimits(connections: connections)
    var suite = investigation.suite(
      ConnectionPlan(checks: checks, connections: connections), limits: limits)
    var chance = SeededGenerator(seed: seed)
    var wire: [(due: Moment, isOurs: Bool, packet: Packet)] = []
    let begun = Moment(nanoseconds: 1_000_000_000)
    var now = begun
    var interrupted = interrupt.map { begun + $0 }

    func carry(_ packet: Packet, isOurs: Bool) {
      guard Double.random(in: 0..<1, using: &chance) >= loss else { return }
      wire.append((now + .milliseconds(10), isOurs, packet))
    }
    suite.begin(at: now, in: &transcript)
    // Nothing here takes as long as an hour: whoever does would never end.
    while !suite.isFinished, now < begun + .seconds(3_600) {
      while let next = suite.nextTransmission(at: now) {
        guard let packet = Packet(datagram: next.draft.encoded()) else { continue }
        _ = suite.received(packet, at: now, in: &transcript)
        carry(packet, isOurs: true)
      }
      let times = [suite.deadline, service.nextTimer, wire.map(\.due).min(), interrupted]
      guard let next = times.compactMap(\.self).min() else { break }
      now = max(now, next)
      if let moment = interrupted, moment <= now {
        interrupted = nil
        suite.interrupt(at: now)
      }
      let arrived = wire.filter { $0.due <= now }
      wire.removeAll { $0.due <= now }
      for (_, isOurs, packet) in arrived {
        if isOurs {
          for answer in service.received(packet, at: now) { carry(answer, isOurs: false) }
        } else {
          _ = suite.received(packet, at: now, in: &transcript)
        }
      }
      for packet in service.timersFired(at: now) { carry(packet, isOurs: false) }
      suite.advance(to: now, in: &transcript)
    }
    // What is still on its way arrives.
    for (_, isOurs, packet) in wire where isOurs { _ = service.received(packet, at: now) }
    results = suite.results
    elapsed = now - begun
  }

  /// What is said about it.
  var conclusion: Conclusion {
    Conclusion(Observations(transcript, of: target, sessions: results))
  }

  /// The finding of a code; nil where it is not said.
  func finding(_ code: FindingCode) -> Finding? {
    conclusion.findings.first { $0.code == code }
  }

  /// The words that are said.
  var codes: Set<String> { Set(conclusion.findings.map(\.code.rawValue)) }
}

extension Finding {
  /// What it says under a key.
  func detail(_ key: String) -> Detail.Value? { details.first { $0.key == key }?.value }
}
