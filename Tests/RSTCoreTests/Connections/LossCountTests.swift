import Testing

@testable import RSTCore

/// How often a silence is asked, by what the connections of the same run have lost.
@Suite struct LossCountTests {
  /// A tenth lost each way is a fifth of the exchanges; a twentieth is a tenth.
  @Test(arguments: [(40, 0, 3), (40, 5, 6), (40, 8, 7), (40, 20, 8)])
  func `the more is lost, the more silences it takes`(asked: Int, lost: Int, attempts: Int) {
    #expect(LossCount(asked: asked, lost: lost).attemptsForProof == attempts)
  }

  @Test func `few questions show no path without loss`() {
    #expect(LossCount(asked: 2, lost: 0).rate > LossCount(asked: 20, lost: 0).rate)
  }
}
