/// How evidence becomes confidence: fitted on one half of the lab's scenarios, checked on the other.
///
/// The sums of evidence are log-odds in intent; the temperature says how much less certain they are
/// in truth. `Tests/RSTCoreTests/CalibrationTests.swift` keeps the promise.
public enum Calibration {
  /// Divides the sums of evidence.
  public static let temperature = 1.3

  /// The confidence that a sum of evidence earns, 0...1.
  static func confidence(_ score: Double) -> Double {
    1 / (1 + Double.exponential(-score / temperature))
  }

  /// The shares of claims that exclude each other, and what is left for none of them.
  static func shares(_ scores: [Double]) -> [Double] {
    let powers = scores.map { Double.exponential($0 / temperature) }
    let total = powers.reduce(1, +)
    return powers.map { $0 / total }
  }
}
