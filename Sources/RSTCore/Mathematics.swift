/// The few functions that the weights need, without a C library.
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
    return Double(exponent) * logarithmOfTwo + 2 * sum
  }

  /// e to the power of a number.
  static func exponential(_ value: Double) -> Double {
    guard value > -700 else { return 0 }
    guard value < 700 else { return .infinity }
    // e^x = 2^k e^r with |r| at most ln(2) / 2, and e^r by its series.
    let powers = (value / Self.logarithmOfTwo).rounded()
    let rest = value - powers * Self.logarithmOfTwo
    var term = 1.0
    var sum = 1.0
    for index in 1...16 {
      term *= rest / Double(index)
      sum += term
    }
    return Double(sign: .plus, exponent: Int(powers), significand: sum)
  }

  private static let logarithmOfTwo = 0.693_147_180_559_945_3

  /// A number to a whole power of 0 or more.
  static func power(_ base: Double, _ exponent: Int) -> Double {
    (0..<exponent).reduce(1.0) { product, _ in product * base }
  }

  /// How many events of one chance in a row are too many for chance: once in 100,000 times, or the most
  /// that are wanted.
  static func tooManyInARow(at chance: Double, most: Int) -> Int {
    (1..<most).first { power(chance, $0) <= 1e-5 } ?? most
  }

  /// The chance that at least so many of all happen, where each does so by itself with one chance.
  static func tail(_ least: Int, of all: Int, at chance: Double) -> Double {
    var sum = 0.0
    var ways = 1.0
    for count in 0...all {
      if count >= least { sum += ways * power(chance, count) * power(1 - chance, all - count) }
      ways *= Double(all - count) / Double(count + 1)
    }
    return sum
  }
}
