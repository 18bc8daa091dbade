extension String {
  /// The number of terminal columns that the text takes.
  package var displayWidth: Int { unicodeScalars.reduce(0) { $0 + $1.displayWidth } }

  /// The text with spaces before it, up to `width` columns.
  func aligned(right width: Int) -> String {
    String(repeating: " ", count: max(0, width - displayWidth)) + self
  }

  /// The text with spaces behind it, up to `width` columns.
  func aligned(left width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - displayWidth))
  }

  /// The text without spaces at its end.
  package var trimmedEnd: String {
    var copy = self
    while copy.last == " " { copy.removeLast() }
    return copy
  }

  /// The text without spaces at either end.
  package var trimmed: String { String(drop(while: { $0 == " " })).trimmedEnd }

  /// The text in lines of at most `width` columns, broken between words.
  ///
  /// Only a word that is longer than a line is broken inside. The result is never empty.
  package func wrapped(to width: Int) -> [String] {
    let width = max(2, width)
    var lines: [String] = []
    var line = ""
    var used = 0
    for word in split(separator: " ", omittingEmptySubsequences: true) {
      for piece in Self.pieces(of: word, width: width) {
        let length = piece.displayWidth
        if used > 0, used + 1 + length > width {
          lines.append(line)
          line = ""
          used = 0
        }
        if used > 0 {
          line += " "
          used += 1
        }
        line += piece
        used += length
      }
    }
    if used > 0 || lines.isEmpty { lines.append(line) }
    return lines
  }

  /// A word, cut where it is longer than a line.
  private static func pieces(of word: Substring, width: Int) -> [String] {
    var pieces: [String] = []
    var piece = String.UnicodeScalarView()
    var used = 0
    for scalar in word.unicodeScalars {
      let length = scalar.displayWidth
      if used + length > width {
        pieces.append(String(piece))
        piece = String.UnicodeScalarView()
        used = 0
      }
      piece.append(scalar)
      used += length
    }
    pieces.append(String(piece))
    return pieces
  }
}

extension Unicode.Scalar {
  /// The number of terminal columns that the scalar takes: 0, 1 or 2.
  ///
  /// Unicode Standard Annex 11 (East Asian Width), by blocks: terminals differ in the details.
  var displayWidth: Int {
    switch value {
    case 0x20..<0x300: return 1
    case 0x1100...0x115f, 0x2e80...0x303e, 0x3041...0xa4cf, 0xac00...0xd7a3, 0xf900...0xfaff,
      0xfe30...0xfe6f, 0xff00...0xff60, 0xffe0...0xffe6, 0x1f300...0x1f64f, 0x1f900...0x1f9ff,
      0x20000...0x3fffd:
      return 2
    default:
      switch properties.generalCategory {
      case .nonspacingMark, .enclosingMark, .control, .format: return 0
      default: return 1
      }
    }
  }
}
