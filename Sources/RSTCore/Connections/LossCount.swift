/// Questions on connections that are always answered, and how many of them got none.
struct LossCount: Hashable, Sendable {
  /// How many were asked.
  var asked = 0
  /// How many of them or of their answers were lost.
  var lost = 0

  static func += (total: inout Self, more: Self) {
    total.asked += more.asked
    total.lost += more.lost
  }

  /// The chance that a question gets no answer, estimated high while there are few.
  var rate: Double { Double(lost + 1) / Double(asked + 10) }

  /// How many silences chance brings so seldom that they show something: 1 to 8.
  ///
  /// More would be asked than a path is worth that loses a third of everything.
  var attemptsForProof: Int { Double.tooManyInARow(at: rate, most: 8) }
}
