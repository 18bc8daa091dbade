import Testing

@testable import RSTCore

/// How long connections are left alone.
@Suite struct IdleLadderTests {
  @Test(arguments: [
    Duration.milliseconds(1), .seconds(5), .seconds(60), .seconds(241), .seconds(360),
    .seconds(3_600), .seconds(86_400),
  ])
  func `rungs rise to what was asked for, and are 14 at most`(_ longest: Duration) {
    let rungs = IdleLadder(upTo: longest).rungs
    #expect(rungs.last == longest)
    #expect((1...14).contains(rungs.count))
    #expect(zip(rungs, rungs.dropFirst()).allSatisfy { $0 < $1 })
    #expect(rungs.allSatisfy { $0 > .zero })
  }

  @Test(arguments: [Duration.seconds(360), .seconds(3_600), .seconds(86_400)])
  func `between any two known timeouts that show no moment lies a rung`(_ longest: Duration) {
    let rungs = IdleLadder(upTo: longest).rungs
    let marks = Set(KnownTimeout.all.filter(\.isSilentUntilAsked).map(\.duration))
      .filter { $0 < longest }.sorted()
    #expect(!marks.isEmpty)
    for (low, high) in zip([.zero] + marks, marks + [longest + .seconds(1)]) {
      #expect(rungs.contains { low < $0 && $0 < high }, "between \(low) and \(high)")
    }
  }

  @Test func `6 minutes tell 350 s from 240 s and from more`() {
    let rungs = IdleLadder(upTo: .seconds(360)).rungs
    #expect(rungs.contains { .seconds(240) < $0 && $0 < .seconds(350) })
    #expect(rungs.contains { .seconds(60) < $0 && $0 < .seconds(240) })
    #expect(rungs.contains { $0 <= .seconds(10) })
    #expect(rungs.count >= 8)
  }

  @Test func `5 seconds get an even ladder`() {
    let rungs = IdleLadder(upTo: .seconds(5)).rungs
    #expect(rungs == (1...8).map { .milliseconds(625 * $0) })
  }

  @Test func `a rung is not at a known timeout, where either side of it may be met`() {
    for longest in [Duration.seconds(400), .seconds(4_000), .seconds(80_000)] {
      let rungs = IdleLadder(upTo: longest).rungs.dropLast()
      for known in KnownTimeout.all where known.isSilentUntilAsked {
        #expect(
          !rungs.contains { known.duration * 0.97 < $0 && $0 < known.duration * 1.03 },
          "\(known.name)")
      }
    }
  }

  @Test func `a second round goes between what stood and what did not`() {
    let rungs = IdleLadder.refinement(above: .seconds(295), below: .seconds(360))
    #expect(rungs.count == 8)
    #expect(rungs.allSatisfy { .seconds(295) < $0 && $0 < .seconds(360) })
  }

  @Test func `a second round has nothing to do where the interval is narrow`() {
    #expect(IdleLadder.refinement(above: .seconds(3), below: .milliseconds(3_150)).isEmpty)
    #expect(IdleLadder.refinement(above: .seconds(3), below: .seconds(3)).isEmpty)
  }
}
