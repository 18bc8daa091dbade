import RSTTestSupport
import RSTWire
import Testing

@testable import RSTCore

/// The packets of a run, found in a capture, say what the run said.
@Suite struct RecordedRunTests {
  typealias Frame = (moment: Moment, packet: Packet)

  /// What a capture at the prober shows of a run.
  static func frames(_ run: SimulatedRun) -> [Frame] {
    run.investigation.transcript.packets.map { ($0.moment, $0.packet) }
  }

  /// Reads frames, the first of which is number 1.
  static func read(_ frames: [Frame], rest: Duration = .seconds(1)) -> [RecordedRun] {
    var runs = RecordedRuns()
    for (index, frame) in frames.enumerated() {
      runs.take(frame.packet, frame: index + 1, at: frame.moment)
    }
    return runs.finish(at: (frames.last?.moment ?? Moment(nanoseconds: 0)) + rest)
  }

  @Test(arguments: Scenario.all, AddressFamily.allCases)
  func `every scenario gets the verdict and the findings of its run`(
    _ scenario: Scenario, _ family: AddressFamily
  ) throws {
    let run = try scenario.run(family)
    let found = Self.read(Self.frames(run))
    let recorded = try #require(found.first)
    #expect(found.count == 1)
    #expect(recorded.target.address == run.target.address)
    #expect(recorded.target.port == run.target.port)
    #expect(recorded.conclusion.verdict.port == run.conclusion.verdict.port)
    #expect(recorded.conclusion.verdict.responder == run.conclusion.verdict.responder)
    #expect(recorded.conclusion.verdict.hopRange == run.conclusion.verdict.hopRange)
    #expect(recorded.conclusion.findings.map(\.code) == run.conclusion.findings.map(\.code))
  }

  @Test(arguments: Scenario.main)
  func `with loss it gets the same or says less`(_ scenario: Scenario) throws {
    for seed in UInt64(1)...3 {
      let run = try scenario.run(.ipv4, faults: .lossy(0.05), seed: seed)
      let verdict = try #require(Self.read(Self.frames(run)).first).conclusion.verdict
      #expect(
        verdict.port == run.conclusion.verdict.port || verdict.port == .inconclusive, "seed \(seed)"
      )
      #expect(
        verdict.responder == run.conclusion.verdict.responder || verdict.responder == .unknown,
        "seed \(seed)")
    }
  }

  @Test func `evidence names the frames of the capture`() throws {
    let run = try #require(Scenario.named("closed")).run(.ipv4)
    let own = Self.frames(run)
    let syn = SegmentDraft(
      sourcePort: 1, destinationPort: 2, sequence: SequenceNumber(3), flags: .syn)
    let draft = PacketDraft(
      source: SimulatedRun.prober(.ipv4), destination: run.target.address, content: .segment(syn))
    let other = (own[0].moment, try #require(Packet(datagram: draft.encoded())))
    let recorded = try #require(Self.read([other, other, other] + own).first)
    let live = try #require(run.conclusion.findings.first)
    let read = try #require(recorded.conclusion.findings.first)
    #expect(read.evidence.map(\.packets) == live.evidence.map { $0.packets.map { $0 + 4 } })
  }

  @Test func `two runs after one another, from the same ports, are two`() throws {
    let first = try #require(Scenario.named("open")).run(.ipv4, seed: 1)
    let second = try #require(Scenario.named("router2-reject")).run(.ipv4, seed: 2)
    let later = Self.frames(second).map { ($0.moment + .seconds(20), $0.packet) }
    let found = Self.read(Self.frames(first) + later)
    #expect(found.map(\.conclusion.verdict.port) == [.open, .rejected])
  }

  @Test func `two runs to ports of one host at the same time are two`() throws {
    let first = try SimulatedRun(port: 80, .ipv4, .path(), seed: 1)
    let second = try SimulatedRun(port: 81, .ipv4, .path(), ports: 30_000..<30_400, seed: 2)
    let shifted = Self.frames(second).map { ($0.moment + .milliseconds(7), $0.packet) }
    let both = (Self.frames(first) + shifted).sorted { $0.moment < $1.moment }
    let found = Self.read(both)
    #expect(found.map(\.conclusion.verdict.port) == [.open, .closed])
  }

  @Test func `a capture that begins behind the first SYN, or ends at once, says nothing`() throws {
    let frames = Self.frames(try #require(Scenario.named("closed")).run(.ipv6))
    #expect(Self.read(Array(frames.dropFirst())).isEmpty)
    #expect(Self.read(Array(frames.prefix(2))).isEmpty)
  }

  @Test func `who could still have answered when the capture ended was not silent`() throws {
    let run = try #require(Scenario.named("router2-drop")).run(.ipv4)
    let sent = Self.frames(run).prefix(12)
    let recorded = Self.read(Array(sent), rest: .zero)
    #expect(recorded.allSatisfy { $0.conclusion.verdict.port == .inconclusive })
  }

  @Test func `packets without order or sense change nothing but what is said`() throws {
    let frames = Self.frames(try #require(Scenario.named("open")).run(.ipv4))
    var random = SeededGenerator(seed: 11)
    for _ in 0..<40 {
      var mixed = frames.shuffled(using: &random)
      mixed += frames.filter { _ in Bool.random(using: &random) }
      for recorded in Self.read(mixed) {
        let evidence = recorded.conclusion.findings.flatMap(\.evidence).flatMap(\.packets)
        #expect(evidence.allSatisfy { (1...mixed.count).contains($0) })
      }
    }
  }
}
