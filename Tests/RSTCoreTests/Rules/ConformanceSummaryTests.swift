import RSTTestSupport
import RSTWire
import Testing

@testable import RSTCore

@Suite struct ConformanceSummaryTests {
  private static let words = ["rfc5961-conformant", "rfc5961-partial", "rfc5961-vulnerable"]

  @Test(arguments: zip([StackModel.linux, .lwIP, .trusting], words))
  func `each word is said of the stack that earns it, and of it alone`(
    _ model: StackModel, _ word: String
  ) throws {
    let run = try SurveyRun(.path(host: .modelled(model)))
    #expect(run.codes.filter(Self.words.contains) == [word])
    let finding = try #require(run.finding(FindingCode(rawValue: word)))
    #expect(finding.evidence.allSatisfy { !$0.packets.isEmpty && $0.source.hasPrefix("RFC 5961") })
  }

  @Test func `what makes it vulnerable is its evidence, and nothing else is`() throws {
    let run = try SurveyRun.of { $0.established[.synExact] = .reset }
    let finding = try #require(run.finding(.rfc5961Vulnerable))
    #expect(finding.evidence.map(\.code) == ["syn-exact"])
  }

  @Test func `where one grade is open none is said`() throws {
    let run = try SurveyRun(.path(host: .modelled(.withoutReassembly)))
    #expect(run.codes.filter(Self.words.contains) == [])
  }

  @Test func `nor where the matrix was not asked for`() throws {
    let run = try SurveyRun.of(checks: [.handshake, .states, .close])
    #expect(run.codes.filter(Self.words.contains) == [])
  }
}
