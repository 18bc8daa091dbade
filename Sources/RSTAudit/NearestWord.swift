/// Finds the word that somebody may have meant.
enum NearestWord {
  /// A hint that names the nearest of some words where one is near, else all of them where they are
  /// few.
  static func hint(for word: String, among words: [String]) -> String {
    if let nearest = nearest(to: word, among: words) { return "did you mean '\(nearest)'?" }
    return words.count <= 12 ? "there are \(words.joined(separator: ", "))" : ""
  }

  /// The word with the fewest changes, where those are a third of it at most.
  static func nearest(to word: String, among words: [String]) -> String? {
    let word = Array(word.lowercased().unicodeScalars.prefix(64))
    let ranked = words.map { ($0, distance(word, Array($0.unicodeScalars))) }
    guard let best = ranked.min(by: { $0.1 < $1.1 }), best.1 <= max(1, best.0.count / 3) else {
      return nil
    }
    return best.0
  }

  /// How many letters have to be added, taken away, changed, or exchanged with the next one.
  ///
  /// Damerau 1964, Levenshtein 1966.
  static func distance(_ first: [Unicode.Scalar], _ second: [Unicode.Scalar]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...second.count)
    for (row, letter) in first.enumerated() {
      var next = [row + 1]
      for (column, other) in second.enumerated() {
        var least = min(
          last[column] + (letter == other ? 0 : 1), last[column + 1] + 1, next[column] + 1)
        if row > 0, column > 0, letter == second[column - 1], first[row - 1] == other {
          least = min(least, beforeLast[column - 1] + 1)
        }
        next.append(least)
      }
      (beforeLast, last) = (last, next)
    }
    return last[second.count]
  }
}
