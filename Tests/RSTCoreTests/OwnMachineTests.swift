import RSTCore
import RSTTestSupport
import RSTWire
import Testing

/// What the prober's own machine does to probes, and what others send it.
@Suite struct OwnMachineTests {
  @Test(arguments: families)
  func `a filter of ours that refuses everything is named, and no verdict given`(
    _ family: AddressFamily
  ) throws {
    let run = try SimulatedRun(port: 80, family, .path(), kernel: .refusing(.segments))
    #expect(run.conclusion.verdict.port == .inconclusive)
    #expect(run.conclusion.headline.contains("EPERM"))
    #expect(run.conclusion.nextStep.contains("own packet filter"))
  }

  @Test(arguments: [UInt16(80), 81], families)
  func `a filter of ours that refuses odd flags changes no verdict`(
    _ port: UInt16, _ family: AddressFamily
  ) throws {
    let run = try SimulatedRun(port: port, family, .path(), kernel: .refusing(.oddFlags))
    #expect(run.conclusion.verdict.port == (port == 80 ? .open : .closed))
    #expect(run.codes == [port == 80 ? "open-port" : "closed-port", "own-host-changes-probes"])
  }

  @Test(arguments: families)
  func `probes that never leave are no silence`(_ family: AddressFamily) throws {
    var kernel = SimulatedKernel()
    kernel.swallows = { $0.tcp?.destinationPort == 81 }
    let run = try SimulatedRun(port: 81, family, .path(), kernel: kernel)
    #expect(run.conclusion.verdict.port == .inconclusive)
    #expect(run.conclusion.headline.contains("never seen leaving"))
    #expect(!run.codes.contains("silent-drop"))
  }

  @Test(arguments: [1, 21, 35, 60], families)
  func `an interrupted run says what was known by then, and nothing wrong`(
    _ milliseconds: Int, _ family: AddressFamily
  ) throws {
    var kernel = SimulatedKernel()
    kernel.interruption = Moment(nanoseconds: 1_000_000_000) + .milliseconds(milliseconds)
    for scenario in Scenario.main {
      let run = try SimulatedRun(
        port: scenario.port, family, scenario.network, kernel: kernel)
      guard run.timing.isInterrupted else { continue }
      let port = run.conclusion.verdict.port
      #expect(port == .inconclusive || scenario.truth.ports.contains(port), "\(scenario): \(port)")
    }
  }

  /// A packet from the target to us that belongs to nobody.
  static func foreign(_ family: AddressFamily, port: UInt16, _ flags: TCPFlags) -> Packet? {
    let draft = PacketDraft(
      source: SimulatedRun.prober(family), destination: SimulatedRun.target(family),
      content: .segment(
        SegmentDraft(
          sourcePort: port, destinationPort: 80, sequence: SequenceNumber(7), flags: .syn)))
    return Packet(datagram: draft.encoded()).map { asked in
      Packet(
        network: AnswerHeader(hopLimit: 62).answering(asked),
        tcp: TCPHeader(
          sourcePort: 80, destinationPort: port, sequence: SequenceNumber(1),
          acknowledgement: SequenceNumber(8), flags: flags, window: 100))
    }
  }

  @Test(arguments: families)
  func `foreign connections with the same target are ignored`(_ family: AddressFamily) throws {
    var kernel = SimulatedKernel()
    for index in 0..<200 {
      let flags: TCPFlags = index % 2 == 0 ? [.syn, .acknowledgement] : .reset
      if let packet = Self.foreign(family, port: UInt16(50_000 + index), flags) {
        kernel.noise.append((.microseconds(200 * index), packet))
      }
    }
    let run = try SimulatedRun(port: 81, family, .path(), kernel: kernel)
    #expect(run.conclusion.verdict.port == .closed)
    #expect(run.timing.packetsReceived < 100)
    let ports = run.investigation.transcript.packets.compactMap(\.packet.tcp?.destinationPort)
    #expect(!ports.contains { $0 >= 50_000 && $0 < 50_200 })
  }

  @Test(arguments: families)
  func `ICMP that quotes other people's packets is ignored`(_ family: AddressFamily) throws {
    var kernel = SimulatedKernel()
    for index in 0..<50 {
      let draft = PacketDraft(
        source: SimulatedRun.prober(family), destination: SimulatedRun.target(family),
        content: .segment(
          SegmentDraft(
            // Half of them quote our own ports, with numbers that we never sent.
            sourcePort: UInt16(index % 2 == 0 ? 20_000 + index : 50_000 + index),
            destinationPort: 81, sequence: SequenceNumber(UInt32(index)), flags: .syn)))
      guard let asked = Packet(datagram: draft.encoded()),
        let error = Answer.prohibited(from: 1).packet(asked)
      else { continue }
      kernel.noise.append((.microseconds(500 * index), error))
    }
    let run = try SimulatedRun(port: 81, family, .path(), kernel: kernel)
    #expect(kernel.noise.count == 50)
    #expect(run.codes == ["closed-port"])
  }

  @Test(arguments: families)
  func `a flood of answers to our own probes is bounded in memory`(
    _ family: AddressFamily
  ) throws {
    var injector = Injector(port: 80)
    injector.copies = 2_000
    let run = try SimulatedNetwork.path(injector, at: 1).run(80, family)
    #expect(run.investigation.transcript.packets.count <= 300 * 8)
    #expect(run.sent.count <= 300)
  }
}
