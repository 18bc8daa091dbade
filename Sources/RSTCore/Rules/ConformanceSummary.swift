extension FindingCode {
  /// RST, SYN and data are mitigated as RFC 5961 asks.
  public static let rfc5961Conformant = Self(rawValue: "rfc5961-conformant")
  /// Between conformant and vulnerable.
  public static let rfc5961Partial = Self(rawValue: "rfc5961-partial")
  /// A reset or a SYN inside the window ends the connection.
  public static let rfc5961Vulnerable = Self(rawValue: "rfc5961-vulnerable")
}

/// The summary of the grades: one of three words, and none where a grade is missing or unclear.
///
/// VOCABULARY, section 4. RFC 5961, sections 3 to 6.
struct ConformanceSummary: Rule {
  let code: FindingCode

  func claim(_ seen: Observations) -> Claim? {
    guard let sessions = Sessions(seen) else { return nil }
    let conformance = sessions.conformance
    guard Self.word(conformance) == code else { return nil }
    var claim = Claim(
      code, responder: .host, phase: .data, explanation: Self.explanation(code),
      nextStep: Self.nextStep(code))
    for mark in conformance.decisive where code != .rfc5961Vulnerable || mark.grade == .vulnerable {
      for cell in mark.cells {
        guard let entry = conformance.matrix[cell] else { continue }
        claim.add(entry, 2, source: Self.source(cell))
      }
    }
    return claim
  }

  /// The word that the grades earn; nil where one of them is not clear, unless another is enough.
  static func word(_ conformance: Conformance) -> FindingCode? {
    if conformance.reset.grade == .vulnerable || conformance.syn.grade == .vulnerable {
      return .rfc5961Vulnerable
    }
    let grades = conformance.decisive.map(\.grade)
    guard !grades.contains(.inconclusive), !grades.contains(.notTested) else { return nil }
    return grades.allSatisfy { $0 == .mitigated } ? .rfc5961Conformant : .rfc5961Partial
  }

  private static func explanation(_ code: FindingCode) -> String {
    switch code {
    case .rfc5961Conformant:
      "Who does not see this connection can neither reset it nor put data into it by guessing: what "
        + "is not exact is answered by a challenge ACK and changes nothing."
    case .rfc5961Vulnerable:
      "Who does not see this connection can end it: a reset or a SYN whose number merely lies inside "
        + "the window is believed."
    default:
      "A blind reset or SYN does not end a connection, but the rest of RFC 5961 is not met: see which "
        + "segments are taken, or ignored without a challenge ACK."
    }
  }

  private static func nextStep(_ code: FindingCode) -> String {
    switch code {
    case .rfc5961Conformant: "Nothing to do."
    case .rfc5961Vulnerable:
      "Update the TCP stack, or protect long-lived connections (BGP, tunnels) by TCP-AO or GTSM."
    default: "Compare the matrix with what the stack's vendor promises."
    }
  }

  private static func source(_ cell: Cell) -> String {
    switch cell.group {
    case .reset: "RFC 5961, section 3.2"
    case .syn: "RFC 5961, section 4.2"
    case .data: "RFC 5961, section 5.2"
    case .fin, .other: "RFC 9293, section 3.10.7.4"
    }
  }
}
