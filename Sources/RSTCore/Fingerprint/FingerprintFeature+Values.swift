/// What a feature may say, and what the RFCs let one expect of it.
extension FingerprintFeature {
  /// What stands where nothing was measured, or nothing clear.
  public static let unknown = "?"

  /// The values that it may have, `unknown` apart; `BehaviourFingerprint` says what they mean.
  public var values: Set<String> {
    switch self {
    case .closedACK, .listenACK: ["R", "Ra", "RA+0", "C", "-"]
    case .closedFIN, .closedXmas, .closedNull, .closedSYNFIN, .closedSYN, .listenFIN, .listenNull,
      .listenXmas, .listenSYNFIN:
      ["R", "Ra", "RA+0", "RA+1", "RA+2", "SA", "S", "C", "-"]
    case .resetWindow: ["0", "probe", "other"]
    case .resetTOS, .resetTrafficClass: ["copied", "0", "other"]
    case .resetIdentification: ["0D", "0", "iD", "i"]
    case .resetRoute: ["echoed", "none"]
    case .resetFlowLabel: ["own", "0", "probe"]
    case .challengeRate: ["2/s", "3-6/s", "none"]
    case .secondSYNInWindow, .secondSYNBeyond, .halfOpenResetExact, .halfOpenResetInWindow,
      .halfOpenBadACK:
      ["C", "R", "SA", "SAr", "-", "K"]
    case .resetNext, .resetMiddle, .resetEdge, .resetRightEdge, .resetExact, .resetBeyond,
      .resetBefore, .resetFar, .resetWrongACK, .synExact, .synMiddle, .synBeyond, .synOld, .synACK,
      .ackNew, .firstDataAckBefore, .dataHole, .dataAckOld, .dataAckNew, .dataAckFar,
      .finWithoutACK, .noFlags:
      ["C", "-", "K", "RK", "D"]
    }
  }

  /// What a stack does that follows RFC 9293 and RFC 5961, or that does what nearly all do; nil
  /// where no RFC and no majority says.
  ///
  /// Agreement with these is no reason to name a stack: many that nobody has listed do the same.
  var expected: Set<String>? {
    switch self {
    // RFC 9293, sections 3.5.2 and 3.10.7.1.
    case .closedACK, .listenACK: ["R"]
    case .closedFIN, .closedXmas, .closedSYN: ["RA+1"]
    case .closedNull: ["RA+0"]
    case .closedSYNFIN: ["RA+2"]
    // Section 3.10.7.2; many drop SYN+FIN on purpose.
    case .listenFIN, .listenNull, .listenXmas: ["-"]
    case .listenSYNFIN: ["SA", "-"]
    // No RFC, but most stacks.
    case .resetWindow, .resetTOS, .resetTrafficClass: ["0"]
    case .resetRoute, .challengeRate: ["none"]
    // RFC 6864 and RFC 6437 leave both ways open.
    case .resetIdentification, .resetFlowLabel: nil
    // RFC 5961, section 3.2, with erratum 4845 on the right edge.
    case .resetNext, .resetMiddle, .resetEdge: ["C"]
    case .resetRightEdge, .resetBeyond, .resetBefore, .resetFar: ["-"]
    case .resetExact, .resetWrongACK: ["K"]
    // Section 4.2.
    case .synExact, .synMiddle, .synBeyond, .synOld, .synACK: ["C"]
    // RFC 9293, section 3.10.7.4; RFC 5961, section 5.2 is a MAY.
    case .ackNew, .dataAckNew, .dataAckFar: ["C"]
    case .dataAckOld: ["C", "D"]
    case .firstDataAckBefore, .dataHole: ["D"]
    case .finWithoutACK, .noFlags: ["-"]
    // SYN-RECEIVED, passive open.
    case .secondSYNInWindow, .halfOpenResetExact: ["K"]
    case .secondSYNBeyond: ["C"]
    case .halfOpenResetInWindow: ["C", "K"]
    case .halfOpenBadACK: ["R"]
    }
  }
}
