import RSTTestSupport
import RSTWire
import Testing

@testable import RSTCore

/// A whole survey of hosts whose stacks are known: cells, grades and summary come out as they are.
@Suite struct SurveyTests {
  /// A model and what has to be said of it.
  struct Known: Sendable, CustomTestStringConvertible {
    var model: StackModel
    /// Grades of RST, SYN, data and FIN.
    var grades: [Grade]
    /// The summary; nil where a grade is missing.
    var summary: String?
    var testDescription: String { model.name }

    static let all = [
      Known(
        model: .linux, grades: [.mitigated, .mitigated, .mitigated, .mitigated],
        summary: "rfc5961-conformant"),
      Known(
        model: .lwIP, grades: [.mitigated, .mitigated, .vulnerable, .vulnerable],
        summary: "rfc5961-partial"),
      Known(
        model: .trusting, grades: [.vulnerable, .vulnerable, .vulnerable, .mitigated],
        summary: "rfc5961-vulnerable"),
      Known(
        model: .openBSD, grades: [.silent, .mitigated, .mitigated, .mitigated],
        summary: "rfc5961-partial"),
      Known(
        model: .withoutReassembly, grades: [.mitigated, .mitigated, .inconclusive, .mitigated],
        summary: nil),
      Known(
        model: .credulous, grades: [.vulnerable, .mitigated, .mitigated, .mitigated],
        summary: "rfc5961-vulnerable"),
    ]
  }

  static let summaries: Set = ["rfc5961-conformant", "rfc5961-partial", "rfc5961-vulnerable"]

  private func summary(_ run: SurveyRun) -> String? {
    run.codes.first(where: Self.summaries.contains)
  }

  private func grades(_ run: SurveyRun) -> [Grade] {
    run.conclusion.connections.map(\.conformance).map {
      [$0.reset.grade, $0.syn.grade, $0.data.grade, $0.fin.grade]
    } ?? []
  }

  /// Cells that were read as something else than they are; what is not clear is no mistake.
  private func mistakes(_ run: SurveyRun, _ model: StackModel) -> [String] {
    Cell.allCases.compactMap { cell in
      guard let read = run.outcome(cell), read != .inconclusive, read != model.outcome(of: cell)
      else { return nil }
      return "\(cell.rawValue): \(read.rawValue)"
    }
  }

  @Test(arguments: Known.all, AddressFamily.allCases)
  func `without loss every cell and grade is as the stack has it`(
    _ known: Known, _ family: AddressFamily
  ) throws {
    let run = try SurveyRun(.path(host: .modelled(known.model)), family)
    for cell in Cell.allCases {
      #expect(run.outcome(cell) == known.model.outcome(of: cell), "\(cell.rawValue)")
    }
    #expect(grades(run) == known.grades)
    #expect(summary(run) == known.summary)
    #expect(run.connectionsLeft == 0)
    print("SURVEY", known.model.name, run.sent.count, run.timing.elapsed, run.mostConnections, run.idleTurns, run.codes, run.conclusion.connections?.halfOpen.entries.map { "\($0.question.rawValue) \($0.reaction?.rawValue ?? "nil") \($0.liveness)" } ?? [], run.conclusion.connections?.challengeRate ?? "none", run.conclusion.connections?.failures ?? [])
  }

  @Test(arguments: Known.all)
  func `with loss nothing is read as what it is not`(_ known: Known) throws {
    var unclear = 0
    for seed in UInt64(1)...10 {
      let run = try SurveyRun(
        .path(host: .modelled(known.model)), faults: .lossy(0.05), seed: seed)
      #expect(mistakes(run, known.model) == [], "seed \(seed)")
      for (grade, truth) in zip(grades(run), known.grades) {
        #expect(grade == truth || grade == .inconclusive, "seed \(seed)")
      }
      #expect(summary(run) == known.summary || summary(run) == nil, "seed \(seed)")
      #expect(run.connectionsLeft == 0, "seed \(seed) \(run.left)")
      if summary(run) != known.summary { unclear += 1 }
      print("LOSSY", known.model.name, seed, run.sent.count, run.timing.elapsed, run.mostConnections, run.idleTurns, run.connectionsLeft, summary(run) ?? "-", run.conclusion.connections?.failures ?? [])
    }
    #expect(unclear <= 1)
  }

  @Test(arguments: 1...30 as ClosedRange<UInt64>)
  func `a stack that nobody has seen is reported as it is`(_ seed: UInt64) throws {
    let model = StackModel.random(seed: seed)
    let run = try SurveyRun(.path(host: .modelled(model)), seed: seed)
    for cell in Cell.allCases {
      #expect(run.outcome(cell) == model.outcome(of: cell), "\(cell.rawValue)")
    }
    for entry in run.conclusion.connections?.halfOpen.entries ?? [] {
      #expect(entry.reaction == model.halfOpen[entry.question]?.answer, "\(entry.question)")
    }
    #expect(run.connectionsLeft == 0, "\(run.left)")
    for e in run.conclusion.connections?.conformance.matrix.entries ?? [] where e.outcome == .inconclusive { print("DOUBT", seed, e.cell.rawValue, model.established[e.cell]!, e.doubt, e.observations) }
    print("RANDOM", seed, run.sent.count, run.timing.elapsed, run.connectionsLeft, summary(run) ?? "-", run.conclusion.connections?.failures ?? [])
  }
}
