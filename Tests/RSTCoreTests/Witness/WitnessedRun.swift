import RSTTestSupport
import RSTWire

@testable import RSTCore

/// One run with a witness at the host, and what is true of its resets.
struct WitnessedRun {
  let packets: [RecordedPacket]
  let observations: Observations
  let witness: SimulatedWitness
  /// When it began and ended, by the prober's clock.
  let extent: (start: Moment, end: Moment)

  init(
    _ scenario: Scenario, _ family: AddressFamily = .ipv4, faults: Faults = Faults(),
    seed: UInt64 = 1, _ change: (inout SimulatedWitness) -> Void = { _ in }
  ) throws {
    var scenario = scenario
    var witness = SimulatedWitness()
    change(&witness)
    scenario.network.witness = witness
    let run = try scenario.run(family, faults: faults, seed: seed)
    packets = run.investigation.transcript.packets
    observations = run.observations
    self.witness = run.network.witness ?? witness
    let start = run.timing.started
    extent = (
      Moment(nanoseconds: start.nanoseconds - 500_000_000), start + run.timing.elapsed + .seconds(2)
    )
  }

  /// What a witness writes that listened all the time.
  func log(port: UInt16? = nil) -> WitnessLog {
    witness.log(from: extent.start, to: extent.end, port: port)
  }

  func join(_ log: WitnessLog? = nil) -> WitnessJoin { WitnessJoin(packets, log ?? self.log()) }

  func conclusion(_ log: WitnessLog? = nil) -> Conclusion {
    Conclusion(observations, witness: join(log))
  }

  /// Whether the host sent a packet that came, octet by octet but for what routers change: two of them
  /// take one hop each, and may mark it.
  func isSent(_ packet: Int) -> Bool {
    let octets = packets[packet].packet.octets
    guard
      case .segment(var arrived, _) = CapturedFrame(
        link: .raw, octets: octets.span, originalLength: octets.count)
    else { return false }
    let hopLimit = arrived.hopLimit
    return witness.segments.contains { record in
      guard record.segment.hopLimit == hopLimit &+ 2 else { return false }
      arrived.hopLimit = record.segment.hopLimit
      arrived.trafficClass = record.segment.trafficClass
      return record.direction == .sent && record.segment == arrived
    }
  }

  /// What is said that is false.
  func falsehoods(_ join: WitnessJoin) -> [String] {
    join.resets.filter { reset in
      switch reset.origin {
      case .sent: !isSent(reset.packet)
      case .neverSent: isSent(reset.packet)
      case .passed: true
      case .unproven: false
      }
    }.map { "\($0.origin): \($0.packet) \(packets[$0.packet].packet.summary)" }
  }
}

extension WitnessJoin {
  var neverSent: Int { resets.count { if case .neverSent = $0.origin { true } else { false } } }
  var sent: Int { resets.count { if case .sent = $0.origin { true } else { false } } }
  var doubts: Set<WitnessedReset.Doubt> {
    Set(resets.compactMap { if case .unproven(let doubt) = $0.origin { doubt } else { nil } })
  }
}
