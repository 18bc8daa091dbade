import RSTTestSupport
import RSTWire
import Testing

@testable import RSTCore

/// A stack, and what has to be said of it.
struct StackTruth: Sendable, CustomTestStringConvertible {
  var model: StackModel
  /// The grades of RST, SYN, data and FIN.
  var grades: [Grade]
  /// The summary; nil where a grade is missing.
  var summary: String?
  var testDescription: String { model.name }

  init(_ model: StackModel, _ grades: Grade..., summary: String?) {
    (self.model, self.grades, self.summary) = (model, grades, summary)
  }

  static let all = [
    StackTruth(
      .linux, .mitigated, .mitigated, .mitigated, .mitigated, summary: "rfc5961-conformant"),
    StackTruth(
      .lwIP, .mitigated, .mitigated, .vulnerable, .vulnerable, summary: "rfc5961-partial"),
    StackTruth(
      .trusting, .vulnerable, .vulnerable, .vulnerable, .mitigated, summary: "rfc5961-vulnerable"),
    StackTruth(.openBSD, .silent, .mitigated, .mitigated, .mitigated, summary: "rfc5961-partial"),
    StackTruth(
      .withoutReassembly, .mitigated, .mitigated, .inconclusive, .mitigated, summary: nil),
    StackTruth(
      .credulous, .vulnerable, .mitigated, .mitigated, .mitigated, summary: "rfc5961-vulnerable"),
  ]
}

extension SurveyRun {
  /// The summary that was said.
  var summary: String? { codes.first { $0.hasPrefix("rfc5961-") } }

  /// The grades of RST, SYN, data and FIN.
  var grades: [Grade] {
    conclusion.connections.map(\.conformance).map {
      [$0.reset.grade, $0.syn.grade, $0.data.grade, $0.fin.grade]
    } ?? []
  }

  /// Cells that were read as something that they are not; what is not clear is no mistake.
  func mistakes(about model: StackModel) -> [String] {
    Cell.allCases.compactMap { cell in
      guard let read = outcome(cell), read != .inconclusive, read != model.outcome(of: cell)
      else { return nil }
      return "\(cell.rawValue): \(read.rawValue)"
    }
  }
}

/// A whole survey of hosts whose stacks are known: cells, grades and summary come out as they are.
///
/// RFC 5961; FACTS, section 4.
@Suite struct SurveyTests {
  @Test(arguments: StackTruth.all, AddressFamily.allCases)
  func `without loss every cell and grade is as the stack has it`(
    _ known: StackTruth, _ family: AddressFamily
  ) throws {
    let run = try SurveyRun(.path(host: .modelled(known.model)), family)
    for cell in Cell.allCases {
      #expect(run.outcome(cell) == known.model.outcome(of: cell), "\(cell.rawValue)")
    }
    #expect(run.grades == known.grades)
    #expect(run.summary == known.summary)
    for question in HalfOpenQuestion.allCases {
      let read = run.conclusion.connections?.halfOpen[question]
      #expect(read?.reaction == known.model.halfOpen[question]?.answer, "\(question.rawValue)")
    }
    #expect(run.left.isEmpty)
    #expect(run.idleTurns <= 100)
  }

  @Test(arguments: StackTruth.all)
  func `with loss nothing is read as what it is not`(_ known: StackTruth) throws {
    var unclear = 0
    for seed in UInt64(1)...4 {
      let run = try SurveyRun(
        .path(host: .modelled(known.model)), faults: .lossy(0.05), seed: seed)
      #expect(run.mistakes(about: known.model) == [], "seed \(seed)")
      for (grade, truth) in zip(run.grades, known.grades) {
        #expect(grade == truth || grade == .inconclusive, "seed \(seed)")
      }
      #expect(run.summary == known.summary || run.summary == nil, "seed \(seed)")
      if run.summary != known.summary { unclear += 1 }
      let left = run.left.filter { $0.part == .connections }.map(\.probe)
      #expect(left == [], "seed \(seed)")
    }
    #expect(unclear <= 1)
  }

  @Test(arguments: StackTruth.all, [Duration.milliseconds(12), .milliseconds(40)])
  func `on a machine that is too busy nothing is read as what it is not`(
    _ known: StackTruth, _ stall: Duration
  ) throws {
    for seed in UInt64(1)...3 {
      let run = try SurveyRun(.path(host: .modelled(known.model)), stall: stall, seed: seed)
      #expect(run.mistakes(about: known.model) == [], "seed \(seed)")
      for (grade, truth) in zip(run.grades, known.grades) {
        #expect(grade == truth || !grade.isKnown, "seed \(seed)")
      }
    }
  }

  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func `a stack that nobody has seen is reported as it is`(_ seed: UInt64) throws {
    let model = StackModel.random(seed: seed)
    let run = try SurveyRun(.path(host: .modelled(model)), seed: seed)
    for cell in Cell.allCases {
      #expect(run.outcome(cell) == model.outcome(of: cell), "\(cell.rawValue)")
    }
    for entry in run.conclusion.connections?.halfOpen.entries ?? [] {
      #expect(entry.reaction == model.halfOpen[entry.question]?.answer, "\(entry.question)")
    }
    #expect(run.left.map(\.probe) == [])
  }

  @Test(arguments: 21...28 as ClosedRange<UInt64>)
  func `nor is one with loss on the way reported as what it is not`(_ seed: UInt64) throws {
    let model = StackModel.random(seed: seed)
    let run = try SurveyRun(.path(host: .modelled(model)), faults: .lossy(0.05), seed: seed)
    #expect(run.mistakes(about: model) == [])
    for entry in run.conclusion.connections?.halfOpen.entries ?? [] {
      let truth = model.halfOpen[entry.question]?.answer
      #expect(entry.reaction == truth || entry.reaction == nil, "\(entry.question)")
    }
  }
}
