import RSTTestSupport
import RSTWire
import Testing

@testable import RSTCore

@Suite struct BlackholedAfterTriggerTests {
  /// What drops the name, and from then on everything of the connection that carried it.
  struct FlowHole: Middlebox {
    private var flows: Set<UInt16> = []

    mutating func treat(
      _ packet: Packet, _ way: Way, at site: inout Site, now: Moment
    ) -> Treatment {
      guard way == .towardsHost, let port = packet.tcp?.sourcePort else { return .pass(packet) }
      if packet.payload.contains(Array(SurveyRun.forbidden.utf8)) { flows.insert(port) }
      return flows.contains(port) ? .drop : .pass(packet)
    }
  }

  @Test(arguments: families, [1, 2, 3])
  func `> name   > name   ...   with no ACK, beside > other name   < ACK`(
    _ family: AddressFamily, _ hop: Int
  ) throws {
    let run = try SurveyRun.trying(nil, family) { $0.put(ContentInjector.hole, at: hop) }
    let finding = try #require(run.finding(.blackholedAfterTrigger))
    #expect(run.accusations == ["blackholed-after-trigger"])
    #expect(finding.responder == .none)
    #expect(finding.hopRange.map { $0.contains(hop) } == true)
    #expect(finding.detail("vanishes") == .word("trigger"))
    #expect(run.outcome == "blackholed")
    #expect(run.left.isEmpty)
  }

  @Test func `where all of the connection vanishes from then on that is said`() throws {
    let run = try SurveyRun.trying { $0.put(FlowHole(), at: 2) }
    let finding = try #require(run.finding(.blackholedAfterTrigger))
    #expect(finding.detail("vanishes") == .word("connection"))
    #expect(run.accusations == ["blackholed-after-trigger"])
  }

  @Test func `a service that speaks first hides no place`() throws {
    let run = try SurveyRun.trying(.init(), banner: "220 ready\r\n") {
      $0.put(ContentInjector.hole, at: 2)
    }
    #expect(run.finding(.blackholedAfterTrigger)?.hopRange?.contains(2) == true)
  }

  @Test func `what drops any name is no hole for this one`() throws {
    var hole = ContentInjector(text: "Host:", isTap: false)
    hole.isInLine = true
    hole.forges = false
    let run = try SurveyRun.trying { $0.put(hole, at: 1) }
    #expect(run.accusations == [])
    #expect(run.outcome == "not-by-content")
  }

  @Test func `nor is one whose reset says why`() throws {
    let run = try SurveyRun.trying { $0.put(ContentInjector.filter, at: 1) }
    #expect(run.finding(.blackholedAfterTrigger) == nil)
  }

  @Test func `where this machine lost packets before it read them no silence is believed`() throws {
    let run = try SurveyRun.trying { $0.put(ContentInjector.hole, at: 1) }
    let codes = run.survey.conclusion(captureDrops: 1).findings.map(\.code)
    #expect(!codes.contains(.blackholedAfterTrigger))
  }

  @Test func `a host that closes for the name has got it`() throws {
    let run = try SurveyRun.trying(.init(.closes, to: SurveyRun.forbidden))
    #expect(run.finding(.blackholedAfterTrigger) == nil)
  }
}
