import Testing

@testable import RSTCore

/// How a question to half-open connections is read from all the times that it was asked.
@Suite struct HalfOpenReadingTests {
  private typealias Observation = HalfOpenObservation

  private func seen(
    _ reaction: HalfOpenObservation.Reaction, _ liveness: Liveness
  ) -> HalfOpenObservation {
    HalfOpenObservation(
      question: .secondSYNBeyond, attempt: 0, answer: reaction == .ignored ? nil : 3,
      reaction: reaction, liveness: liveness, packets: [1])
  }

  /// What is read where a silence has to be seen four times.
  private func read(_ observations: HalfOpenObservation...) -> HalfOpenReading.Entry? {
    HalfOpenReading(observations, proof: 4)[.secondSYNBeyond]
  }

  @Test func `a question that was not asked is not there`() {
    #expect(HalfOpenReading([], proof: 4).entries.isEmpty)
  }

  @Test func `one answer is enough`() {
    for reaction in [Observation.Reaction.challengeACK, .reset, .restart] {
      let entry = read(seen(reaction, .alive))
      #expect(entry?.reaction == reaction)
      #expect(entry?.liveness == .alive)
    }
  }

  @Test func `a lost answer beside one that came is no contradiction`() {
    #expect(read(seen(.challengeACK, .gone), seen(.ignored, .alive))?.reaction == .challengeACK)
  }

  @Test func `two different answers leave it open, and three to one do not`() {
    let challenge = seen(.challengeACK, .alive)
    #expect(read(challenge, seen(.reset, .gone))?.reaction == nil)
    let entry = read(challenge, challenge, challenge, seen(.reset, .gone))
    #expect(entry?.reaction == .challengeACK)
    #expect(entry?.observations.count == 3)
  }

  @Test func `the first SYN ACK once more is an answer only where most draw it`() {
    let again = seen(.repeated, .alive)
    #expect(read(again)?.reaction == nil)
    #expect(read(again, again)?.reaction == .repeated)
    #expect(read(again, seen(.reset, .gone))?.reaction == .reset)
  }

  @Test func `silence of one that stands is believed when it was seen often enough`() {
    let silent = seen(.ignored, .alive)
    #expect(read(silent, silent, silent)?.reaction == nil)
    let entry = read(silent, silent, silent, silent)
    #expect(entry?.reaction == .ignored)
    #expect(entry?.liveness == .alive)
  }

  @Test func `a half-open connection does not go by itself, so that twice is enough`() {
    let gone = seen(.ignored, .gone)
    #expect(read(gone)?.reaction == nil)
    let entry = read(gone, gone)
    #expect(entry?.reaction == .ignored)
    #expect(entry?.liveness == .gone)
    #expect(read(gone, gone, seen(.ignored, .alive))?.reaction == nil)
    #expect(read(gone, gone, gone, seen(.ignored, .alive))?.liveness == .gone)
  }

  @Test func `where nothing shows whether it stands, nothing is read`() {
    let unknown = seen(.challengeACK, .unknown)
    let entry = read(unknown, unknown, unknown, unknown)
    #expect(entry?.reaction == nil)
    #expect(entry?.liveness == .unknown)
  }

  @Test func `whether it stands is said only where all agree`() {
    #expect(read(seen(.challengeACK, .alive), seen(.challengeACK, .gone))?.liveness == .unknown)
  }
}
