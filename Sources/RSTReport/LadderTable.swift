/// The layout of the ladder in text: each column as wide as its widest cell.
struct LadderTable {
  private let columns: [LadderRow.Column]
  private let widths: [Int]

  /// Measures the columns.
  init(columns: [LadderRow.Column], rows: [LadderRow]) {
    self.columns = columns
    widths = columns.indices.map { column in
      rows.reduce(columns[column].title.displayWidth) { max($0, $1.cells[column].displayWidth) }
    }
  }

  /// The line above the rows.
  var header: String { line(columns.map(\.title)) }

  /// Below the arrow: the note begins where the flags do.
  var noteIndent: Int { widths.prefix(3).reduce(3, +) }

  /// The cells of a row in their columns.
  func line(_ cells: [String]) -> String {
    zip(cells, zip(columns, widths)).map { cell, layout in
      layout.0.isLeading ? cell.aligned(left: layout.1) : cell.aligned(right: layout.1)
    }
    .joined(separator: " ")
  }
}
