/// What a report says, in its order, before anybody decides how it looks: the text for terminals,
/// the Markdown for tickets and the page of a bundle are made from the same one.
///
/// Everything written is sanitised here and nowhere else.
public struct Page: Hashable, Sendable {
  /// A piece of a report.
  public enum Entry: Hashable, Sendable {
    /// One empty line, unless there is one already.
    case blank
    /// Text that is wrapped to the width that there is.
    case paragraph(Paragraph)
    /// Cells that are laid out already, in columns of a terminal, with text beside them.
    case row(cells: String, indent: Int, text: String, role: Style.Role)
    /// Packets, as a part of the report with a title of its own.
    case ladder(PacketLadder)
  }

  /// A paragraph with a label before its first line ("+", "1").
  public struct Paragraph: Hashable, Sendable {
    /// What it says.
    public var text: String
    /// Its margin, in columns.
    public var indent: Int
    /// What stands before it; empty for nothing.
    public var label: String
    /// What it is.
    public var role: Style.Role
  }

  /// The width in columns.
  let width: Int
  /// How emphasis is shown.
  let style: Style
  /// What was written.
  public private(set) var entries: [Entry] = []

  init(width: Int, style: Style) {
    self.width = width
    self.style = style
  }

  /// A page as it is wanted, of 80 to 120 columns.
  init(_ options: TextReportOptions) {
    self.init(width: min(max(options.width, 80), 120), style: options.colour ? .ansi : .plain)
  }

  /// The page as one text that ends with a line break.
  public var text: String { TextLayout(self).text }

  /// Leaves one empty line, unless there is one already.
  package mutating func blank() { entries.append(.blank) }

  /// The title of a section, after an empty line.
  mutating func title(_ text: String) {
    blank()
    paragraph(text, role: .title)
  }

  /// A paragraph wrapped to the width, with a label before its first line ("+", "1").
  package mutating func paragraph(
    _ text: String, indent: Int = 0, label: String = "", role: Style.Role = .body
  ) {
    entries.append(
      .paragraph(
        Paragraph(
          text: Sanitised(text).text, indent: indent, label: Sanitised(label).text, role: role)))
  }

  /// A line that is laid out already, with text wrapped in the columns behind it.
  mutating func row(
    _ cells: String, indent: Int = 0, text: String, role: Style.Role = .body
  ) {
    entries.append(
      .row(
        cells: Sanitised(cells).text, indent: indent, text: Sanitised(text).text, role: role))
  }

  /// Packets, which are sanitised by whoever made their rows.
  mutating func ladder(_ ladder: PacketLadder) { entries.append(.ladder(ladder)) }

  /// Adds what another page says.
  mutating func append(_ other: Page) { entries += other.entries }
}
