import ArgumentParser
import RSTCore
import Testing

@testable import rstprobe

/// `--idle` and how far it is.
@Suite struct IdleOptionTests {
  func settings(_ arguments: String...) throws -> Settings {
    try Settings(RSTProbe.parse(arguments))
  }

  @Test func `without --idle nothing is left alone`() throws {
    #expect(try settings("example.org:1").survey.idle == nil)
  }

  @Test(arguments: [
    ("90", Duration.seconds(90)), ("1ms", .milliseconds(1)), ("250ms", .milliseconds(250)),
    ("5s", .seconds(5)), ("6m", .seconds(360)), ("1.5h", .seconds(5_400)),
    ("24h", .seconds(86_400)),
  ])
  func `a duration is seconds, or has a unit`(_ text: String, _ longest: Duration) throws {
    let idle = try #require(try settings("example.org:1", "--idle", text).survey.idle)
    #expect(idle.longest == longest)
    #expect(idle.rungs.last == longest)
    #expect(idle.rounds == 1)
  }

  @Test func `a second round is asked for`() throws {
    let idle = try settings("example.org:1", "--idle", "6m", "--idle-rounds", "2").survey.idle
    #expect(idle?.rounds == 2)
  }

  @Test func `the bar fills up, and says the time left`() {
    func bar(at seconds: Int64, rounds: Int = 1, standing: Int = 3) -> String {
      let start = Moment(nanoseconds: 0)
      let idle = IdleProgress(
        round: 1, rounds: rounds, begun: start, ends: start + .seconds(3_960), standing: standing)
      return Progress.bar(idle, at: start + .seconds(seconds))
    }
    #expect(
      bar(at: 0) == "idle [------------------------] 1:06:00 left, 3 connections standing")
    #expect(
      bar(at: 1_980, rounds: 2)
        == "idle [############------------] 33:00 left, 3 connections standing, round 1 of 2")
    #expect(
      bar(at: 3_959, standing: 1)
        == "idle [#######################-] 0:01 left, 1 connection standing")
    #expect(
      bar(at: 9_999) == "idle [########################] 0:00 left, 3 connections standing")
  }
}
