import RSTTestSupport
import RSTWire
import Testing

@testable import RSTCore

/// What a prober and a witness at its target show together.
@Suite struct WitnessJoinTests {
  private static func scenario(_ name: String) throws -> Scenario {
    try #require(Scenario.named(name))
  }

  // MARK: - What fires

  @Test(arguments: ["injected", "injected-mimic", "injected-late"], families)
  func `a forged reset beside the host's SYN ACK was never sent, and what it answers arrived`(
    _ name: String, _ family: AddressFamily
  ) throws {
    let run = try WitnessedRun(Self.scenario(name), family)
    let join = run.join()
    #expect(join.neverSent > 0)
    #expect(join.doubts.isEmpty)
    #expect(run.falsehoods(join) == [])
    let conclusion = run.conclusion()
    let finding = try #require(conclusion.findings.first { $0.code == .neverSentByHost })
    #expect(finding.isProven)
    #expect(finding.confidence == 1)
    #expect(finding.responder == .injector)
    #expect(conclusion.verdict.port == .open)
    #expect(conclusion.verdict.isProven)
  }

  @Test(arguments: families)
  func `a router's reset was never sent, and what it answers never arrived`(
    _ family: AddressFamily
  ) throws {
    for name in ["router1-reject", "router2-reject"] {
      let run = try WitnessedRun(Self.scenario(name), family)
      let conclusion = run.conclusion()
      let finding = try #require(conclusion.findings.first { $0.code == .neverSentByHost })
      #expect(finding.responder == .networkDevice)
      #expect(conclusion.verdict.port == .rejected)
      #expect(conclusion.verdict.responder == .networkDevice)
      #expect(conclusion.verdict.isProven)
    }
  }

  @Test(arguments: families)
  func `a closed port's reset was sent, and the kernel says why`(_ family: AddressFamily) throws {
    let run = try WitnessedRun(Self.scenario("closed"), family)
    let join = run.join()
    #expect(join.sent == join.resets.count)
    #expect(join.sent > 3)
    let conclusion = run.conclusion()
    let finding = try #require(conclusion.findings.first { $0.code == .sentByHost })
    #expect(finding.details == [Detail("kernel_reasons", .words(["NO_SOCKET"]))])
    #expect(finding.responder == .host)
    #expect(conclusion.verdict.isProven)
    #expect(conclusion.verdict.port == .closed)
    #expect(conclusion.findings.allSatisfy { $0.code != .neverSentByHost })
  }

  @Test(arguments: families)
  func `a reset of the host's packet filter was sent, and not by its kernel's TCP`(
    _ family: AddressFamily
  ) throws {
    let run = try WitnessedRun(Self.scenario("host-reject"), family)
    let refusals = Set(run.observations.resetSYNs)
    let join = run.join()
    #expect(!refusals.isEmpty)
    for reset in join.resets where refusals.contains(reset.packet) {
      #expect(reset.origin == .sent(.beside))
    }
    let conclusion = run.conclusion()
    #expect(conclusion.verdict.responder == .hostFirewall)
    #expect(conclusion.verdict.isProven)
  }

  // MARK: - The nearest that must not

