import Testing

@testable import RSTCore

/// The grades that a matrix earns, and the summary that the grades earn.
///
/// VOCABULARY, section 4.
@Suite struct ConformanceTests {
  /// A stack as RFC 5961 wants it.
  private static let sound: [Cell: MatrixReading.Outcome] = [
    .resetExact: .closes, .resetNext: .challengeACK, .resetMiddle: .challengeACK,
    .resetEdge: .challengeACK, .synExact: .challengeACK, .synMiddle: .challengeACK,
    .synBeyond: .challengeACK, .synOld: .challengeACK, .dataHole: .accepted,
    .dataAckOld: .challengeACK, .dataAckNew: .challengeACK, .dataAckFar: .challengeACK,
    .finWithoutAck: .ignored,
  ]

  /// The same with some cells changed.
  private func grades(
    isRationed: Bool = false, _ changes: [Cell: MatrixReading.Outcome?] = [:]
  ) -> Conformance {
    var outcomes = Self.sound
    for (cell, outcome) in changes { outcomes[cell] = outcome }
    return Conformance(.having(outcomes), isRationed: isRationed)
  }

  private func word(_ conformance: Conformance) -> String? {
    ConformanceSummary.word(conformance)?.rawValue
  }

  @Test func `a sound stack is mitigated in everything, and conformant`() {
    let grades = grades()
    #expect(
      [grades.reset, grades.syn, grades.data, grades.fin].map(\.grade)
        == Array(repeating: .mitigated, count: 4))
    #expect(word(grades) == "rfc5961-conformant")
  }

  @Test func `nothing tested is graded nothing`() {
    let grades = Conformance(MatrixReading(SessionResults()))
    #expect(
      [grades.reset, grades.syn, grades.data, grades.fin].map(\.grade)
        == Array(repeating: .notTested, count: 4))
    #expect(word(grades) == nil)
  }

  @Test(arguments: [Cell.resetMiddle, .resetEdge], [MatrixReading.Outcome.closes, .reset])
  func `any reset inside the window that ends it makes rst vulnerable`(
    _ cell: Cell, _ outcome: MatrixReading.Outcome
  ) {
    let grades = grades([cell: outcome])
    // No receiver answers a reset by a reset: it closes in either reading.
    #expect(grades.reset.grade == .vulnerable)
    #expect(grades.reset.cells == [cell])
    #expect(word(grades) == "rfc5961-vulnerable")
  }

  @Test func `the number one above the exact one alone is told, and makes no grade`() {
    let grades = grades([.resetNext: .closes])
    #expect(grades.reset.grade == .mitigated)
    #expect(grades.reset.detail.contains("taken too"))
    #expect(word(grades) == "rfc5961-conformant")
  }

  @Test func `resets inside the window that are ignored are silent, and the summary partial`() {
    for change in [
      [Cell.resetMiddle: MatrixReading.Outcome?.some(.ignored), .resetEdge: .ignored],
      [.resetNext: .ignored], [.resetEdge: .ignored],
    ] {
      let grades = grades(change)
      #expect(grades.reset.grade == .silent)
      #expect(word(grades) == "rfc5961-partial")
    }
  }

  @Test(arguments: [Cell.synExact, .synMiddle, .synBeyond, .synOld])
  func `a SYN that ends it makes syn vulnerable, one that is ignored silent`(_ cell: Cell) {
    for outcome in [MatrixReading.Outcome.reset, .closes] {
      #expect(grades([cell: outcome]).syn.grade == .vulnerable)
      #expect(word(grades([cell: outcome])) == "rfc5961-vulnerable")
    }
    #expect(grades([cell: .ignored]).syn.grade == .silent)
    #expect(word(grades([cell: .ignored])) == "rfc5961-partial")
  }

  @Test func `a grade that is not clear leaves the summary open, unless another is enough`() {
    #expect(grades([.synOld: .inconclusive]).syn.grade == .inconclusive)
    #expect(word(grades([.synOld: .inconclusive])) == nil)
    #expect(
      word(grades([.synOld: .inconclusive, .resetMiddle: .closes])) == "rfc5961-vulnerable")
    #expect(word(grades([.synOld: .inconclusive, .dataAckOld: .accepted])) == nil)
  }

  @Test func `of a vulnerable and an unclear cell the vulnerable one is the grade`() {
    #expect(
      grades([.synOld: .inconclusive, .synExact: .reset]).syn.grade == .vulnerable)
  }

  @Test func `a cell of a grade that was not asked leaves it open`() {
    #expect(grades([.synOld: nil]).syn.grade == .inconclusive)
  }

  @Test func `somebody else's reset leaves the grade open`() {
    #expect(grades([.resetMiddle: .deviceReset]).reset.grade == .inconclusive)
    #expect(grades([.finWithoutAck: .deviceReset]).fin.grade == .inconclusive)
  }

  @Test(arguments: [Cell.dataAckOld, .dataAckNew, .dataAckFar])
  func `data with a bad ACK that is taken makes data vulnerable, and the summary partial`(
    _ cell: Cell
  ) {
    let grades = grades([cell: .accepted])
    #expect(grades.data.grade == .vulnerable)
    #expect(word(grades) == "rfc5961-partial")
  }

  @Test func `too old and too new stay apart in the words`() {
    let detail = grades([.dataAckOld: .accepted]).data.detail
    #expect(detail == "too old: accepted; too new: challenge-ack")
  }

  @Test func `where nothing behind a hole is kept, data is open, but for what was taken`() {
    #expect(grades([.dataHole: .challengeACK]).data.grade == .inconclusive)
    #expect(grades([.dataHole: .inconclusive]).data.grade == .inconclusive)
    #expect(
      grades([.dataHole: .inconclusive, .dataAckOld: .accepted]).data.grade == .vulnerable)
  }

  @Test(
    arguments: zip(
      [MatrixReading.Outcome.ignored, .challengeACK, .accepted, .closes, .reset, .inconclusive],
      [Grade.mitigated, .mitigated, .vulnerable, .vulnerable, .vulnerable, .inconclusive]))
  func `a FIN without ACK`(_ outcome: MatrixReading.Outcome, _ grade: Grade) {
    let grades = grades([.finWithoutAck: outcome])
    #expect(grades.fin.grade == grade)
    // It makes no part of the summary.
    #expect(word(grades) == "rfc5961-conformant")
  }

  @Test func `where challenge ACKs are rationed for all, a silence makes no grade`() {
    let rationed = grades(isRationed: true, [.synOld: .ignored, .resetEdge: .ignored])
    #expect(rationed.syn.grade == .inconclusive)
    #expect(rationed.reset.grade == .inconclusive)
    #expect(rationed.data.grade == .mitigated)
    #expect(grades(isRationed: true, [.synOld: .reset]).syn.grade == .vulnerable)
  }
}
