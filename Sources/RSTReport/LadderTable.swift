/// The layout of the ladder: each column as wide as its widest cell.
struct LadderTable {
  private let columns: [LadderRow.Column]
  private let widths: [Int]

  /// From this many columns on, the note stands beside its row, not below.
  private static let leastNoteWidth = 30

  /// Measures the columns.
  init(columns: [LadderRow.Column], rows: [LadderRow]) {
    self.columns = columns
    widths = columns.indices.map { column in
      rows.reduce(columns[column].title.displayWidth) { max($0, $1.cells[column].displayWidth) }
    }
  }

  /// The line above the rows.
  var header: String { line(columns.map(\.title)) }

  /// Writes a row with its note: beside it where there is room, else below.
  func write(_ row: LadderRow, to page: inout Page) {
    let cells = line(row.cells)
    if page.width - cells.displayWidth - 2 >= Self.leastNoteWidth {
      page.row(cells, text: row.note, role: .faint)
    } else {
      page.row(cells, text: "")
      if !row.note.isEmpty { page.paragraph(row.note, indent: noteIndent, role: .faint) }
    }
  }

  /// Below the arrow: the note begins where the flags do.
  private var noteIndent: Int { widths.prefix(3).reduce(3, +) }

  private func line(_ cells: [String]) -> String {
    zip(cells, zip(columns, widths)).map { cell, layout in
      layout.0.isLeading ? cell.aligned(left: layout.1) : cell.aligned(right: layout.1)
    }
    .joined(separator: " ")
  }
}
