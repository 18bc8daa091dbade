import RSTTestSupport
import RSTWire
import Testing

@testable import RSTCore

/// What a survey costs its target, and that it leaves nothing there.
@Suite struct SurveyCourtesyTests {
  @Test(arguments: AddressFamily.allCases)
  func `a survey of Linux takes at most 250 packets, and at most 24 connections at once`(
    _ family: AddressFamily
  ) throws {
    let run = try SurveyRun(.path(host: .modelled(.linux)), family)
    #expect(run.sent.count <= 250)
    #expect(run.sent.count == run.timing.packetsSent)
    #expect(run.mostConnections <= 24)
    // Twelve round trips, and as long as a limit of 500 ms takes to be seen twice.
    #expect(run.timing.elapsed <= .milliseconds(12 * 20 + 1_200))
  }

  @Test(arguments: [1, 2, 5, 12])
  func `no more connections are open at once than are allowed`(_ limit: Int) throws {
    var options = Survey.Options()
    options.limits.connections = limit
    // The diagnosis before it takes what it takes, so it is left out of the count.
    let run = try SurveyRun(.path(host: .modelled(.linux)), options: options)
    #expect(run.mostConnectionsOfOurs <= limit)
    #expect(run.mistakes(about: .linux) == [])
    #expect(run.summary == "rfc5961-conformant")
    #expect(run.left.isEmpty)
  }

  @Test func `where packets get lost the cap holds all the same`() throws {
    for seed in UInt64(1)...4 {
      let run = try SurveyRun(
        .path(host: .modelled(.linux)), faults: .lossy(0.05), seed: seed)
      // A reset that was lost keeps its connection until it is repeated.
      #expect(run.mostConnectionsOfOurs <= 24 + 6, "seed \(seed)")
    }
  }

  @Test(arguments: Array(stride(from: 1, to: 1_320, by: 47)))
  func `an interrupt at any moment leaves no connection behind`(_ milliseconds: Int) throws {
    let run = try SurveyRun(
      .path(host: .modelled(.linux)), interruption: .milliseconds(milliseconds))
    #expect(run.left.map(\.probe) == [])
    let whole = try SurveyRun(.path(host: .modelled(.linux)))
    #expect(run.timing.isInterrupted == (.milliseconds(milliseconds) < whole.timing.elapsed))
  }

  @Test func `a port that is not open gets no connections`() throws {
    for (network, port) in [
      (SimulatedNetwork.path(host: .modelled(.linux)), UInt16(81)),
      (.path(host: .modelled(.linux)) { $0.put(Drop(.port(80)), at: 3) }, 80),
      (.path(host: .modelled(.linux)) { $0.put(Reject(.port(80)), at: 2) }, 80),
    ] {
      let run = try SurveyRun(network, port: port)
      #expect(run.survey.sessions == nil)
      #expect(run.conclusion.connections == nil)
      #expect(run.survey.transcript.attempts.allSatisfy { $0.part == .handshake })
      #expect(run.conclusion.verdict.port != .open)
    }
  }

  @Test func `what was not asked for is not done`() throws {
    let run = try SurveyRun(
      .path(host: .modelled(.linux)), options: Survey.Options(checks: [.handshake, .path]))
    #expect(run.survey.sessions == nil)
    let states = try SurveyRun(
      .path(host: .modelled(.linux)), options: Survey.Options(checks: [.handshake, .states]))
    #expect(states.conclusion.connections?.conformance.matrix.entries.isEmpty == true)
    #expect(states.conclusion.connections?.halfOpen.entries.count == 5)
    #expect(states.conclusion.connections?.conformance.reset.grade == .notTested)
  }

  @Test func `a budget of packets ends the survey, and says what is missing`() throws {
    var options = Survey.Options()
    options.limits.packets = 60
    options.limits.connections = 4
    let run = try SurveyRun(.path(host: .modelled(.linux)), options: options)
    #expect(run.mistakes(about: .linux) == [])
    #expect(run.conclusion.connections?.failures.isEmpty == false)
    #expect(run.left.isEmpty)
  }
}
