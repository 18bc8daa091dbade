import Testing

@testable import RSTCore

/// A half-open connection left alone.
///
/// RFC 6298, section 5.
@Suite struct SYNACKScheduleTests {
  static func rounded(_ schedule: SYNACKSchedule) -> [Int] {
    schedule.gaps.map { Int($0.seconds.rounded()) }
  }

  @Test func `< SYN ACK after 1, 3, 7, 15 and 31 seconds   and no reset`() throws {
    let run = SuiteRun([.synAckSchedule], TimedService.Habits())
    let schedule = try #require(SYNACKSchedule(run.results.synAckSchedules))
    #expect(Self.rounded(schedule) == [1, 2, 4, 8, 16])
    #expect(schedule.resetAfter == nil)
    #expect(try #require(schedule.watched) >= .seconds(35))
    #expect(run.service.flows.isEmpty)
  }

  @Test func `a host that gives up with a reset is seen to do so`() throws {
    var habits = TimedService.Habits()
    habits.synAckRepetitions = 2
    habits.endsWithReset = true
    let run = SuiteRun([.synAckSchedule], habits)
    let schedule = try #require(SYNACKSchedule(run.results.synAckSchedules))
    #expect(Self.rounded(schedule) == [1, 2])
    #expect(try #require(schedule.resetAfter).seconds.rounded() == 7)
    #expect(schedule.watched == nil)
  }

  @Test func `an interrupt after 5 seconds keeps the repetitions until then`() throws {
    let run = SuiteRun([.synAckSchedule], TimedService.Habits(), interrupt: .seconds(5))
    let schedule = try #require(SYNACKSchedule(run.results.synAckSchedules))
    #expect(Self.rounded(schedule) == [1, 2])
    #expect(try #require(schedule.watched) < .seconds(5))
    #expect(run.service.flows.isEmpty)
  }

  @Test func `what is lost on one connection is seen on another`() throws {
    for seed in 1...30 as ClosedRange<UInt64> {
      let run = SuiteRun([.synAckSchedule], TimedService.Habits(), loss: 0.05, seed: seed)
      let schedule = try #require(SYNACKSchedule(run.results.synAckSchedules))
      #expect(Self.rounded(schedule) == [1, 2, 4, 8, 16], "seed \(seed)")
      #expect(schedule.resetAfter == nil)
    }
  }
}

/// Times of repetitions, each connection having missed some.
@Suite struct RepetitionsTests {
  static func merged(_ lists: [[Int]]) -> [Int] {
    Repetitions.merged(lists.map { $0.map { .milliseconds($0) } }).map { Int($0.milliseconds) }
  }

  @Test func `what one list lacks another has`() {
    #expect(Self.merged([[1_000, 7_000], [3_000, 7_010]]) == [1_000, 3_000, 7_000])
  }

  @Test func `a list that begins later is moved to where it agrees`() {
    #expect(
      Self.merged([[200, 600, 1_400, 3_000], [400, 1_200, 2_800]]) == [200, 600, 1_400, 3_000])
  }

  @Test func `nothing repeated is nothing merged`() {
    #expect(Self.merged([]).isEmpty)
    #expect(Self.merged([[], []]).isEmpty)
  }

  @Test func `copies made on the way are no repetitions`() {
    let first = Moment(nanoseconds: 0)
    let moments = [Duration.microseconds(90), .seconds(1), .milliseconds(1_002)].map { first + $0 }
    #expect(Repetitions.times(moments, since: first) == [.seconds(1)])
  }
}
