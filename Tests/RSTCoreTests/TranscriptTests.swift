import RSTCore
import RSTTestSupport
import RSTWire
import Testing

/// What holds for every run, whatever the network does.
@Suite struct TranscriptTests {
  /// What is inconsistent about a run; empty when nothing is.
  static func faults(_ run: SimulatedRun) -> [String] {
    let transcript = run.investigation.transcript
    var faults: [String] = []
    for (index, record) in transcript.packets.enumerated() {
      if record.index != index { faults.append("packet \(index) says it is \(record.index)") }
      if !transcript.attempts.indices.contains(record.attempt) {
        faults.append("packet \(index) of attempt \(record.attempt)")
      } else if record.direction == .received,
        !transcript.attempts[record.attempt].answers.contains(index)
      {
        faults.append("packet \(index) is no answer of its attempt")
      }
    }
    for (index, attempt) in transcript.attempts.enumerated() {
      if attempt.id != index { faults.append("attempt \(index) says it is \(attempt.id)") }
      if !attempt.isSettled { faults.append("attempt \(index) is not settled") }
      if ProbeCatalog.probe(named: attempt.probe) == nil { faults.append(attempt.probe) }
      if case .seen(let packet) = attempt.departure {
        if !transcript.packets.indices.contains(packet) {
          faults.append("attempt \(index) left as \(packet)")
        } else if transcript.packets[packet].direction != .sent {
          faults.append("attempt \(index) left as an answer")
        }
      }
      for answer in attempt.answers
      where !transcript.packets.indices.contains(answer)
        || transcript.packets[answer].direction != .received
      {
        faults.append("attempt \(index) has answer \(answer)")
      }
    }
    for finding in run.conclusion.findings + run.conclusion.considered {
      if finding.evidence.isEmpty { faults.append("\(finding.code.rawValue) without evidence") }
      if !(0...1).contains(finding.confidence) { faults.append(finding.code.rawValue) }
      for evidence in finding.evidence {
        if evidence.packets.contains(where: { !transcript.packets.indices.contains($0) }) {
          faults.append("\(finding.code.rawValue), \(evidence.code): no such packet")
        }
        if evidence.source.isEmpty || evidence.detail.isEmpty {
          faults.append("\(finding.code.rawValue), \(evidence.code): not justified")
        }
      }
    }
    let verdict = run.conclusion.verdict
    if !(0...1).contains(verdict.confidence) { faults.append("confidence \(verdict.confidence)") }
    if let hop = verdict.hop, let range = verdict.hopRange, !range.contains(hop) {
      faults.append("hop \(hop) outside \(range)")
    }
    if run.conclusion.headline.isEmpty { faults.append("no headline") }
    return faults
  }

  @Test(arguments: Scenario.all, AddressFamily.allCases)
  func `indexes and evidence are consistent`(
    _ scenario: Scenario, _ family: AddressFamily
  ) throws {
    #expect(try Self.faults(scenario.run(family)).isEmpty)
    #expect(try Self.faults(scenario.run(family, faults: .lossy(0.2), seed: 3)).isEmpty)
  }

  @Test(arguments: Scenario.main, AddressFamily.allCases)
  func `the same seed gives the same packets and the same conclusion`(
    _ scenario: Scenario, _ family: AddressFamily
  ) throws {
    let first = try scenario.run(family, faults: .lossy(0.1), seed: 11)
    let second = try scenario.run(family, faults: .lossy(0.1), seed: 11)
    #expect(first.investigation.transcript == second.investigation.transcript)
    #expect(first.conclusion == second.conclusion)
    let other = try scenario.run(family, faults: .lossy(0.1), seed: 12)
    #expect(first.investigation.transcript != other.investigation.transcript)
  }

  @Test(arguments: Scenario.main, AddressFamily.allCases)
  func `judging a transcript again, without the run, gives the same conclusion`(
    _ scenario: Scenario, _ family: AddressFamily
  ) throws {
    let run = try scenario.run(family)
    #expect(Conclusion(run.observations) == run.conclusion)
  }

  @Test(arguments: Scenario.main, AddressFamily.allCases)
  func `a hostile peer whose every answer may be damaged crashes nothing`(
    _ scenario: Scenario, _ family: AddressFamily
  ) throws {
    var kernel = SimulatedKernel()
    kernel.tamper = { Mutation.mutate($0, using: &$1) }
    for seed in UInt64(1)...3 {
      let run = try SimulatedRun(
        port: scenario.port, family, scenario.network, kernel: kernel, seed: seed)
      #expect(Self.faults(run).isEmpty)
      #expect(run.sent.count <= 300)
      #expect(run.investigation.transcript.packets.count <= 300 * 8)
    }
  }
}
