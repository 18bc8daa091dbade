import RSTCore

/// The text of one file of a policy, held against limits before a parser sees it.
///
/// A policy may come from anybody: nesting, lines and aliases are bounded, so that nothing grows
/// without end while it is read.
struct PolicyText {
  /// The file's name.
  let file: String
  /// The lines, as Unicode scalars without their ends.
  private(set) var lines: [[Unicode.Scalar]]

  /// The most octets of a file: 256 KiB.
  static let octets = 262_144
  /// The longest line, in Unicode scalars: deep nesting takes long lines.
  static let lineLength = 1_000
  /// How deep brackets may be nested.
  static let depth = 32
  /// How many aliases there may be: 16 can make a file some 360 times as large, no more.
  static let aliases = 16

  /// Reads octets.
  ///
  /// - Parameters:
  ///   - octets: UTF-8.
  ///   - file: The file's name.
  /// - Throws: `PolicyMistake` at the first place where a limit is passed.
  init(_ octets: [UInt8], file: String) throws(PolicyMistake) {
    self.file = file
    let start = PolicyPlace(file: file, line: 1, column: 1)
    guard octets.count <= Self.octets else {
      throw PolicyMistake(
        at: start, "the file has more than \(Self.octets / 1_024) KiB",
        hint: "spread it over several files and include them")
    }
    guard let text = String(validating: octets, as: UTF8.self) else {
      throw PolicyMistake(at: start, "the file is not UTF-8", hint: "save it as UTF-8")
    }
    lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map {
      $0.last == "\r" ? Array($0.dropLast()) : Array($0)
    }
    try check()
  }

  private func check() throws(PolicyMistake) {
    var depth = 0
    var aliases = 0
    for (number, line) in lines.enumerated() {
      func mistake(_ column: Int, _ problem: String, hint: String = "") -> PolicyMistake {
        PolicyMistake(
          at: PolicyPlace(file: file, line: number + 1, column: column + 1), problem, hint: hint)
      }
      guard line.count <= Self.lineLength else {
        throw mistake(Self.lineLength, "the line has more than \(Self.lineLength) characters")
      }
      for (column, scalar) in line.enumerated() {
        switch scalar {
        case "[", "{":
          depth += 1
          if depth > Self.depth {
            throw mistake(column, "brackets are nested more than \(Self.depth) deep")
          }
        case "]", "}":
          depth = max(depth - 1, 0)
        case "*" where Self.mayBeginAlias(line, column):
          aliases += 1
          if aliases > Self.aliases {
            throw mistake(
              column, "there are more than \(Self.aliases) aliases",
              hint: "variables do the same: $NAME")
          }
        case _ where Self.isForbidden(scalar):
          throw mistake(
            column, "a control character (U+\(String(scalar.value, radix: 16, uppercase: true)))")
        default:
          break
        }
      }
    }
  }

  private static func mayBeginAlias(_ line: [Unicode.Scalar], _ column: Int) -> Bool {
    guard column + 1 < line.count, line[column + 1] != " " else { return false }
    guard column > 0 else { return true }
    return " \t[{,:-?".unicodeScalars.contains(line[column - 1])
  }

  /// Controls, and what YAML 1.1 takes for the end of a line although no editor shows one.
  private static func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value < 0x20 && scalar != "\t" || (0x7f...0x9f).contains(scalar.value)
      || scalar.value == 0x2028 || scalar.value == 0x2029
  }

  /// The whole text.
  var text: String {
    var view = String.UnicodeScalarView()
    for line in lines {
      view.append(contentsOf: line)
      view.append("\n")
    }
    return String(view)
  }

  /// Changes one scalar of the text.
  ///
  /// - Returns: What stood there; nil where the place is none of a letter.
  mutating func replace(line: Int, column: Int, with scalar: Unicode.Scalar) -> Unicode.Scalar? {
    guard lines.indices.contains(line - 1), lines[line - 1].indices.contains(column - 1) else {
      return nil
    }
    let before = lines[line - 1][column - 1]
    guard before.properties.isAlphabetic || before == "_" || before == "$" else { return nil }
    lines[line - 1][column - 1] = scalar
    return before
  }

  /// What stands at a place; nil where nothing does.
  func scalar(line: Int, column: Int) -> Unicode.Scalar? {
    guard lines.indices.contains(line - 1), lines[line - 1].indices.contains(column - 1) else {
      return nil
    }
    return lines[line - 1][column - 1]
  }
}
