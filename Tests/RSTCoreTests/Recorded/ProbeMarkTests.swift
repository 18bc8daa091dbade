import RSTTestSupport
import RSTWire
import Testing

@testable import RSTCore

/// What SYNs say of their run.
@Suite struct ProbeMarkTests {
  @Test func `a mark is read again from the timestamp and the sequence number`() {
    var random = SplitMix(seed: 7)
    for probe in ProbeCatalog.all {
      let run = UInt16(truncatingIfNeeded: random.next())
      let mark = ProbeMark(probe: probe.name, run: run)
      let sequence = SequenceNumber(random.number())
      #expect(ProbeMark(timestamp: mark.timestamp(beside: sequence), beside: sequence) == mark)
    }
  }

  @Test func `no two probes have the same digest`() {
    let names = ProbeCatalog.all.map(\.name) + [ProbeMark.connection]
    #expect(Set(names.map(ProbeMark.digest)).count == names.count)
  }

  @Test func `every SYN of a run with timestamps carries the mark of its probe`() throws {
    let run = try #require(Scenario.named("open")).run(.ipv4)
    var runs: Set<UInt16> = []
    for attempt in run.investigation.transcript.attempts {
      guard let segment = attempt.draft.segment else { continue }
      for case .timestamps(let value, _) in segment.options {
        let mark = ProbeMark(timestamp: value, beside: segment.sequence)
        #expect(mark.probe == ProbeMark.digest(of: attempt.probe), "\(attempt.probe)")
        runs.insert(mark.run)
      }
    }
    #expect(runs.count == 1)
  }

  @Test func `runs with other seeds have other marks`() throws {
    let scenario = try #require(Scenario.named("closed"))
    let marks = try (1...8).map { seed in
      let run = try scenario.run(.ipv6, seed: UInt64(seed))
      let segment = try #require(run.investigation.transcript.attempts.first?.draft.segment)
      let timestamps = segment.options.compactMap { option -> UInt32? in
        if case .timestamps(let value, _) = option { value } else { nil }
      }
      return ProbeMark(timestamp: try #require(timestamps.first), beside: segment.sequence).run
    }
    #expect(Set(marks).count == marks.count)
  }
}
