import Testing

@testable import RSTCore

/// What is left without an acknowledgement.
///
/// RFC 9293, section 3.8.3.
@Suite struct RetransmissionTests {
  @Test func `data repeated 5 times and then silence is said to end in silence`() throws {
    let run = SuiteRun([.retransmission], TimedService.Habits())
    let finding = try #require(run.finding(.retransmissionLimit))
    #expect(finding.detail("ends_with") == .word("silence"))
    #expect(finding.detail("repetitions") == .number(5))
    #expect(finding.detail("after_s") == .number(6.2))
    #expect(finding.detail("of") == .word("data"))
    #expect(finding.detail("fin_ends_with") == .word("silence"))
    #expect(run.elapsed < .seconds(320))
  }

  @Test func `data repeated 5 times and then a reset is said to end in a reset`() throws {
    var habits = TimedService.Habits()
    habits.endsWithReset = true
    let run = SuiteRun([.retransmission], habits)
    let finding = try #require(run.finding(.retransmissionLimit))
    #expect(finding.detail("ends_with") == .word("reset"))
    #expect(finding.detail("repetitions") == .number(5))
    #expect(finding.detail("after_s") == .number(12.6))
  }

  @Test func `a banner is left without an acknowledgement where the service speaks first`() throws {
    var habits = TimedService.Habits()
    habits.banner = Array("220 ready".utf8)
    habits.closesFirst = false
    let run = SuiteRun([.retransmission], habits)
    let finding = try #require(run.finding(.retransmissionLimit))
    #expect(finding.detail("of") == .word("data"))
    #expect(finding.detail("fin_ends_with") == nil)
  }

  @Test func `a peer that still tries after 300 seconds has no limit that is known`() {
    var habits = TimedService.Habits()
    habits.repetitions = 15
    let run = SuiteRun([.retransmission], habits)
    #expect(run.finding(.retransmissionLimit) == nil)
    let data = run.results.retransmissions.filter { $0.subject == .data }
    #expect(data.allSatisfy { $0.end == .unfinished && $0.repetitions.count == 10 })
    #expect(run.elapsed < .seconds(310))
  }

  @Test func `an application that aborts between two repetitions is no limit`() {
    var habits = TimedService.Habits()
    habits.repetitions = 15
    habits.aborts = .seconds(16)
    let run = SuiteRun([.retransmission], habits)
    #expect(run.finding(.retransmissionLimit) == nil)
  }

  @Test func `a service that says nothing has nothing to repeat`() {
    var habits = TimedService.Habits()
    habits.response = []
    habits.closesFirst = false
    let run = SuiteRun([.retransmission], habits)
    #expect(run.finding(.retransmissionLimit) == nil)
    #expect(run.results.failures.contains("unacknowledged-data"))
  }

  @Test(arguments: [false, true])
  func `loss of one packet in twenty never makes another end of it`(endsWithReset: Bool) {
    var habits = TimedService.Habits()
    habits.endsWithReset = endsWithReset
    var said = 0
    for seed in 1...40 as ClosedRange<UInt64> {
      let run = SuiteRun([.retransmission], habits, loss: 0.05, seed: seed)
      guard let finding = run.finding(.retransmissionLimit) else { continue }
      said += 1
      #expect(
        finding.detail("ends_with") == .word(endsWithReset ? "reset" : "silence"), "seed \(seed)")
      #expect(finding.detail("repetitions") == .number(5), "seed \(seed)")
    }
    #expect(said >= 30)
  }

  @Test func `keep-alives without an answer, and a reset when the next is due`() throws {
    var habits = TimedService.Habits()
    habits.keepAlive = (.seconds(60), .seconds(10), 3)
    let run = SuiteRun([.retransmission], habits)
    let finding = try #require(run.finding(.keepAliveReset))
    #expect(finding.detail("keepalives") == .number(3))
    #expect(finding.detail("after_s") == .number(30))
    #expect(finding.phase == .idle)
  }

  @Test func `an application that aborts among keep-alives is no matter of theirs`() {
    var habits = TimedService.Habits()
    habits.keepAlive = (.seconds(60), .seconds(10), 9)
    habits.aborts = .seconds(93)
    let run = SuiteRun([.retransmission], habits)
    #expect(run.finding(.keepAliveReset) == nil)
    #expect(run.results.retransmissions.contains { $0.subject == .keepAlive && $0.end == .reset })
  }
}
