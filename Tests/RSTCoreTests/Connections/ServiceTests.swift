import RSTTestSupport
import RSTWire
import Testing

@testable import RSTCore

/// Services that hang up, talk without end or have little room: what is said of the stack is still
/// what the stack does.
@Suite struct ServiceTests {
  private func run(
    loss: Double = 0, seed: UInt64 = 1, _ change: (inout StackModel) -> Void
  ) throws -> SurveyRun {
    var model = StackModel.linux
    change(&model)
    return try SurveyRun(
      .path(host: .modelled(model)), faults: loss > 0 ? .lossy(loss) : Faults(), seed: seed)
  }

  @Test(arguments: [0, 0.05])
  func `a service that resets at once is said to, and its stack is not blamed`(
    _ loss: Double
  ) throws {
    for seed in UInt64(1)...3 {
      let run = try run(loss: loss, seed: seed) { $0.service = .resetsAtOnce }
      #expect(run.mistakes(about: .linux) == [], "seed \(seed)")
      #expect(run.summary == nil)
      #expect(run.codes.contains("abortive-close"), "seed \(seed)")
      #expect(!run.codes.contains("out-of-window-reset-accepted"))
      #expect(!run.codes.contains("conntrack-invalid-reset"))
      // A SYN of the matrix opens another connection then, whose SYN ACK may be lost for good.
      if loss == 0 { #expect(run.left.isEmpty) }
    }
  }

  @Test(arguments: [0, 0.05])
  func `a service that sends a FIN at once keeps its socket, so that all is seen`(
    _ loss: Double
  ) throws {
    for seed in UInt64(1)...3 {
      let run = try run(loss: loss, seed: seed) { $0.service = .closesAtOnce }
      #expect(run.mistakes(about: .linux) == [], "seed \(seed)")
      if loss == 0 { #expect(run.summary == "rfc5961-conformant") }
      #expect(run.summary == nil || run.summary == "rfc5961-conformant", "seed \(seed)")
      #expect(run.left.filter { $0.part == .connections }.isEmpty, "seed \(seed)")
    }
  }

  @Test(arguments: [0, 0.05])
  func `a service that sends megabytes sends no more than our window takes`(_ loss: Double) throws {
    for seed in UInt64(1)...3 {
      let run = try run(loss: loss, seed: seed) { $0.service = .streams(octets: 10_000_000) }
      #expect(run.mistakes(about: .linux) == [], "seed \(seed)")
      if loss == 0 { #expect(run.summary == "rfc5961-conformant") }
      #expect(run.survey.transcript.packets.count < 3_000, "seed \(seed)")
      #expect(run.left.filter { $0.part == .connections }.isEmpty, "seed \(seed)")
    }
  }

  @Test func `a host with room for three connections is asked with fewer at once`() throws {
    let run = try run { $0.room = 3 }
    #expect(run.mistakes(about: .linux) == [])
    #expect(run.mostConnections <= 3)
    #expect(run.left.isEmpty)
  }

  @Test func `a host that shuts us out after a while is said nothing false of`() throws {
    for patience in [20, 27, 34] {
      let run = try run { $0.patience = patience }
      #expect(run.mistakes(about: .linux) == [], "after \(patience)")
      #expect(run.conclusion.connections?.failures.isEmpty == false)
      #expect(run.summary == nil || run.summary == "rfc5961-conformant")
      // Each SYN is repeated for some seconds, but not for every segment of the matrix.
      #expect(run.timing.elapsed < .seconds(10))
      #expect(run.left.isEmpty)
    }
  }

  @Test func `challenge ACKs that all connections share are missed without being misread`() throws {
    // The example of RFC 5961, section 7: most are used up before the last is asked for.
    let run = try run { $0.limit = .init(10, in: .seconds(5), isShared: true) }
    #expect(run.grades.allSatisfy { $0 == .mitigated || $0 == .inconclusive })
    #expect(run.summary == nil)
  }
}
