import Testing

@testable import RSTCore

/// How one cell is read from all the times that it was asked.
@Suite struct MatrixReadingTests {
  /// What is read where a silence has to be seen four times.
  private func outcome(
    _ observations: CellObservation..., isEndedByService: Bool = false
  ) -> MatrixReading.Outcome? {
    read(observations, isEndedByService: isEndedByService)?.outcome
  }

  private func read(
    _ observations: [CellObservation], isEndedByService: Bool = false
  ) -> MatrixReading.Entry? {
    var results = SessionResults()
    results.proof = 4
    results.cells = observations
    if isEndedByService {
      results.holds = [
        HoldObservation(
          attempt: 0, isControl: true, round: 1, planned: .seconds(1), held: .zero, survived: .zero,
          events: [.init(kind: .reset, after: .zero, packet: 5)], liveness: .gone, answer: nil,
          questions: 0, packets: [])
      ]
    }
    return MatrixReading(results).entries.first
  }

  @Test func `a cell that was not asked is not there`() {
    #expect(read([]) == nil)
    #expect(MatrixReading(SessionResults())[.resetFar] == nil)
  }

  @Test func `one acknowledgement from a living connection is certain`() {
    #expect(outcome(.challenged(.synOld)) == .challengeACK)
  }

  @Test func `a SYN ACK once more is an answer too`() {
    #expect(outcome(.alive(.synOld, others: [2])) == .challengeACK)
  }

  @Test func `an acknowledgement that may be another's has to come twice`() {
    let late = CellObservation.alive(.synOld, acknowledgements: [2], isLate: true)
    #expect(outcome(late) == .inconclusive)
    #expect(outcome(late, late) == .challengeACK)
    #expect(outcome(late, .challenged(.synOld)) == .challengeACK)
  }

  @Test func `a silence is believed when it was seen often enough`() {
    let silent = CellObservation.ignored(.noFlags)
    #expect(outcome(silent, silent, silent) == .inconclusive)
    #expect(outcome(silent, silent, silent, silent) == .ignored)
  }

  @Test func `where packets get lost, a lone silence among segments that are challenged is open`() {
    func outcome(_ silent: [Cell], proof: Int) -> MatrixReading.Outcome? {
      var results = SessionResults()
      results.proof = proof
      results.cells = [Cell.resetNext, .resetMiddle, .resetEdge].flatMap { cell in
        (0..<proof).map { _ in silent.contains(cell) ? .ignored(cell) : .challenged(cell) }
      }
      return MatrixReading(results)[.resetNext]?.outcome
    }
    #expect(outcome([.resetNext], proof: 5) == .inconclusive)
    #expect(outcome([.resetNext], proof: ConnectionSuite.proofWithoutLoss) == .ignored)
    // Two of them are no chance.
    #expect(outcome([.resetNext, .resetMiddle], proof: 5) == .ignored)
  }

  @Test func `an acknowledgement among silences leaves it open`() {
    let silent = CellObservation.ignored(.resetEdge)
    #expect(outcome(silent, .challenged(.resetEdge)) == .inconclusive)
    #expect(outcome(silent, silent, silent, .challenged(.resetEdge)) == .inconclusive)
    #expect(
      outcome(silent, .challenged(.resetEdge), .challenged(.resetEdge)) == .challengeACK)
  }

  @Test func `one that is gone is believed the second time only, but for an exact reset`() {
    #expect(outcome(.gone(.resetExact)) == .closes)
    #expect(outcome(.gone(.resetMiddle)) == .inconclusive)
    #expect(outcome(.gone(.resetMiddle), .gone(.resetMiddle)) == .closes)
  }

  @Test func `what is no reset has to end connections without a word often`() {
    let gone = CellObservation.gone(.synExact)
    #expect(outcome(gone, gone) == .inconclusive)
    #expect(outcome(gone, gone, gone, gone) == .closes)
  }

  @Test func `a reset that was lost once counts as one beside two that were not`() {
    #expect(outcome(.reset(.synExact)) == .inconclusive)
    #expect(outcome(.reset(.synExact), .reset(.synExact)) == .reset)
    #expect(outcome(.reset(.synExact), .reset(.synExact), .gone(.synExact)) == .reset)
  }

  @Test func `but a reset beside as many silent ends may be for a doubled segment`() {
    #expect(outcome(.reset(.synExact), .gone(.synExact)) == .inconclusive)
  }

  @Test func `no reset is answered by a reset, so one that comes is for what came later`() {
    #expect(outcome(.reset(.resetMiddle), .reset(.resetMiddle)) == .closes)
  }

  @Test func `now this and now that is inconclusive, and says what was seen`() throws {
    let entry = try #require(
      read([.challenged(.resetNext), .gone(.resetNext), .unknown(.resetNext)]))
    #expect(entry.outcome == .inconclusive)
    #expect(entry.doubt.contains("challenge-ack 1 times"))
    #expect(entry.doubt.contains("closes 1 times"))
    #expect(entry.doubt.contains("no answer to any question 1 times"))
    #expect(entry.observations.count == 3)
  }

  @Test func `what was taken was taken, whatever else was seen`() {
    #expect(outcome(.accepted(.dataAckOld)) == .accepted)
    #expect(
      outcome(
        .challenged(.dataAckOld), .ignored(.dataAckOld), .accepted(.dataAckOld)) == .accepted)
  }

  @Test func `two resets on connections that live are somebody else's`() {
    let foreign = CellObservation.resetByAnother(.finWithoutAck)
    #expect(outcome(foreign) == .inconclusive)
    #expect(outcome(foreign, foreign) == .deviceReset)
    #expect(outcome(foreign, foreign, .ignored(.finWithoutAck)) == .deviceReset)
  }

  @Test func `no answer to any question says nothing`() {
    #expect(outcome(.unknown(.synOld), .unknown(.synOld), .unknown(.synOld)) == .inconclusive)
    #expect(outcome(.unknown(.synOld), .challenged(.synOld)) == .challengeACK)
  }

  @Test func `where the service resets connections, one that is gone says nothing`() throws {
    let gone = CellObservation.gone(.resetMiddle)
    let entry = try #require(read([gone, gone, gone], isEndedByService: true))
    #expect(entry.outcome == .inconclusive)
    #expect(entry.doubt == "the service resets connections by itself")
    let mixed = read([gone, gone, .challenged(.resetMiddle)], isEndedByService: true)
    #expect(mixed?.outcome == .challengeACK)
  }

  @Test func `where no connection ever stood, however many, no segment has ended one`() {
    var results = SessionResults()
    results.cells = Cell.allCases.flatMap { [CellObservation.gone($0), .gone($0)] }
    #expect(MatrixReading(results).entries.allSatisfy { $0.outcome == .inconclusive })
    results.cells.append(.challenged(.dataAckOld))
    #expect(MatrixReading(results)[.resetMiddle]?.outcome == .closes)
  }

  @Test func `entries stand in the order of the catalogue, with what agrees alone`() throws {
    var results = SessionResults()
    results.cells = [
      .challenged(.synOld), .gone(.resetExact), .unknown(.synOld), .challenged(.resetNext),
    ]
    let reading = MatrixReading(results)
    #expect(reading.entries.map(\.cell) == [.resetExact, .resetNext, .synOld])
    #expect(reading[.synOld]?.observations == [.challenged(.synOld)])
    #expect(reading[.synOld]?.observations.first?.evidence == [1, 2, 90])
  }
}