  @Test func `without the kernel's reasons nobody is named on the host`() throws {
    let run = try WitnessedRun(Self.scenario("host-reject")) { $0.hasReasons = false }
    for reset in run.join().resets { #expect(reset.origin == .sent(.unknown)) }
    #expect(run.conclusion().verdict.isProven == false)
  }

  @Test func `where a kernel's reason was lost, a filter is not named`() throws {
    let run = try WitnessedRun(Self.scenario("host-reject"))
    var log = run.log()
    log.tail?.lostReasons = 1
    #expect(!run.join(log).resets.contains { $0.origin == .sent(.beside) })
  }

  @Test(arguments: WitnessLog.Gap.allCases)
  func `a record with a gap proves nothing by what is missing in it`(_ gap: WitnessLog.Gap) throws {
    let run = try WitnessedRun(Self.scenario("injected"))
    var log = run.log()
    switch gap {
    case .brokenOff: log.tail = nil
    case .dropped: log.tail?.dropped = 1
    case .unreadable: log.tail?.unreadable = 1
    }
    #expect(log.gap == gap)
    let join = run.join(log)
    #expect(join.neverSent == 0)
    #expect(join.doubts == [.incomplete])
    // What is there proves all the same.
    #expect(join.sent == run.join().sent)
    #expect(run.conclusion(log).findings.allSatisfy { $0.code != .neverSentByHost })
  }

  @Test func `a witness that began too late proves nothing of what was before`() throws {
    let run = try WitnessedRun(Self.scenario("injected"))
    let forged = run.join().resets.filter {
      if case .neverSent = $0.origin { true } else { false }
    }
    let middle = run.packets[try #require(forged.last).packet].moment
    let log = run.witness.log(from: middle, to: run.extent.end)
    let join = run.join(log)
    #expect(join.neverSent == 0)
    #expect(!join.doubts.isDisjoint(with: [.notListening, .noPassage]))
    #expect(run.falsehoods(join) == [])
  }

  @Test func `a witness that ended too early proves nothing of what came behind`() throws {
    let run = try WitnessedRun(Self.scenario("injected"))
    let first = try #require(run.join().resets.first)
    let log = run.witness.log(from: run.extent.start, to: run.packets[first.packet].moment)
    let join = run.join(log)
    #expect(join.origin(of: first.packet) == .unproven(.notListening))
    #expect(join.neverSent == 0)
  }

  @Test func `a witness elsewhere, where nothing passes, proves nothing`() throws {
    let run = try WitnessedRun(Self.scenario("injected"))
    var log = run.log()
    log.segments = []
    log.kernelResets = []
    log.tail?.segments = 0
    #expect(run.join(log).neverSent == 0)
    #expect(run.join(log).doubts == [.noPassage])
  }

  @Test func `a witness of another port proves nothing of this one`() throws {
    let run = try WitnessedRun(Self.scenario("router1-reject"))
    let port = try #require(
      run.witness.segments.first { $0.segment.destinationPort != 81 }?.segment.destinationPort)
    let join = run.join(run.log(port: port))
    #expect(join.neverSent == 0)
    #expect(run.falsehoods(join) == [])
  }

  @Test func `a witness of one port proves what is of that port`() throws {
    let join = try WitnessedRun(Self.scenario("injected")).join()
    let run = try WitnessedRun(Self.scenario("injected"))
    let other = run.join(run.log(port: 80))
    #expect(other.neverSent == join.neverSent)
    #expect(run.falsehoods(other) == [])
  }

  @Test func `clocks need not agree, whatever they show`() throws {
    for clock in [Duration.zero, .seconds(-1), .seconds(86_400 * 365), .microseconds(20)] {
      let run = try WitnessedRun(Self.scenario("injected")) { $0.clock = clock }
      #expect(run.join().neverSent > 0)
      #expect(run.falsehoods(run.join()) == [])
    }
  }

  @Test func `a translated port's machine is not the host, and no device is accused`() throws {
    let run = try WitnessedRun(Self.scenario("dnat-closed"))
    #expect(run.falsehoods(run.join()) == [])
    let verdict = run.conclusion().verdict
    #expect(verdict.port == .inconclusive || verdict.port == .closed)
    #expect(!(verdict.responder == .host && verdict.isProven))
  }

  @Test func `a listener's reset, of which the kernel names the port alone, is no filter's`() throws
  {
    let run = try WitnessedRun(Self.scenario("open"))
    var log = run.log()
    let sent = log.segments.filter {
      $0.direction == .sent && $0.segment.flags.contains(.reset) && $0.segment.sourcePort == 80
    }
    try #require(!sent.isEmpty)
    let unspecified = Endpoint(address: .v6(IPv6Address(rawValue: 0)), port: 0)
    for (delay, maker) in [(Duration.microseconds(10), true), (.milliseconds(5), false)] {
      log.kernelResets = sent.map {
        KernelReset(
          moment: Moment(nanoseconds: $0.moment.nanoseconds - delay.nanoseconds),
          local: Endpoint(address: unspecified.address, port: 80), remote: unspecified,
          reason: "TCP_FLAGS", state: "TCP_LISTEN")
      }
      let origins = run.join(log).resets.filter {
        run.packets[$0.packet].packet.tcp?.sourcePort == 80
      }.map(\.origin)
      #expect(!origins.isEmpty)
      for origin in origins {
        if case .sent(.stack(let reset)) = origin {
          #expect(maker && reset.reason == "TCP_FLAGS")
        } else {
          #expect(!maker && origin == .sent(.unknown))
        }
      }
    }
  }

  @Test func `a port that the host redirects keeps its kernel's reason, and is no filter's`() throws
  {
    let run = try WitnessedRun(Self.scenario("closed"))
    let elsewhere = try #require(IPAddress("203.0.113.7"))
    let genuine = run.log()
    func makers(_ change: (inout KernelReset) -> Void) -> Set<WitnessedReset.Maker> {
      var log = genuine
      for index in log.kernelResets.indices { change(&log.kernelResets[index]) }
      return Set(
        run.join(log).resets.compactMap { reset in
          guard run.packets[reset.packet].packet.tcp?.sourcePort == 81 else { return nil }
          guard case .sent(let maker) = reset.origin else { return nil }
          return maker
        })
    }
    let redirected = makers { $0.local.port = 8_080 }
    #expect(!redirected.isEmpty)
    #expect(redirected.allSatisfy { if case .stack = $0 { true } else { false } })
    // Masqueraded too the peer is one of the host's own addresses: nobody is named.
    #expect(makers { ($0.local.port, $0.remote.address) = (8_080, $0.local.address) } == [.unknown])
    // Resets for another peer are not these.
    #expect(makers { $0.remote.address = elsewhere } == [.beside])
  }

  @Test func `of resets that no kernel made little evidence does not tell the maker`() throws {
    let run = try WitnessedRun(Self.scenario("closed"))
    func weight(_ code: FindingCode, _ log: WitnessLog) -> Double? {
      let conclusion = run.conclusion(log)
      return (conclusion.findings + conclusion.considered).first { $0.code == code }?
        .evidence.first { $0.code == "witness" }?.weight
    }
    var quiet = run.log()
    quiet.kernelResets = []
    #expect(try #require(weight(.closedPort, quiet)) < 0)
    #expect(weight(.closedPort, quiet) == weight(.hostFirewallReset, quiet))
    #expect(try #require(weight(.closedPort, run.log())) > 0)
    quiet.head.recordsReasons = false
    #expect(weight(.closedPort, quiet) == nil)
  }

  @Test func `what another machine answers is no forgery beside the host's answers`() throws {
    let run = try WitnessedRun(Self.scenario("injected"))
    func witnessed(_ log: WitnessLog) -> [Finding] {
      run.conclusion(log).findings.filter {
        $0.code == .injectedReset && $0.evidence.contains { $0.code == "witness" }
      }
    }
    #expect(witnessed(run.log()).count == 1)
    var elsewhere = run.log()
    elsewhere.segments.removeAll {
      [$0.segment.sourcePort, $0.segment.destinationPort].contains(80)
    }
    #expect(run.join(elsewhere).neverSent > 0)
    #expect(witnessed(elsewhere).isEmpty)
  }

  // MARK: - All of them

  @Test(arguments: Scenario.all.indices, families)
  func `nothing false is said in any scenario, with loss or without`(
    _ index: Int, _ family: AddressFamily
  ) throws {
    let scenario = Scenario.all[index]
    for (loss, seed) in [(0.0, UInt64(1)), (0.1, 2)] {
      let run = try WitnessedRun(scenario, family, faults: .lossy(loss), seed: seed)
      let join = run.join()
      #expect(run.falsehoods(join) == [], "\(scenario) loss \(loss)")
      #expect(join.doubts.isSubset(of: [.copies, .differs, .noPassage, .numbersChanged]))
      var conclusion = run.conclusion()
      #expect(conclusion.findings.allSatisfy { $0.isProven || $0.confidence < 1 })
      conclusion.findings.removeAll(where: \.isProven)
      #expect(
        scenario.truth.judge(conclusion).wrong == [], "\(scenario) \(family) loss \(loss)")
    }
  }
}
