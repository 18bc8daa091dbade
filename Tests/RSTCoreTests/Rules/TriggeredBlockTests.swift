import RSTTestSupport
import RSTWire
import Testing

@testable import RSTCore

@Suite struct TriggeredBlockTests {
  @Test(arguments: families, [1, 2])
  func `> name   < RST   > other name   < ACK   is a block by content`(
    _ family: AddressFamily, _ hop: Int
  ) throws {
    let run = try SurveyRun.trying(nil, family) { $0.put(ContentInjector.filter, at: hop) }
    let finding = try #require(run.finding(.triggeredBlock))
    #expect(run.accusations == ["triggered-block"])
    #expect(finding.responder == .networkDevice)
    #expect(finding.phase == .data)
    #expect(finding.hopRange?.contains(hop) == true)
    #expect(finding.detail("manner") == .word("in-line"))
    #expect(finding.detail("trigger") == .word("http-host forbidden.example"))
    #expect(finding.occurrences == .init(count: 2, total: 2))
    #expect(run.outcome == "reset")
  }

  @Test(arguments: families)
  func `a filter on the host is the host's, and on no hop before it`(
    _ family: AddressFamily
  ) throws {
    let run = try SurveyRun.trying(nil, family) { $0.put(ContentInjector.filter, at: 3) }
    let finding = try #require(run.finding(.triggeredBlock))
    #expect(finding.responder == .hostFirewall)
    #expect(finding.hopRange.map { $0.contains(3) } ?? true)
    #expect(run.accusations == ["triggered-block"])
  }

  @Test func `resets for both sides are told by what the host has forgotten`() throws {
    let device = ContentInjector.minding { $0.direction = .both }
    let run = try SurveyRun.trying { $0.put(device, at: 1) }
    #expect(run.finding(.triggeredBlock)?.detail("direction") == .word("both"))
  }

  @Test func `a name that passes in two segments is said to`() throws {
    var random = SplitMix(seed: 7)
    let sni = Trigger.sni(SurveyRun.forbidden, using: &random)
    let run = try SurveyRun.trying(triggers: [sni]) { $0.put(ContentInjector.filter, at: 1) }
    #expect(run.finding(.triggeredBlock)?.detail("split") == .word("passes"))
    #expect(run.trigger?.isSplitBlocked == false)
  }

  // MARK: - The nearest that must not

  @Test(arguments: families)
  func `an application that aborts for the name blocks nothing on the way, and forges nothing`(
    _ family: AddressFamily
  ) throws {
    let run = try SurveyRun.trying(.init(.aborts, to: SurveyRun.forbidden), family)
    #expect(run.accusations == [])
    #expect(run.left.isEmpty)
  }

  @Test(arguments: families)
  func `nor does one that aborts whatever is sent`(_ family: AddressFamily) throws {
    let run = try SurveyRun.trying(.init(.aborts), family)
    #expect(run.accusations == [])
    #expect(run.outcome == "not-by-content")
    #expect(run.left.isEmpty)
  }

  @Test(arguments: ["", SurveyRun.forbidden])
  func `nor one whose resets come from a front end with another hop limit`(_ text: String) throws {
    var application = SimulatedHost.Application(.aborts, to: text)
    application.resetHopLimit = 60
    let run = try SurveyRun.trying(application)
    #expect(!run.accusations.contains("injected-reset"))
    #expect(!run.accusations.contains("injector-located"))
    if text.isEmpty { #expect(run.accusations == []) }
  }

  @Test func `a server that closes in order for the name resets nothing`() throws {
    let run = try SurveyRun.trying(.init(.closes, to: SurveyRun.forbidden))
    #expect(run.accusations == [])
    #expect(run.outcome == "nothing-special")
    #expect(run.left.isEmpty)
  }

  @Test func `a filter that minds any name is not about this one`() throws {
    var filter = ContentInjector(text: "Host:", isTap: false)
    filter.isInLine = true
    let run = try SurveyRun.trying { $0.put(filter, at: 1) }
    #expect(run.accusations == [])
    #expect(run.outcome == "not-by-content")
  }

  @Test func `a service that speaks first, or hangs up on the idle, is as before`() throws {
    var idle = SimulatedHost.Application()
    idle.idleClose = .seconds(1)
    for (application, banner) in [(SimulatedHost.Application(), "220 ready\r\n"), (idle, "")] {
      let run = try SurveyRun.trying(application, banner: banner)
      #expect(run.accusations == [])
      #expect(run.outcome == "nothing-special")
      #expect(run.left.isEmpty)
    }
  }
}
