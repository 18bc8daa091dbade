import Testing

@testable import RSTCore

/// How many challenge ACKs there are, read from eight questions at once and three later ones.
///
/// RFC 5961, section 7.
@Suite struct ChallengeRateTests {
  private static let begun = Moment(nanoseconds: 5_000_000_000)

  private static func moment(_ milliseconds: Int) -> Moment { begun + .milliseconds(milliseconds) }

  /// A measurement where challenge ACKs came at these milliseconds; others of other connections too.
  private func rate(
    _ answered: [Int], others: [Int] = [], loss: Double = 0.05
  ) -> ChallengeRate? {
    var results = SessionResults()
    results.challengeRate = ChallengeRateObservation(
      attempt: 7,
      asked: (Array(repeating: 0, count: 8) + [280, 540, 1_080]).map(Self.moment),
      answered: answered.map(Self.moment), packets: Array(answered.indices), burst: 8)
    for index in others.indices {
      var cell = CellObservation.challenged(.synOld)
      cell.acknowledgements = [100 + index]
      results.cells.append(cell)
    }
    return ChallengeRate(results, lossRate: loss) { index in
      index >= 100 ? Self.moment(others[index - 100]) : nil
    }
  }

  @Test func `where nothing was measured or nothing came there is no rate`() {
    #expect(ChallengeRate(SessionResults(), lossRate: 0.05) { _ in nil } == nil)
    #expect(rate([]) == nil)
  }

  @Test func `one in 500 ms, as on Linux, is limited to about two in a second`() throws {
    let found = try #require(rate([20, 560, 1_100], others: [25, 120]))
    #expect(found.isLimited)
    #expect((1.8...2).contains(found.perSecond))
    #expect(found.scope == "connection")
    #expect(found.asked == 11)
    #expect(found.packets == [0, 1, 2])
    #expect(!found.isUsedUp)
  }

  @Test func `where all were answered there is no limit`() throws {
    let all = Array(repeating: 20, count: 8) + [300, 560, 1_100]
    let found = try #require(rate(all, others: [25]))
    #expect(!found.isLimited)
    #expect(found.scope == nil)
    #expect(abs(found.perSecond - 11 / 1.08) < 0.1)
  }

  @Test func `what loss alone leaves out is no limit`() throws {
    let some = Array(repeating: 20, count: 6) + [300, 560]
    #expect(try !#require(rate(some)).isLimited)
    #expect(try !#require(rate([20, 20, 20, 300, 560, 1_100], loss: 0.2)).isLimited)
    // Five of eleven: once in 500 runs where one in ten is lost.
    #expect(try !#require(rate([20, 20, 20, 20, 20, 1_100])).isLimited)
    #expect(try #require(rate([20, 20, 560, 1_100])).isLimited)
  }

  @Test func `a single answer of eleven is a limit`() throws {
    #expect(try #require(rate([20])).isLimited)
  }

  @Test func `the scope is not known where no other connection was answered meanwhile`() throws {
    #expect(try #require(rate([20, 560, 1_100])).scope == nil)
    // Before the measurement, and long after its beginning: neither is meanwhile.
    #expect(try #require(rate([20, 560, 1_100], others: [-50, 1, 700])).scope == nil)
  }

  @Test func `a ration that the first questions have used up is seen to be`() throws {
    let found = try #require(rate(Array(repeating: 20, count: 8)))
    #expect(found.isUsedUp)
    #expect(!found.isLimited)
  }
}
