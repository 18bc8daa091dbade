import RSTWire

/// A forged reset has a maker, and it may have had no effect: where a comparison proves the one, the other
/// is said beside it.
enum IgnoredForgery {
  /// What is said of a connection's resets, with the causes that were found.
  static func finding(_ resets: [(seen: ResetCase, cause: Finding)]) -> Finding? {
    for (seen, cause) in resets where cause.code == .injectedReset {
      guard case .between = seen.origin, var claim = IgnoredReset().claim(seen) else { continue }
      claim.responder = cause.responder
      let confidence = Calibration.confidence(claim.score)
      if confidence >= 0.5 { return Finding(claim, confidence: confidence) }
    }
    return nil
  }
}
