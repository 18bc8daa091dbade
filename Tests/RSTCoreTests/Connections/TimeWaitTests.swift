import Testing

@testable import RSTCore

/// A port that is used again within a minute.
///
/// RFC 9293, section 3.10.7.4.
@Suite struct TimeWaitTests {
  static let words: Set<String> = [
    "time-wait-accepts", "time-wait-resets", "time-wait-acks", "time-wait-ignores",
  ]

  @Test(arguments: [
    (TimeWaitObservation.Reaction.accepts, "time-wait-accepts"), (.resets, "time-wait-resets"),
    (.acknowledges, "time-wait-acks"), (.ignores, "time-wait-ignores"),
  ])
  func `> nudge   < FIN   > FIN   > SYN higher and newer   and the word says what comes`(
    reaction: TimeWaitObservation.Reaction, word: String
  ) throws {
    var habits = TimedService.Habits()
    habits.timeWait = reaction
    let run = SuiteRun([.timeWait], habits)
    #expect(run.codes.intersection(Self.words) == [word])
    let finding = try #require(run.finding(FindingCode(rawValue: word)))
    #expect(finding.detail("higher") == .word(reaction.rawValue))
    #expect(finding.detail("lower") == .word("acks"))
    #expect(finding.detail("lower_newer") == .word(reaction.rawValue))
    #expect(finding.detail("old_segment") == .word("acks"))
    #expect(finding.detail("reset_in_time_wait") == .word("ends-it"))
    #expect(finding.detail("isn_step") == (reaction == .accepts ? .number(65_537) : nil))
  }

  @Test func `resets that TIME-WAIT ignores do not end it`() throws {
    var habits = TimedService.Habits()
    habits.ignoresResetsInTimeWait = true
    let run = SuiteRun([.timeWait], habits)
    let finding = try #require(run.finding(.timeWaitAccepts))
    #expect(finding.detail("reset_in_time_wait") == .word("ignored"))
  }

  @Test func `a service that waits for our FIN is never in TIME-WAIT, and nothing is said`() {
    var habits = TimedService.Habits()
    habits.closesFirst = false
    let run = SuiteRun([.timeWait], habits)
    #expect(run.codes.isDisjoint(with: Self.words))
    let after = run.results.timeWaits
    #expect(after.count == 2)
    #expect(after.allSatisfy { $0.isOursFirst && $0.reaction == .accepts })
    #expect(Set(run.results.failures).count == 4)
  }

  @Test func `nothing is left behind at the target`() {
    let run = SuiteRun([.timeWait], TimedService.Habits())
    #expect(run.service.flows.isEmpty)
  }

  @Test(arguments: [TimeWaitObservation.Reaction.accepts, .resets, .acknowledges, .ignores])
  func `loss of one packet in twenty never makes another word of it`(
    reaction: TimeWaitObservation.Reaction
  ) {
    var habits = TimedService.Habits()
    habits.timeWait = reaction
    var said = 0
    for seed in 1...40 as ClosedRange<UInt64> {
      let run = SuiteRun([.timeWait], habits, loss: 0.05, seed: seed)
      let words = run.codes.intersection(Self.words)
      #expect(words.isSubset(of: ["time-wait-\(reaction.rawValue)"]), "seed \(seed)")
      said += words.count
    }
    #expect(said >= 38)
  }
}
