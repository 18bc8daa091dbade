import RSTTestSupport
import RSTWire
import Testing

@testable import RSTCore

/// Where findings compete.
@Suite struct ConclusionTests {
  @Test func `nothing known is inconclusive, and says so`() {
    let conclusion = Script().conclusion
    #expect(conclusion.verdict.port == .inconclusive)
    #expect(conclusion.verdict.responder == .unknown)
    #expect(conclusion.findings.isEmpty)
    #expect(conclusion.headline.contains("inconclusive"))
    #expect(!conclusion.nextStep.isEmpty)
    #expect(conclusion.path.isEmpty)
  }

  @Test func `a single reset with nothing to compare it with leaves its makers open`() {
    var script = Script()
    script.exchange("syn", .filterReset(hopLimit: 62))
    let verdict = script.conclusion.verdict
    #expect(verdict.port == .inconclusive)
    #expect(Set(verdict.alternatives.map(\.port)).isSuperset(of: [.closed, .rejected]))
    #expect(verdict.alternatives.count >= 2)
    #expect(
      zip(verdict.alternatives, verdict.alternatives.dropFirst()).allSatisfy {
        $0.confidence >= $1.confidence
      })
  }

  @Test(arguments: Scenario.all)
  func `alternatives and the verdict share one certainty`(_ scenario: Scenario) throws {
    let verdict = try scenario.run(.ipv4).conclusion.verdict
    let others = verdict.alternatives.filter { $0.port != verdict.port }
    let sum = others.reduce(0) { $0 + $1.confidence }
    if verdict.port == .inconclusive {
      #expect(sum <= 1.0001)
    } else {
      #expect(verdict.confidence >= 0.75)
      #expect(verdict.confidence + sum <= 1.0001)
    }
  }

  @Test(arguments: Scenario.all)
  func `what is said has 0.5 or more, what was only considered less`(
    _ scenario: Scenario
  ) throws {
    let conclusion = try scenario.run(.ipv6).conclusion
    #expect(conclusion.findings.allSatisfy { $0.confidence >= 0.5 })
    #expect(conclusion.considered.allSatisfy { $0.confidence < 0.5 })
    let codes = (conclusion.findings + conclusion.considered).map(\.code)
    #expect(Set(codes).count == codes.count)
  }

  @Test func `where only the port is sure the responder is unknown`() {
    // Rejected for certain (a filter's shape, the host's stack is another), by whom is not: the
    // host filter and a device one hop before it may both send with that hop limit.
    var script = Script()
    script.showClosedControl()
    for name in ["syn", "bare-syn", "ecn-syn", "syn-psh"] {
      script.exchange(name, .filterReset(hopLimit: 200))
    }
    let verdict = script.conclusion.verdict
    #expect(verdict.port == .rejected)
    #expect(verdict.responder == .unknown)
    #expect(verdict.hop == nil)
    #expect(verdict.alternatives.contains { $0.port == .rejected && $0.confidence > 0.02 })
    // And none of them is accused: what leads without being clear was only weighed.
    let makers: Set<String> = [
      "closed-port", "host-firewall-reset", "network-firewall-reset", "firewall-icmp-reject",
    ]
    let said = script.conclusion.findings.filter { makers.contains($0.code.rawValue) }
    #expect(said.allSatisfy { $0.confidence >= Conclusion.enough })
    let weighed = script.conclusion.considered.filter { makers.contains($0.code.rawValue) }
    #expect(weighed.contains { $0.confidence > 0.25 })
  }

  @Test func `an accepted SYN outweighs any number of silences and refusals`() {
    var script = Script()
    script.showClosedControl()
    script.silence("flow-syn", times: 8)
    script.exchange("flow-syn", .prohibited(from: 1))
    let syn = script.send("syn")
    script.answer(syn, .synAck())
    script.acknowledge(syn)
    let verdict = script.conclusion.verdict
    #expect(verdict.port == .open || verdict.port == .inconclusive)
    #expect(verdict.port != .dropped)
    #expect(verdict.port != .rejected)
  }

  @Test(arguments: Scenario.main)
  func `the headline names the target and the state`(_ scenario: Scenario) throws {
    for family in families {
      let conclusion = try scenario.run(family).conclusion
      let name =
        family == .ipv4
        ? "203.0.113.10:\(scenario.port)" : "[2001:db8:3::10]:\(scenario.port)"
      #expect(conclusion.headline.hasPrefix(name))
      #expect(conclusion.headline.contains(conclusion.verdict.port.rawValue))
    }
  }

  @Test(arguments: families)
  func `the path names every router, and the target at its end`(_ family: AddressFamily) throws {
    let run = try SimulatedNetwork.path().run(81, family)
    #expect(run.conclusion.path.map(\.number) == [1, 2, 3])
    #expect(
      run.conclusion.path.map(\.address) == [
        SimulatedNetwork.addresses(ofRouter: 1)[family],
        SimulatedNetwork.addresses(ofRouter: 2)[family], run.target.address,
      ])
  }

  @Test func `silence weighs nothing until chance is improbable`() {
    var script = Script()
    script.showClosedControl()
    for times in 1...12 {
      script.silence("flow-syn", times: 1)
      let seen = script.observations
      let silent = seen.target("flow-syn")
      let chance = seen.chanceOfSilence(times)
      let weight = seen.weightOfSilence(silent)
      #expect(weight >= 0)
      if chance > 0.01 { #expect(weight == 0) }
      if chance < 1e-6 { #expect(weight > 0) }
    }
  }

  @Test func `the more a path loses the more attempts it takes to prove a silence`() {
    var clean = Script()
    var lossy = Script()
    for index in 0..<20 {
      clean.exchange("echo", .host, .echoReply)
      if index % 4 == 0 {
        lossy.send("echo", .host)
      } else {
        lossy.exchange("echo", .host, .echoReply)
      }
    }
    #expect(lossy.observations.lossRate > clean.observations.lossRate)
    #expect(lossy.observations.attemptsForProof > clean.observations.attemptsForProof)
    #expect(lossy.observations.attemptsForProof <= 12)
  }

  @Test func `where nothing of the host answers a router that answers late tells of loss`() {
    func asked(silent: Int) -> Observations {
      var script = Script()
      script.silence("flow-syn", times: 12)
      for _ in 0..<silent { script.send("ladder-syn", hopLimit: 1) }
      script.exchange("ladder-syn", hopLimit: 1, .timeExceeded(from: 1))
      return script.observations
    }
    // One silence may be the router's ration of errors.
    let (rationed, lossy) = (asked(silent: 1), asked(silent: 3))
    #expect(rationed.weightOfSilence(rationed.target("flow-syn")) > 0)
    let alternatives = Conclusion(lossy).verdict.alternatives
    #expect(alternatives.contains { $0.port == .unreachable })
    #expect(lossy.weightOfSilence(lossy.target("flow-syn")) == 0)
  }
}
