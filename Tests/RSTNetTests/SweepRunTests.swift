import RSTCore
import RSTWire
import Testing

@testable import RSTNet

/// Sweeps over a cable between two namespaces.
@Suite(
  .serialized,
  .enabled(if: Namespaces.obstacle == nil, "\(Namespaces.obstacle ?? "namespaces")"))
struct SweepRunTests {
  @Test func `an interface that goes down in the middle costs nothing but time`() throws {
    let namespaces = try Namespaces()
    let target = try #require(IPAddress("192.0.2.2"))
    let space = try TargetSpace([AddressRange(target)], ports: PortList([20_000...22_999]))
    let request = SweepRun.Request(space: space, seed: 3, options: Sweep.Options(rate: 3000))
    var results: [SweepResult] = []
    let snapshot = try namespaces.inside(.a) {
      var run = try SweepRun(request)
      var isDown = false
      let ending = run.run { _ in
        if !isDown, !results.isEmpty { isDown = namespaces.run(.a, "ip link set va down") }
      } take: {
        results += $0
        return true
      }
      #expect(isDown)
      guard case .broken(let reason) = ending else {
        Issue.record("it ended with \(ending)")
        return run.snapshot
      }
      #expect(reason.contains("va"), "\(reason)")
      return run.snapshot
    }
    #expect((1..<3000).contains(results.count))
    #expect(snapshot.said == UInt64(results.count))
    try #require(namespaces.run(.a, "ip link set va up"))
    try namespaces.inside(.a) {
      var run = try SweepRun(request)
      let isResumed = run.resume(snapshot)
      #expect(isResumed)
      let ending = run.run { _ in
      } take: {
        results += $0
        return true
      }
      #expect(ending == .finished)
    }
    #expect(Set(results.map(\.endpoint)).count == 3000)
    #expect(results.count == 3000)
    #expect(results.allSatisfy { $0.verdict.port == .closed })
  }
}
