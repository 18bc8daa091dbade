import Testing

@testable import RSTCore

/// Many handshakes at once.
///
/// net/ipv4/tcp_minisocks.c, tcp_check_req.
@Suite struct OverflowTests {
  static func habits(backlog: Int?, aborts: Bool) -> TimedService.Habits {
    var habits = TimedService.Habits()
    habits.backlog = backlog
    habits.abortsOnOverflow = aborts
    return habits
  }

  @Test func `the last ACK of what a queue of 6 does not take is reset`() throws {
    let run = SuiteRun([.overflow], Self.habits(backlog: 6, aborts: true))
    let finding = try #require(run.finding(.acceptQueueOverflowReset))
    #expect(finding.detail("at") == .number(6))
    #expect(finding.detail("asked") == .number(24))
    #expect(finding.occurrences == .init(count: 18, total: 24))
    #expect(!run.codes.contains("accept-queue-full"))
    #expect(run.elapsed < .seconds(4))
  }

  @Test func `the last ACK of what a queue of 6 does not take is ignored`() throws {
    let run = SuiteRun([.overflow], Self.habits(backlog: 6, aborts: false))
    let finding = try #require(run.finding(.acceptQueueFull))
    #expect(finding.detail("at") == .number(6))
    #expect(finding.occurrences == .init(count: 18, total: 24))
    #expect(!run.codes.contains("accept-queue-overflow-reset"))
  }

  @Test(arguments: [nil, 24])
  func `a service that takes all of them has no full queue`(backlog: Int?) {
    let run = SuiteRun([.overflow], Self.habits(backlog: backlog, aborts: true))
    #expect(run.codes.isEmpty)
    #expect(run.results.overflows.count == 24)
    #expect(run.results.overflows.allSatisfy { $0.outcome == .taken })
  }

  @Test func `nothing is left behind at the target`() {
    let run = SuiteRun([.overflow], Self.habits(backlog: nil, aborts: false))
    #expect(run.service.flows.isEmpty)
  }

  @Test func `the queue is filled once everything else is over`() throws {
    let run = SuiteRun([.close, .states, .overflow], Self.habits(backlog: nil, aborts: false))
    let first = try #require(run.transcript.attempts.first { $0.probe == "overflow" })
    let others = Set(run.transcript.attempts.filter { $0.probe != "overflow" }.map(\.id))
    #expect(others.count > 5)
    let last = run.transcript.packets.last { others.contains($0.attempt) }
    #expect(try #require(last).moment <= first.started + .milliseconds(20))
    #expect(others.allSatisfy { $0 < first.id })
  }

  @Test(arguments: [nil, 6], [false, true])
  func `loss of one packet in twenty never makes another word of it`(backlog: Int?, aborts: Bool) {
    let word = aborts ? "accept-queue-overflow-reset" : "accept-queue-full"
    for seed in 1...30 as ClosedRange<UInt64> {
      let run = SuiteRun(
        [.overflow], Self.habits(backlog: backlog, aborts: aborts), loss: 0.05, seed: seed)
      let words = run.codes.filter { $0.hasPrefix("accept-queue") }
      #expect(words == (backlog == nil ? [] : [word]), "seed \(seed)")
    }
  }
}
