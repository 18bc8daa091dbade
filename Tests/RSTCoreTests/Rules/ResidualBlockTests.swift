import RSTTestSupport
import RSTWire
import Testing

@testable import RSTCore

@Suite struct ResidualBlockTests {
  static let checks: Set<Check> = [.handshake, .path, .residual]

  static func run(
    _ residual: Duration, at hop: Int = 1, checks: Set<Check> = Self.checks, isInLine: Bool = false
  ) throws -> SurveyRun {
    let device = ContentInjector.minding {
      $0.residual = residual
      $0.isInLine = isInLine
    }
    return try SurveyRun.trying(checks: checks) { $0.put(device, at: hop) }
  }

  @Test(arguments: [5, 12, 40], [false, true])
  func `> name, and > other name < RST for a while: the interval holds the time`(
    _ time: Int, _ isInLine: Bool
  ) throws {
    let run = try Self.run(.seconds(time), isInLine: isInLine)
    let finding = try #require(run.finding(.residualBlock))
    guard case .numbers(let interval) = finding.detail("for_s"), interval.count == 2 else {
      Issue.record("no interval")
      return
    }
    #expect(interval[0] <= Double(time) && Double(time) <= interval[1])
    #expect(interval[1] <= Double(time) * 1.5 + 8)
    #expect(run.left.isEmpty)
  }

  @Test func `without --residual nobody looks, and nothing is said`() throws {
    let run = try Self.run(.seconds(12), checks: [.handshake, .path])
    #expect(run.finding(.residualBlock) == nil)
    #expect(run.finding(.triggeredBlock) != nil)
  }

  @Test func `a device that forgets at once leaves nothing blocked`() throws {
    let run = try Self.run(.zero)
    #expect(run.finding(.residualBlock) == nil)
    #expect(run.finding(.injectedReset) != nil)
  }

  @Test func `a server that aborts for the name takes the next client as before`() throws {
    let run = try SurveyRun.trying(
      .init(.aborts, to: SurveyRun.forbidden), checks: Self.checks)
    #expect(run.finding(.residualBlock) == nil)
  }

  @Test func `one that minds any name was no freer before`() throws {
    var filter = ContentInjector(text: "Host:", isTap: false)
    filter.isInLine = true
    filter.residual = .seconds(12)
    let run = try SurveyRun.trying(checks: Self.checks) { $0.put(filter, at: 1) }
    #expect(run.finding(.residualBlock) == nil)
  }

  @Test func `a second trigger is not judged while the first one's block lasts`() throws {
    let device = ContentInjector.minding { $0.residual = .seconds(30) }
    let run = try SurveyRun.trying(
      triggers: [.httpHost(SurveyRun.forbidden), .httpHost("harmless.example")]
    ) { $0.put(device, at: 1) }
    let outcomes = run.conclusion.connections?.triggers.map(\.outcome)
    #expect(outcomes == ["reset", "inconclusive"])
    #expect(
      run.finding(.triggeredBlock)?.detail("trigger") == .word("http-host forbidden.example"))
  }

  @Test func `it is judged once that is over`() throws {
    let device = ContentInjector.minding { $0.residual = .seconds(6) }
    let run = try SurveyRun.trying(
      triggers: [.httpHost(SurveyRun.forbidden), .httpHost("harmless.example")]
    ) { $0.put(device, at: 1) }
    #expect(
      run.conclusion.connections?.triggers.map(\.outcome) == ["reset", "nothing-special"])
  }
}
