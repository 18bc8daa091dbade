/// Text for Markdown.
enum Markdown {
  /// Text that Markdown shows as it is, and that calls nobody's attention.
  ///
  /// CommonMark 0.31, section 2.4: any punctuation may be escaped; GFM, section 4.10: pipes in
  /// tables; section 6.9: what looks like an address becomes a link.
  static func escaped(_ text: String) -> String {
    var result = ""
    for character in Sanitised(text).text {
      switch character {
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "&": result += "&amp;"
      // No backslash keeps a name from being called; a space of no width does not survive either.
      case "@": result += "&#64;"
      case "$": result += "&#36;"
      case "\\", "`", "*", "_", "{", "}", "[", "]", "#", "|", "!", "~": result += "\\\(character)"
      default: result.append(character)
      }
    }
    return result.replacing("://", with: "&#58;//").replacing("www.", with: "www&#46;")
  }

  /// The same for the beginning of a block, where a mark or a number would begin a list, and a line
  /// of equals signs a heading.
  ///
  /// CommonMark 0.31, sections 4.3 and 5.2.
  static func beginning(_ text: String) -> String {
    let safe = escaped(text)
    let number = safe.prefix { $0.isNumber }
    let rest = safe.dropFirst(number.count)
    guard let mark = rest.first, number.isEmpty ? "-+=".contains(mark) : ".)".contains(mark) else {
      return safe
    }
    return "\(number)\\\(rest)"
  }
}
