import RSTTestSupport
import RSTWire
import Testing

@testable import RSTCore

/// Rounds: who is asked when, what waits, and that nothing stays at the target.
@Suite struct RoundTests {
  /// When the first content of connections of a kind left; nil where none did.
  static func content(_ probe: String, _ run: SurveyRun) -> [Moment] {
    let attempts = run.survey.transcript.attempts
    return run.survey.transcript.packets.filter {
      $0.direction == .sent && attempts[$0.attempt].probe == probe && $0.packet.payload.count > 1
    }.map(\.moment)
  }

  @Test func `controls come first, then the trigger, then its hop limits`() throws {
    let run = try SurveyRun.trying { $0.put(ContentInjector.minding(), at: 2) }
    let controls =
      Self.content("trigger-control-harmless", run) + Self.content("trigger-control-noise", run)
      + Self.content("trigger-control-rung", run)
    let triggers = Self.content("trigger", run)
    let rungs = Self.content("trigger-rung", run)
    #expect(try #require(controls.max()) < #require(triggers.min()))
    #expect(try #require(triggers.min()) < #require(rungs.min()))
  }

  @Test func `connections for a round that nobody needs are taken back without a word`() throws {
    let run = try SurveyRun.trying()
    let rungs = run.survey.transcript.attempts.filter { $0.probe == "trigger-rung" }
    #expect(!rungs.isEmpty)
    #expect(Self.content("trigger-rung", run).isEmpty)
    let roles = run.survey.sessions?.provocations.map(\.role.name) ?? []
    #expect(!roles.contains("trigger-rung"))
    #expect(roles.contains("trigger"))
    #expect(run.left.isEmpty)
  }

  @Test func `they are open before the trigger is sent, which may keep new ones from opening`()
    throws
  {
    let device = ContentInjector.minding { $0.residual = .seconds(60) }
    let run = try SurveyRun.trying { $0.put(device, at: 2) }
    #expect(run.finding(.injectorLocated)?.hopRange?.contains(2) == true)
    let first = try #require(Self.content("trigger", run).min())
    let rungs = run.survey.transcript.attempts.filter { $0.probe == "trigger-rung" }
    #expect(rungs.allSatisfy { $0.started < first })
  }

  @Test(arguments: [4, 8, 24], [1, 8])
  func `no more connections are open at once than are allowed, however many triggers there are`(
    _ limit: Int, _ count: Int
  ) throws {
    let names = (0..<count).map { $0 == 0 ? SurveyRun.forbidden : "other\($0).example" }
    for device in [nil, ContentInjector.minding()] {
      var network = SimulatedNetwork(routers: 12, host: .linux(listening: [80]))
      if let device { network.put(device, at: 5) }
      var options = Survey.Options(
        checks: [.handshake, .path], triggers: names.map { .httpHost($0) })
      options.limits.connections = limit
      let run = try SurveyRun(network, options: options)
      #expect(run.mostConnectionsOfOurs <= limit)
      #expect(run.left.isEmpty)
      let reports = run.conclusion.connections?.triggers ?? []
      #expect(reports.count == count)
      #expect(reports.first?.outcome == (device == nil ? "nothing-special" : "reset"))
      #expect(reports.dropFirst().allSatisfy { $0.outcome == "nothing-special" })
      #expect(run.sent.count == run.timing.packetsSent)
    }
  }

  @Test func `the rest of a run goes on beside the triggers and says the same`() throws {
    let options = Survey.Options(
      checks: Check.standard, triggers: [.httpHost(SurveyRun.forbidden)])
    let run = try SurveyRun(
      .path(host: .modelled(.linux)) { $0.put(ContentInjector.minding(), at: 1) }, options: options)
    #expect(run.mistakes(about: .linux) == [])
    #expect(run.accusations == ["injected-reset", "triggered-block", "injector-located"])
    #expect(run.mostConnectionsOfOurs <= 24)
    #expect(run.left.isEmpty)
  }

  /// All along a run, and each few milliseconds where content has just been sent.
  static let moments =
    Array(stride(from: 50, to: 7_500, by: 410)) + Array(stride(from: 84, to: 150, by: 6))
    + Array(stride(from: 2_190, to: 2_330, by: 8))

  @Test(arguments: moments)
  func `an interrupt at any moment leaves nothing behind, and nothing wrong`(
    _ milliseconds: Int
  ) throws {
    let devices: [(ContentInjector, Set<String>)] = [
      (.minding(), ["injected-reset", "triggered-block", "injector-located"]),
      (.filter, ["triggered-block"]), (.hole, ["blackholed-after-trigger"]),
    ]
    for (device, truth) in devices {
      let run = try SurveyRun.trying(interruption: .milliseconds(milliseconds)) {
        $0.put(device, at: 2)
      }
      #expect(run.left.map(\.probe) == [])
      #expect(run.accusations.isSubset(of: truth))
      for finding in run.conclusion.findings where truth.contains(finding.code.rawValue) {
        #expect(finding.hopRange.map { $0.contains(2) } ?? true)
      }
    }
  }

  @Test(arguments: [700, 2_900, 5_300])
  func `an interrupt where nobody minds is no black hole and no block`(
    _ milliseconds: Int
  ) throws {
    let run = try SurveyRun.trying(interruption: .milliseconds(milliseconds))
    #expect(run.accusations == [])
    #expect(run.left.isEmpty)
    #expect(["nothing-special", "inconclusive", nil].contains(run.outcome))
  }

  @Test func `a reset that must have been lost shows loss: farewells are asked about`() throws {
    for seed in UInt64(1)...8 {
      let run = try SurveyRun.trying(.init(.aborts), faults: .lossy(0.05), seed: seed)
      #expect(run.left.filter { $0.part == .connections }.map(\.probe) == [], "seed \(seed)")
    }
  }
}
