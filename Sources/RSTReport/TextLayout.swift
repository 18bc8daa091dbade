/// A page in lines of a bounded width, for terminals.
struct TextLayout {
  /// The finished lines.
  private(set) var lines: [String] = []

  private let width: Int
  private let style: Style

  /// From this many columns on, the note of a packet stands beside its row, not below.
  private static let leastNoteWidth = 30

  /// Lays a page out.
  init(_ page: Page) {
    width = page.width
    style = page.style
    for entry in page.entries {
      switch entry {
      case .blank: blank()
      case .paragraph(let paragraph): write(paragraph)
      case .row(let cells, let indent, let text, let role):
        write(String(repeating: " ", count: indent) + cells, text, role)
      case .ladder(let ladder): write(ladder)
      }
    }
  }

  /// The lines as one text that ends with a line break.
  var text: String { lines.joined(separator: "\n") + "\n" }

  private mutating func blank() {
    if let last = lines.last, !last.isEmpty { lines.append("") }
  }

  private mutating func write(_ paragraph: Page.Paragraph) {
    write(
      paragraph.text, indent: paragraph.indent, label: paragraph.label, role: paragraph.role)
  }

  private mutating func write(
    _ text: String, indent: Int = 0, label: String = "", role: Style.Role = .body
  ) {
    let margin = String(repeating: " ", count: indent)
    let inset = label.isEmpty ? 0 : label.displayWidth + 1
    let wrapped = text.wrapped(to: width - indent - inset)
    for (number, line) in wrapped.enumerated() {
      let lead = number == 0 && inset > 0 ? label + " " : String(repeating: " ", count: inset)
      lines.append((margin + lead + style.applied(role, to: line)).trimmedEnd)
    }
  }

  private mutating func write(_ cells: String, _ text: String, _ role: Style.Role) {
    let column = cells.displayWidth + 2
    let wrapped = text.isEmpty ? [] : text.wrapped(to: width - column)
    lines.append(
      wrapped.first.map { cells + "  " + style.applied(role, to: $0) } ?? cells.trimmedEnd)
    for line in wrapped.dropFirst() {
      lines.append(String(repeating: " ", count: column) + style.applied(role, to: line))
    }
  }

  // MARK: - Packets

  private mutating func write(_ ladder: PacketLadder) {
    if let title = ladder.title(others: "--verbose shows the others too") {
      blank()
      write(title, role: .title)
    }
    guard !ladder.exchanges.isEmpty else { return }
    write(ladder.legend, role: .faint)
    let table = LadderTable(columns: ladder.columns, rows: ladder.exchanges.flatMap(\.rows))
    write(table.header, "", .body)
    for exchange in ladder.exchanges {
      write(exchange.title, role: .strong)
      for row in exchange.rows { write(row, table) }
      if let remark = exchange.remark { write(remark, indent: 5) }
    }
  }

  /// A row with its note: beside it where there is room, else below.
  private mutating func write(_ row: LadderRow, _ table: LadderTable) {
    let cells = table.line(row.cells)
    if width - cells.displayWidth - 2 >= Self.leastNoteWidth {
      write(cells, row.note, .faint)
    } else {
      write(cells, "", .body)
      if !row.note.isEmpty { write(row.note, indent: table.noteIndent, role: .faint) }
    }
  }
}
