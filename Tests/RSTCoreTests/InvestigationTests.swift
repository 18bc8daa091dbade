import RSTCore
import RSTTestSupport
import RSTWire
import Testing

/// What an investigation sends, how long it takes, and what it leaves behind.
@Suite struct InvestigationTests {
  @Test(arguments: families)
  func `every attempt but those of shared flows has a source port of its own`(
    _ family: AddressFamily
  ) throws {
    let run = try SimulatedNetwork.path().run(81, family)
    let attempts = run.investigation.transcript.attempts.filter { attempt in
      ProbeCatalog.probe(named: attempt.probe)?.sharesFlow == false
    }
    let ports = attempts.compactMap(\.draft.segment?.sourcePort)
    #expect(ports.count > 20)
    #expect(Set(ports).count == ports.count)
  }

  @Test(arguments: families)
  func `probes go out in flights, the first of which is small`(_ family: AddressFamily) throws {
    let run = try SimulatedNetwork.path().run(81, family)
    let attempts = run.investigation.transcript.attempts
    #expect(attempts.count { $0.flight == 1 } <= 6)
    #expect(attempts.count { $0.flight == 2 } > 20)
    // The second flight is chosen by the answers of the first.
    let firstAnswer = try #require(
      run.investigation.transcript.packets.first { $0.direction == .received })
    #expect(attempts.filter { $0.flight == 2 }.allSatisfy { $0.started > firstAnswer.moment })
  }

  @Test(arguments: families)
  func `a closed port of a host that answers echo is known within six round trips`(
    _ family: AddressFamily
  ) throws {
    let run = try SimulatedRun(
      port: 81, family, .path(), faults: Faults(latency: .milliseconds(50)))
    #expect(run.conclusion.verdict.port == .closed)
    #expect(run.timing.elapsed <= .milliseconds(6 * 100 + 50))
    #expect(run.timing.roundTrip.map { $0 >= .milliseconds(100) } == true)
  }

  @Test(arguments: families)
  func `an open port is known within six round trips`(_ family: AddressFamily) throws {
    let run = try SimulatedRun(
      port: 80, family, .path(), faults: Faults(latency: .milliseconds(50)))
    #expect(run.conclusion.verdict.port == .open)
    #expect(run.timing.elapsed <= .milliseconds(6 * 100 + 50))
  }

  @Test(arguments: families)
  func `where only resets come, a SYN ACK is listened for a second`(
    _ family: AddressFamily
  ) throws {
    var host = SimulatedHost.linux()
    host.answersEcho = false
    let run = try SimulatedNetwork.path(host: host).run(81, family)
    #expect(run.conclusion.verdict.port == .closed)
    #expect(run.timing.elapsed >= .seconds(1))
    #expect(run.timing.elapsed <= .milliseconds(1_500))
  }

  @Test(arguments: families)
  func `a SYN ACK that comes 900 ms after a reset still counts there`(
    _ family: AddressFamily
  ) throws {
    // The host accepts, far away; the injector is near, and resets everything.
    var network = SimulatedNetwork.path(
      Reject(PacketMatch { $0.tcp.map { $0.destinationPort != 80 } ?? true }), at: 1)
    network.put(Injector(port: 80), at: 1)
    let run = try SimulatedRun(
      port: 80, family, network, faults: Faults(latency: .milliseconds(200)))
    #expect(run.conclusion.verdict.port == .open)
  }

  @Test(arguments: families)
  func `a silent port of an answering host costs at most three seconds`(
    _ family: AddressFamily
  ) throws {
    for latency in [Duration.milliseconds(0), .milliseconds(10), .milliseconds(50)] {
      let run = try SimulatedRun(
        port: 81, family, .path(Drop(.port(81)), at: 3), faults: Faults(latency: latency))
      #expect(run.conclusion.verdict.port == .dropped)
      #expect(run.timing.elapsed <= .seconds(3))
    }
  }

  @Test(arguments: families)
  func `total silence costs at most three and a half seconds`(_ family: AddressFamily) throws {
    let run = try SimulatedNetwork.path(Drop(.all), at: 1).run(80, family)
    #expect(run.timing.elapsed <= .milliseconds(3_500))
    #expect(run.timing.packetsSent <= 120)
  }

  @Test(arguments: families)
  func `unanswered SYNs are sent again on fresh ports, later and later`(
    _ family: AddressFamily
  ) throws {
    let run = try SimulatedNetwork.path(Drop(.port(81)), at: 3).run(81, family)
    let syns = run.investigation.transcript.attempts.filter {
      $0.probe == "syn" && $0.subject == .target
    }
    #expect(syns.count >= 4)
    #expect(Set(syns.compactMap(\.draft.segment?.sourcePort)).count == syns.count)
    let first = try #require(syns.first)
    let last = try #require(syns.last)
    #expect(last.started - first.started >= .seconds(1))
  }

  @Test(arguments: Scenario.main, AddressFamily.allCases)
  func `no run takes more than 120 packets without loss`(
    _ scenario: Scenario, _ family: AddressFamily
  ) throws {
    let run = try scenario.run(family)
    #expect(run.timing.packetsSent <= 120)
    #expect(run.sent.count == run.timing.packetsSent)
  }

  @Test(arguments: Scenario.main, AddressFamily.allCases)
  func `nor more than 300 where a fifth is lost each way, nor much longer than ten seconds`(
    _ scenario: Scenario, _ family: AddressFamily
  ) throws {
    for seed in UInt64(1)...2 {
      let run = try scenario.run(family, faults: .lossy(0.2), seed: seed)
      #expect(run.timing.packetsSent <= 300)
      #expect(run.timing.elapsed <= .seconds(12))
    }
  }

  @Test(arguments: Scenario.main, AddressFamily.allCases)
  func `nothing is waited for by asking again and again whether it is there`(
    _ scenario: Scenario, _ family: AddressFamily
  ) throws {
    for seed in UInt64(1)...4 {
      let run = try scenario.run(family, faults: .lossy(0.1), seed: seed)
      #expect(run.idleTurns <= 100, "seed \(seed)")
    }
  }

  @Test func `the packet budget is kept whatever it is`() throws {
    var options = InvestigationOptions()
    options.packetBudget = 60
    options.flows = 64
    let run = try SimulatedRun(port: 80, .ipv4, .path(), options: options)
    #expect(run.sent.count <= 60)
  }

  @Test func `without walking the path no probe is sent with a short hop limit`() throws {
    var options = InvestigationOptions()
    options.walksPath = false
    let run = try SimulatedRun(port: 81, .ipv4, .path(), options: options)
    #expect(run.sent.allSatisfy { $0.packet.network.hopLimit == 64 })
    #expect(run.conclusion.verdict.port == .closed)
  }

  @Test func `the ladder reaches no further than it is told to`() throws {
    var options = InvestigationOptions()
    options.maximumHops = 2
    let run = try SimulatedRun(port: 81, .ipv4, .path(routers: 6), options: options)
    let rungs = run.sent.map(\.packet.network.hopLimit).filter { $0 != 64 }
    #expect(rungs.max() == 2)
  }
}
