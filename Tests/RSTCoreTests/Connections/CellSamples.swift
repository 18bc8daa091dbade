@testable import RSTCore

/// Observations written down by hand, to be read as the readings read them.
///
/// Packets have numbers that the test may refer to: 90 is the answer to the old octet.
extension CellObservation {
  static func alive(
    _ cell: Cell, acknowledgements: [Int] = [], resets: [Int] = [], others: [Int] = [],
    isAccepted: Bool = false, isLate: Bool = false
  ) -> Self {
    var observation = Self(
      cell: cell, attempt: 0, packets: [1], acknowledgements: acknowledgements, resets: resets,
      others: others, liveness: .alive, livenessPacket: 90, isAccepted: isAccepted,
      isClosedByPeer: false)
    observation.isLate = isLate
    return observation
  }

  /// Answered by an acknowledgement, and it lives.
  static func challenged(_ cell: Cell) -> Self { alive(cell, acknowledgements: [2]) }

  /// Not answered, and it lives.
  static func ignored(_ cell: Cell) -> Self { alive(cell) }

  /// What it carried was taken.
  static func accepted(_ cell: Cell) -> Self {
    alive(cell, acknowledgements: [2], isAccepted: true)
  }

  /// Answered by a reset, and it lives.
  static func resetByAnother(_ cell: Cell) -> Self { alive(cell, resets: [2]) }

  static func gone(_ cell: Cell, resets: [Int] = []) -> Self {
    Self(
      cell: cell, attempt: 0, packets: [1], acknowledgements: [], resets: resets, others: [],
      liveness: .gone, livenessPacket: 90, isAccepted: false, isClosedByPeer: false)
  }

  /// Answered by a reset, and it is gone.
  static func reset(_ cell: Cell) -> Self { gone(cell, resets: [2]) }

  /// Nothing came for anything.
  static func unknown(_ cell: Cell) -> Self {
    Self(
      cell: cell, attempt: 0, packets: [1], acknowledgements: [], resets: [], others: [],
      liveness: .unknown, livenessPacket: nil, isAccepted: false, isClosedByPeer: false)
  }

  /// The observations from which a cell is read like that.
  static func showing(
    _ outcome: MatrixReading.Outcome, _ cell: Cell, proof: Int = 4
  ) -> [Self] {
    switch outcome {
    case .challengeACK: [challenged(cell)]
    case .ignored: Array(repeating: ignored(cell), count: proof)
    case .closes: Array(repeating: gone(cell), count: proof)
    case .reset: Array(repeating: reset(cell), count: 2)
    case .accepted: [accepted(cell)]
    case .deviceReset: Array(repeating: resetByAnother(cell), count: 2)
    case .inconclusive: [unknown(cell)]
    }
  }
}

extension MatrixReading {
  /// A matrix with these outcomes.
  static func having(_ outcomes: [Cell: Outcome]) -> MatrixReading {
    var results = SessionResults()
    results.proof = ConnectionSuite.proofWithoutLoss
    for cell in Cell.allCases {
      if let outcome = outcomes[cell] {
        results.cells += CellObservation.showing(outcome, cell, proof: results.proof)
      }
    }
    return MatrixReading(results)
  }
}
