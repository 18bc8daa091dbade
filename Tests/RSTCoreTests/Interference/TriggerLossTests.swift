import Foundation
import RSTTestSupport
import RSTWire
import Testing

@testable import RSTCore

/// Triggers on paths with loss, duplication and reordering: never a wrong word, never a wrong hop.
///
/// `RSTPROBE_SEEDS` says how many seeds each path is tried with; a long run takes 300.
@Suite struct TriggerLossTests {
  /// A path, where its device sits, and what may be said.
  struct Path: Sendable, CustomTestStringConvertible {
    var name: String
    var application: SimulatedHost.Application?
    var device: ContentInjector?
    var hop = 0
    var expected: Set<String> = []
    /// What may be said beside that.
    var allowed: Set<String> = []
    var outcomes: Set<String> = ["nothing-special"]
    var testDescription: String { name }
  }

  static let paths: [Path] = {
    var list: [Path] = []
    let forged: Set<String> = ["injected-reset", "triggered-block", "injector-located"]
    for hop in [1, 2] {
      for (name, injector) in TriggerSurveyTests.injectors {
        list.append(
          Path(
            name: "\(name) at \(hop)", device: injector, hop: hop, expected: forged,
            // Where a reset is lost its connection goes on.
            outcomes: ["reset", "forged-beside"]))
      }
      list.append(
        Path(
          name: "filter at \(hop)", device: .filter, hop: hop, expected: ["triggered-block"],
          outcomes: ["reset"]))
      list.append(
        Path(
          name: "hole at \(hop)", device: .hole, hop: hop, expected: ["blackholed-after-trigger"],
          outcomes: ["blackholed"]))
    }
    list.append(
      Path(
        name: "filter on the host", device: .filter, hop: 3, expected: ["triggered-block"],
        outcomes: ["reset"]))
    list.append(Path(name: "nobody"))
    let abort = SimulatedHost.Application(.aborts, to: SurveyRun.forbidden)
    list.append(Path(name: "aborts for the name", application: abort, outcomes: ["reset"]))
    list.append(
      Path(name: "aborts", application: .init(.aborts), outcomes: ["not-by-content"]))
    list.append(Path(name: "closes", application: .init(.closes, to: SurveyRun.forbidden)))
    list.append(
      Path(name: "answers", application: .init(.answers(Array("hello".utf8)))))
    var idle = SimulatedHost.Application()
    idle.idleClose = .seconds(1)
    list.append(Path(name: "idle close", application: idle))
    return list
  }()

  static let seeds: ClosedRange<UInt64> =
    1...max(ProcessInfo.processInfo.environment["RSTPROBE_SEEDS"].flatMap { UInt64($0) } ?? 2, 1)

  @Test(arguments: paths, [0.0, 0.05, 0.1])
  func `nothing wrong is said of a path, whatever is lost, doubled or overtaken`(
    _ path: Path, _ loss: Double
  ) throws {
    for seed in Self.seeds {
      let run = try SurveyRun.trying(path.application, faults: .lossy(loss), seed: seed) {
        if let device = path.device { $0.put(device, at: path.hop) }
      }
      let place = "\(path.name), loss \(loss), seed \(seed)"
      let wrong = run.accusations.subtracting(path.expected).subtracting(path.allowed)
      #expect(wrong == [], "\(place)")
      #expect(
        path.outcomes.union(["inconclusive"]).contains(run.outcome ?? "inconclusive"),
        "\(place): \(run.outcome ?? "")")
      for finding in run.conclusion.findings
      where path.expected.contains(finding.code.rawValue) && path.hop > 0 {
        if let range = finding.hopRange {
          #expect(range.contains(path.hop), "\(place): \(finding.code.rawValue) at \(range)")
        }
      }
      let missing = path.expected.subtracting(run.accusations)
      if loss == 0 { #expect(missing == [], "\(place)") }
      if loss > 0, !missing.isEmpty {
        print("inconclusive: \(place): not said: \(missing.sorted())")
      }
      let left = run.left.filter { $0.part == .connections }.map(\.probe)
      #expect(left == [], "\(place)")
    }
  }
}
