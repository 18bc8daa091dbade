import Foundation
import RSTTestSupport
import RSTWire
import Testing

@testable import RSTCore

/// The functions written without a C library, against the C library.
@Suite struct MathematicsTests {
  @Test(arguments: [1e-300, 1e-12, 0.001, 0.05, 0.5, 1, 1.5, 2, 2.718281828, 10, 12345.678, 1e300])
  func `the logarithm`(_ value: Double) {
    let expected = Foundation.log(value)
    #expect(abs(Double.logarithm(value) - expected) <= 1e-9 * max(1, abs(expected)))
  }

  @Test(arguments: [-50.0, -30, -5, -1, -0.1, 0, 0.1, 1, 3.3, 9, 50])
  func `the exponential, as exact as weights of evidence need it`(_ value: Double) {
    let expected = Foundation.exp(value)
    #expect(abs(Double.exponential(value) - expected) <= 1e-7 * expected)
  }

  @Test func `both at their ends`() {
    #expect(Double.logarithm(0) == -.infinity)
    #expect(Double.logarithm(-1) == -.infinity)
    #expect(Double.exponential(-1e9) == 0)
    #expect(Double.exponential(1e9) == .infinity)
    #expect(Double.power(0.5, 0) == 1)
    #expect(Double.power(0.5, 3) == 0.125)
  }

  @Test func `confidence rises with the evidence and is never certain`() {
    let scores = stride(from: -20.0, through: 20, by: 0.5).map(Calibration.confidence)
    #expect(zip(scores, scores.dropFirst()).allSatisfy { $0 < $1 })
    #expect(scores.allSatisfy { $0 > 0 && $0 < 1 })
    #expect(Calibration.confidence(0) == 0.5)
  }

  @Test func `shares leave something for none of the claims`() {
    let shares = Calibration.shares([3, 3, -4])
    #expect(shares[0] == shares[1])
    #expect(shares[2] < shares[0])
    #expect(shares.reduce(0, +) < 1)
    #expect(Calibration.shares([]).isEmpty)
    #expect(Calibration.shares([-50]).allSatisfy { $0 < 0.01 })
  }
}

@Suite struct CanaryTests {
  @Test func `canaries are values that a genuine answer has no reason to carry`() {
    var random = SplitMix(seed: 5)
    // The control classes CS5 and above, and EF, are left alone.
    #expect(Canary.codePoints.allSatisfy { (1..<40).contains($0) })
    #expect(Set(Canary.codePoints).count == Canary.codePoints.count)
    for _ in 0..<2_000 {
      #expect(Canary.identification(&random) != 0)
      #expect(Canary.window(&random) % 2 == 1)
      let label = Canary.flowLabel(&random)
      #expect((1...0xfffff).contains(label))
      #expect(label >> 8 & 0xff == label & 0xff)
    }
  }

  @Test func `they differ from attempt to attempt`() throws {
    let run = try SimulatedNetwork.path().run(81, .ipv4)
    let drafts = run.investigation.transcript.attempts.map(\.draft)
    #expect(Set(drafts.map(\.trafficClass)).count >= 8)
    #expect(Set(drafts.map(\.identification)).count >= drafts.count - 2)
  }

  @Test func `the generator gives the same numbers for the same seed`() {
    var first = SplitMix(seed: 9)
    var second = SplitMix(seed: 9)
    var other = SplitMix(seed: 10)
    let numbers = (0..<50).map { _ in first.next() }
    #expect(numbers == (0..<50).map { _ in second.next() })
    #expect(numbers != (0..<50).map { _ in other.next() })
  }

  @Test func `the tail of a binomial distribution`() {
    #expect(abs(Double.tail(5, of: 11, at: 0.1) - 0.002_751) < 1e-6)
    #expect(abs(Double.tail(0, of: 11, at: 0.3) - 1) < 1e-12)
    #expect(abs(Double.tail(11, of: 11, at: 0.5) - 1.0 / 2_048) < 1e-12)
  }
}
