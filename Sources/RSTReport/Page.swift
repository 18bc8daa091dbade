/// The page that a report is written on: paragraphs in, lines of a bounded width out.
///
/// Everything written is sanitised here and nowhere else.
struct Page {
  /// The width in columns.
  let width: Int
  /// How emphasis is shown.
  let style: Style
  /// The finished lines.
  private(set) var lines: [String] = []

  init(width: Int, style: Style) {
    self.width = width
    self.style = style
  }

  /// A page as it is wanted, of 80 to 120 columns.
  init(_ options: TextReportOptions) {
    self.init(width: min(max(options.width, 80), 120), style: options.colour ? .ansi : .plain)
  }

  /// The page as one text that ends with a line break.
  var text: String { lines.joined(separator: "\n") + "\n" }

  /// Leaves one empty line, unless there is one already.
  mutating func blank() {
    if let last = lines.last, !last.isEmpty { lines.append("") }
  }

  /// The title of a section, after an empty line.
  mutating func title(_ text: String) {
    blank()
    paragraph(text, role: .title)
  }

  /// A paragraph wrapped to the width, with a label before its first line ("+", "1").
  mutating func paragraph(
    _ text: String, indent: Int = 0, label: String = "", role: Style.Role = .body
  ) {
    let margin = String(repeating: " ", count: indent)
    let label = Sanitised(label).text
    let inset = label.isEmpty ? 0 : label.displayWidth + 1
    let wrapped = Sanitised(text).text.wrapped(to: width - indent - inset)
    for (number, line) in wrapped.enumerated() {
      let lead = number == 0 && inset > 0 ? label + " " : String(repeating: " ", count: inset)
      lines.append((margin + lead + style.applied(role, to: line)).trimmedEnd)
    }
  }

  /// A line that is laid out already, with text wrapped in the columns behind it.
  mutating func row(_ cells: String, text: String, role: Style.Role = .body) {
    let cells = Sanitised(cells).text
    let column = cells.displayWidth + 2
    let wrapped = text.isEmpty ? [] : Sanitised(text).text.wrapped(to: width - column)
    lines.append(
      wrapped.first.map { cells + "  " + style.applied(role, to: $0) } ?? cells.trimmedEnd)
    for line in wrapped.dropFirst() {
      lines.append(String(repeating: " ", count: column) + style.applied(role, to: line))
    }
  }
}
