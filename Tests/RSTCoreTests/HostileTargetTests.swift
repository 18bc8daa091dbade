import RSTCore
import RSTTestSupport
import RSTWire
import Testing

/// Beneath garbage, copies and old answers the right word is said, or none; nothing grows and the run
/// ends.
@Suite struct HostileTargetTests {
  /// A port, and the states that may be said of it.
  enum Port: String, CaseIterable {
    case open, closed, dropped, queue

    var number: UInt16 { self == .open || self == .queue ? 80 : 81 }

    var right: PortState {
      switch self {
      case .open: .open
      case .closed: .closed
      case .dropped: .dropped
      case .queue: .overloaded
      }
    }

    func network(_ box: HostileTarget) -> SimulatedNetwork {
      var host = SimulatedHost.linux(listening: [80])
      if self == .queue { host.queue = .full }
      return .path(host: host) { network in
        network.put(box, at: 3)
        if self == .dropped { network.put(Drop(.port(81)), at: 3) }
      }
    }
  }

  private func judge(_ run: SimulatedRun, _ port: Port) {
    let verdict = run.conclusion.verdict
    if verdict.port == .inconclusive {
      #expect(
        verdict.alternatives.contains { $0.port == port.right }, "\(port): \(verdict.alternatives)")
    } else {
      #expect(verdict.port == port.right, "\(port): \(run.codes)")
      #expect([.host, .none, .unknown].contains(verdict.responder), "\(port): \(verdict)")
    }
    #expect(!run.codes.contains("injected-reset"), "\(port)")
    #expect(run.timing.elapsed < .seconds(10))
    #expect(run.investigation.transcript.packets.count < 6_000)
  }

  @Test(arguments: Port.allCases, families)
  func `garbage with random flags, numbers and quotes`(
    _ port: Port, _ family: AddressFamily
  ) throws {
    let run = try SimulatedRun(
      port: port.number, family, port.network(HostileTarget(garbage: 60)))
    judge(run, port)
    #expect(run.observations.isFlooded)
    // What answers is seen all the same: nothing buries it.
    if port == .open || port == .closed { #expect(run.conclusion.verdict.port == port.right) }
  }

  @Test(arguments: Port.allCases, families)
  func `garbage that comes long before the answers`(
    _ port: Port, _ family: AddressFamily
  ) throws {
    var kernel = SimulatedKernel()
    kernel.noise = HostileTarget.noise(about: port.number, family, for: .seconds(2))
    let run = try SimulatedRun(
      port: port.number, family, port.network(HostileTarget()),
      faults: Faults(latency: .milliseconds(80)), kernel: kernel)
    judge(run, port)
    // The round trip is that of answers.
    #expect(run.timing.roundTrip.map { $0 >= .milliseconds(160) } ?? true)
  }

  @Test(arguments: Port.allCases, families)
  func `old answers, to their own ports and to others`(
    _ port: Port, _ family: AddressFamily
  ) throws {
    judge(
      try SimulatedRun(port: port.number, family, port.network(HostileTarget(replays: 20))), port)
  }

  @Test(arguments: Port.allCases, families)
  func `every answer a hundred times`(_ port: Port, _ family: AddressFamily) throws {
    var kernel = SimulatedKernel()
    kernel.copies = 100
    let run = try SimulatedRun(
      port: port.number, family, port.network(HostileTarget()), kernel: kernel)
    judge(run, port)
    #expect(run.conclusion.verdict.port == port.right)
    // What comes a hundredfold is not answered a hundredfold.
    #expect(run.sent.count < 400, "\(run.sent.count) packets sent")
    #expect(!run.observations.isFlooded)
  }

  @Test(arguments: families)
  func `connections are neither tried nor judged beneath a flood`(_ family: AddressFamily) throws {
    for box in [HostileTarget(garbage: 40), HostileTarget(replays: 20)] {
      let run = try SurveyRun(Port.open.network(box), family)
      #expect(run.conclusion.verdict.port == .open)
      #expect(run.codes == ["open-port"], "\(run.codes)")
      #expect(!run.survey.transcript.attempts.contains { $0.part == .connections })
      #expect(run.conclusion.nextStep.contains("answer nothing"))
      #expect(run.left.isEmpty)
    }
  }

  @Test(arguments: families)
  func `a run whose last ACK is not captured goes on beneath others' packets`(
    _ family: AddressFamily
  ) throws {
    var kernel = SimulatedKernel()
    kernel.noise = HostileTarget.noise(about: 80, family, for: .seconds(10))
    kernel.misses = { $0.tcp?.flags == .acknowledgement }
    let run = try SimulatedRun(
      port: 80, family, .path(host: .linux(listening: [80])), kernel: kernel,
      ports: 30_000..<30_400)
    #expect(run.conclusion.verdict.port == .open)
    // The engine alone would have it go on after a second.
    #expect(run.timing.elapsed < .milliseconds(500))
  }

  @Test func `a few odd segments are no flood`() throws {
    let run = try SimulatedNetwork.path(Injector(port: 80), at: 1).run(80, .ipv4)
    #expect(!run.observations.isFlooded)
    #expect(run.codes.contains("injected-reset"))
  }

  @Test(arguments: families)
  func `a box that answers each SYN with a wrong number hides the port, and is no silence`(
    _ family: AddressFamily
  ) throws {
    for port in [UInt16(80), 81] {
      let network = SimulatedNetwork.path(host: .linux(listening: [80])) { network in
        network.put(WrongNumber(port: port), at: 1)
      }
      let run = try SimulatedRun(port: port, family, network)
      #expect(run.conclusion.verdict.port == .inconclusive, "\(run.codes)")
    }
  }
}

/// Answers every SYN to a port with a SYN ACK that acknowledges something else, as guards against floods
/// do, and lets none pass.
private struct WrongNumber: Middlebox {
  let port: UInt16

  func treat(_ packet: Packet, _ way: Way, at site: inout Site, now: Moment) -> Treatment {
    guard way == .towardsHost, let header = packet.tcp, header.flags.contains(.syn),
      header.destinationPort == port
    else { return .pass(packet) }
    let answer = TCPHeader(
      sourcePort: port, destinationPort: header.sourcePort, sequence: SequenceNumber(0x5afe),
      acknowledgement: SequenceNumber(~header.sequence.rawValue), flags: [.syn, .acknowledgement],
      window: 4_096)
    let network = AnswerHeader(hopLimit: 62).answering(packet)
    return Treatment(
      onward: nil, answers: [Emission(Packet(network: network, tcp: answer), after: .zero)])
  }
}
