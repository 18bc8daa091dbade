extension Substring {
  /// The number of terminal columns that the text takes.
  fileprivate var displayWidth: Int {
    isPrintableASCII ? utf8.count : unicodeScalars.reduce(0) { $0 + $1.displayWidth }
  }
}

extension String {
  /// The number of terminal columns that the text takes.
  package var displayWidth: Int { self[...].displayWidth }

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
    while copy.utf8.last == UInt8(ascii: " ") { copy.unicodeScalars.removeLast() }
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
    for word in utf8.split(separator: UInt8(ascii: " ")) {
      for piece in Self.pieces(of: Substring(word), width: width) {
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
  private static func pieces(of word: Substring, width: Int) -> [Substring] {
    guard word.displayWidth > width else { return [word] }
    var pieces: [Substring] = []
    var start = word.startIndex
    var used = 0
    for index in word.unicodeScalars.indices {
      let length = word.unicodeScalars[index].displayWidth
      if used + length > width {
        pieces.append(word[start..<index])
        start = index
        used = 0
      }
      used += length
    }
    pieces.append(word[start...])
    return pieces
  }
}

extension StringProtocol {
  /// Whether all of it is printable ASCII, as most texts are: it takes a column for each octet.
  var isPrintableASCII: Bool { utf8.allSatisfy { (0x20...0x7e).contains($0) } }
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
