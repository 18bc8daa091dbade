/// Text from outside, made safe for a terminal.
///
/// Host names, payloads, interface names and the words of other programs may hold escape sequences
/// that repaint a screen, or marks that turn the direction of writing around. Every text that
/// reaches a terminal passes through here: controls (C0, DEL, C1), format characters (bidirectional
/// overrides, zero-width characters, tags), and line and paragraph separators are taken out.
public struct Sanitised: Hashable, Sendable, CustomStringConvertible {
  /// The text without what could act on a terminal; it has no line breaks.
  public let text: String

  /// The longest text that is kept, in Unicode scalars; what follows is cut off, marked by "...".
  public static let limit = 4096

  /// Makes a text safe; line breaks and tabs become one space each.
  public init(_ raw: String) {
    guard raw.utf8.count > Self.limit || !raw.isPrintableASCII else {
      text = raw
      return
    }
    var scalars = String.UnicodeScalarView()
    var count = 0
    for scalar in raw.unicodeScalars {
      guard let safe = Self.replacement(for: scalar) else { continue }
      guard count < Self.limit else {
        scalars.append(contentsOf: "...".unicodeScalars)
        break
      }
      scalars.append(safe)
      count += 1
    }
    text = String(scalars)
  }

  /// The safe text.
  public var description: String { text }

  /// Whether a scalar may act on a terminal instead of being shown.
  static func isActive(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return scalar.value < 0x20 || scalar.value == 0x7f }
    return switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: true
    default: false
    }
  }

  /// What stands in place of a scalar; nil when nothing does.
  private static func replacement(for scalar: Unicode.Scalar) -> Unicode.Scalar? {
    guard isActive(scalar) else { return scalar }
    switch scalar {
    case "\t", "\n", "\r", "\u{2028}", "\u{2029}": return " "
    default: return nil
    }
  }
}
