/// A grade of VOCABULARY, section 4.
public enum Grade: String, Hashable, Sendable {
  /// As RFC 5961 (for FIN: RFC 9293) asks.
  case mitigated
  /// Open to the attack.
  case vulnerable
  /// Ignored without a challenge ACK: safe, not conformant.
  case silent
  /// Not tried.
  case notTested = "not-tested"
  /// Tried, and not clear.
  case inconclusive
}

/// The grades of RFC 5961 with what each rests on.
public struct Conformance: Hashable, Sendable {
  /// A grade and why.
  public struct Mark: Hashable, Sendable {
    /// The grade.
    public var grade: Grade
    /// What it rests on, in plain words.
    public var detail: String
    /// The cells that decide it.
    public var cells: [Cell]
  }

  /// RST inside the window and not exact: section 3.
  public let reset: Mark
  /// SYN in an established connection: section 4.
  public let syn: Mark
  /// Data with an acknowledgement out of range: section 5.
  public let data: Mark
  /// FIN without ACK: RFC 9293, section 3.10.7.4, fifth.
  public let fin: Mark
  /// The cells.
  public let matrix: MatrixReading

  /// Grades a matrix.
  ///
  /// - Parameters:
  ///   - matrix: The cells.
  ///   - isRationed: Whether all connections may share a ration of challenge ACKs, so that silence
  ///     need not be the stack's answer.
  public init(_ matrix: MatrixReading, isRationed: Bool = false) {
    self.matrix = matrix
    let syn = Self.worst(
      [.synExact, .synMiddle, .synBeyond, .synOld], matrix, bad: [.reset, .closes, .accepted])
    reset = Self.rationed(Self.resetMark(matrix), isRationed)
    self.syn = Self.rationed(syn, isRationed)
    data = Self.rationed(Self.dataMark(matrix), isRationed)
    fin = Self.finMark(matrix)
  }

  /// RFC 5961, section 7.
  private static func rationed(_ mark: Mark, _ isRationed: Bool) -> Mark {
    guard isRationed, mark.grade == .silent else { return mark }
    return Mark(
      grade: .inconclusive, detail: mark.detail + "; but challenge ACKs are rationed",
      cells: mark.cells)
  }

  /// The grades that make the summary.
  var decisive: [Mark] { [reset, syn, data] }

  /// One position next to the exact number is no window to hit by chance, so it is told and does not
  /// make the grade: OpenBSD takes RCV.NXT + 1.
  private static func resetMark(_ matrix: MatrixReading) -> Mark {
    let mark = worst([.resetMiddle, .resetEdge], matrix, bad: [.closes, .reset])
    guard mark.grade != .vulnerable, let next = matrix[.resetNext] else { return mark }
    switch next.outcome {
    case .closes, .reset:
      return Mark(
        grade: mark.grade,
        detail: mark.detail + "; the number one above the exact one is taken too",
        cells: mark.cells + [.resetNext])
    case .ignored where mark.grade == .mitigated:
      return Mark(
        grade: .silent, detail: "\(Cell.resetNext.summary) is ignored, the others are challenged",
        cells: [.resetNext])
    default:
      return mark
    }
  }

  /// Data behind a hole says nothing where the stack keeps nothing behind holes.
  private static func dataMark(_ matrix: MatrixReading) -> Mark {
    let mark = worst([.dataAckOld, .dataAckNew, .dataAckFar], matrix, bad: [.accepted])
    if let control = matrix[.dataHole], control.outcome != .accepted, mark.grade != .vulnerable,
      mark.grade != .notTested
    {
      return Mark(
        grade: .inconclusive,
        detail: "the control, \(Cell.dataHole.summary) with a good ACK, was not taken either",
        cells: [.dataHole])
    }
    let old = matrix[.dataAckOld].map { "too old: \($0.outcome.rawValue)" }
    let new = [matrix[.dataAckNew], matrix[.dataAckFar]].compactMap(\.self).map(\.outcome.rawValue)
    let words = [
      old, new.isEmpty ? nil : "too new: \(Set(new).sorted().joined(separator: " or "))",
    ]
    return Mark(
      grade: mark.grade, detail: words.compactMap(\.self).joined(separator: "; "),
      cells: mark.cells)
  }

  private static func finMark(_ matrix: MatrixReading) -> Mark {
    guard let entry = matrix[.finWithoutAck] else { return untested }
    let grade: Grade =
      switch entry.outcome {
      case .ignored, .challengeACK: .mitigated
      case .accepted, .closes, .reset: .vulnerable
      case .deviceReset, .inconclusive: .inconclusive
      }
    return Mark(grade: grade, detail: describe(entry), cells: [.finWithoutAck])
  }

  /// The worst of several cells, in the order vulnerable, silent, mitigated.
  private static func worst(
    _ cells: [Cell], _ matrix: MatrixReading, bad: Set<MatrixReading.Outcome>
  ) -> Mark {
    let entries = cells.compactMap { matrix[$0] }
    guard !entries.isEmpty else { return untested }
    func mark(_ grade: Grade, _ fitting: [MatrixReading.Entry]) -> Mark {
      Mark(
        grade: grade, detail: fitting.map(describe).joined(separator: "; "),
        cells: fitting.map(\.cell))
    }
    let vulnerable = entries.filter { bad.contains($0.outcome) }
    if !vulnerable.isEmpty { return mark(.vulnerable, vulnerable) }
    let unclear = entries.filter {
      $0.outcome == .inconclusive || $0.outcome == .deviceReset || $0.outcome == .closes
        || $0.outcome == .reset
    }
    if !unclear.isEmpty || entries.count < cells.count { return mark(.inconclusive, unclear) }
    let silent = entries.filter { $0.outcome == .ignored }
    return silent.isEmpty ? mark(.mitigated, entries) : mark(.silent, silent)
  }

  private static let untested = Mark(grade: .notTested, detail: "", cells: [])

  private static func describe(_ entry: MatrixReading.Entry) -> String {
    let doubt = entry.doubt.isEmpty ? "" : " (\(entry.doubt))"
    return "\(entry.cell.summary): \(entry.outcome.rawValue)\(doubt)"
  }
}
