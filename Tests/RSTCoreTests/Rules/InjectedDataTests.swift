import RSTTestSupport
import RSTWire
import Testing

@testable import RSTCore

@Suite struct InjectedDataTests {
  static let page = "HTTP/1.1 403 Forbidden\r\n\r\nblocked"

  @Test(arguments: families, [1, 2])
  func `> name   < page from the way   < the host's own page   is a forged one beside it`(
    _ family: AddressFamily, _ hop: Int
  ) throws {
    let run = try SurveyRun.trying(
      .init(.answers(Array("HTTP/1.1 200 OK\r\n\r\nhello".utf8))), family
    ) { $0.put(ForgedPage(text: SurveyRun.forbidden, page: Self.page), at: hop) }
    let finding = try #require(run.finding(.injectedData))
    #expect(finding.responder == .injector)
    #expect(finding.evidence.contains { $0.code == "conflicting-octets" })
    #expect(finding.hopRange.map { $0.contains(hop) } ?? true)
    #expect(run.accusations.isDisjoint(with: ["injected-reset", "triggered-block"]))
  }

  @Test func `beyond a FIN no server says anything more`() throws {
    let run = try SurveyRun.trying(.init(.answers(Array("hello".utf8)))) {
      $0.put(ForgedPage(text: SurveyRun.forbidden, page: ""), at: 1)
    }
    let finding = try #require(run.finding(.injectedData))
    #expect(finding.detail("forged") == .word("fin"))
  }

  @Test func `a page for what cannot have reached the host is not the host's`() throws {
    let run = try SurveyRun.trying {
      $0.put(ForgedPage(text: SurveyRun.forbidden, page: Self.page), at: 2)
    }
    let finding = try #require(run.finding(.injectedData))
    #expect(finding.evidence.contains { $0.code == "answer-from-the-way" })
    #expect(finding.hopRange?.contains(2) == true)
  }

  @Test func `a server that has another page for the name says what it likes`() throws {
    let answer = SimulatedHost.Application(
      .answers(Array(Self.page.utf8)), to: SurveyRun.forbidden)
    #expect(try SurveyRun.trying(answer).accusations == [])
    let closing = SimulatedHost.Application(.closes, to: SurveyRun.forbidden)
    #expect(try SurveyRun.trying(closing).accusations == [])
  }

  @Test func `data with another hop limit than the SYN ACK is a front end, not a forgery`() throws {
    for hopLimit in [UInt8(62), 128, 255] {
      var application = SimulatedHost.Application(.answers(Array("hello".utf8)))
      application.hopLimit = hopLimit
      let run = try SurveyRun.trying(application)
      #expect(run.accusations == [])
      #expect(run.outcome != "forged-beside", "\(hopLimit)")
      #expect(run.left.isEmpty)
    }
  }

  @Test func `a banner that is repeated is the same, and no conflict`() throws {
    for seed in UInt64(1)...8 {
      let run = try SurveyRun.trying(
        .init(.reads), banner: "220 ready\r\n", faults: .lossy(0.05),
        seed: seed)
      #expect(run.accusations == [], "seed \(seed)")
    }
  }
}
