/// The two functions that the weights need, without a C library.
extension Double {
  /// The natural logarithm of a positive number, by halving to near 1 and the area tangent series.
  static func logarithm(_ value: Double) -> Double {
    guard value > 0 else { return -Double.infinity }
    let exponent = value.exponent
    let significand = value.significand
    // ln(m) = 2 artanh((m - 1) / (m + 1)), with m in 1..<2.
    let ratio = (significand - 1) / (significand + 1)
    var term = ratio
    var sum = 0.0
    for index in 0..<24 {
      sum += term / Double(2 * index + 1)
      term *= ratio * ratio
    }
    return Double(exponent) * 0.693_147_180_559_945_3 + 2 * sum
  }

  /// e to the power of a number.
  static func exponential(_ value: Double) -> Double {
    guard value > -700 else { return 0 }
    guard value < 700 else { return .infinity }
    // e^x = (e^(x/1024))^1024, the small power by its series.
    let small = value / 1024
    var result = 1 + small * (1 + small / 2 * (1 + small / 3 * (1 + small / 4 * (1 + small / 5))))
    for _ in 0..<10 { result *= result }
    return result
  }

  /// A number to a whole power of 0 or more.
  static func power(_ base: Double, _ exponent: Int) -> Double {
    (0..<exponent).reduce(1.0) { product, _ in product * base }
  }
}
