/// A page as Markdown, for tickets: the same words as on a terminal, and packets as tables.
public struct MarkdownLayout {
  private var blocks: [Block] = []
  /// How the last ladder is read: it is said once.
  private var legend = ""

  private struct Block {
    var text: String
    /// Whether it goes on in the list that the one before belongs to.
    var isItem = false
  }

  /// How many packets of an exchange are shown: a ticket is no place for more.
  static let mostRows = 24

  /// Lays a page out.
  ///
  /// - Parameters:
  ///   - page: What is said.
  ///   - others: Where the packets are that are not shown, as a sentence without a full stop.
  public init(_ page: Page, others: String) {
    var isAfterBlank = true
    for (place, entry) in page.entries.enumerated() {
      switch entry {
      case .blank: break
      case .paragraph(let paragraph):
        if place == 0 {
          add("## " + Markdown.escaped(paragraph.text))
        } else if paragraph.isHeading(afterBlank: isAfterBlank) {
          add("### " + Markdown.escaped(paragraph.text))
        } else {
          write(paragraph)
        }
      case .row(let cells, _, let text, _):
        let label = Markdown.escaped(cells.trimmed)
        add("- **\(label)** \(Markdown.escaped(text))", isItem: true)
      case .ladder(let ladder): write(ladder, others)
      }
      isAfterBlank = entry == .blank
    }
  }

  /// The document, ending with a line break.
  public var text: String {
    var text = ""
    for (place, block) in blocks.enumerated() {
      if place > 0 { text += block.isItem && blocks[place - 1].isItem ? "\n" : "\n\n" }
      text += block.text
    }
    return text + "\n"
  }

  private mutating func add(_ text: String, isItem: Bool = false) {
    blocks.append(Block(text: text, isItem: isItem))
  }

  private mutating func write(_ paragraph: Page.Paragraph) {
    guard !paragraph.text.isEmpty else { return }
    if !paragraph.label.isEmpty {
      let label = Markdown.escaped(paragraph.label.trimmed)
      add("- **\(label)** \(Markdown.escaped(paragraph.text))", isItem: true)
    } else if paragraph.role == .strong {
      add("**\(Markdown.escaped(paragraph.text))**")
    } else {
      add(Markdown.beginning(paragraph.text))
    }
  }

  private mutating func write(_ ladder: PacketLadder, _ others: String) {
    if let title = ladder.title(others: others) { add("### " + Markdown.escaped(title)) }
    guard !ladder.exchanges.isEmpty else { return }
    if ladder.legend != legend { add(Markdown.escaped(ladder.legend)) }
    legend = ladder.legend
    for exchange in ladder.exchanges {
      add("**\(Markdown.escaped(exchange.title))**")
      let shown = exchange.rows(atMost: Self.mostRows)
      if !shown.isEmpty { add(Self.table(shown, ladder.columns)) }
      let left = exchange.rows.count - shown.count
      if left > 0 { add("and \(Words.count(left, "packet")) more; \(Markdown.escaped(others))") }
      if let remark = exchange.remark { add(Markdown.beginning(remark)) }
    }
  }

  private static func table(_ rows: [LadderRow], _ columns: [LadderRow.Column]) -> String {
    func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }
    let head = [
      line(columns.map(\.title) + ["decides", "meaning"]),
      "|" + String(repeating: "---|", count: columns.count + 2),
    ]
    let body = rows.map { row in
      line((row.cells + [row.isDeciding ? "yes" : "", row.note]).map(Markdown.escaped))
    }
    return (head + body).joined(separator: "\n")
  }
}

extension Page.Paragraph {
  /// Whether it heads what follows: a title, or what stands out behind an empty line.
  package func isHeading(afterBlank: Bool) -> Bool {
    switch role {
    case .title: true
    case .good, .notable, .bad: afterBlank && indent == 0
    case .body, .strong, .faint: false
    }
  }
}

extension PacketLadder.Exchange {
  /// So many rows in their order: those that decide before others.
  package func rows(atMost limit: Int) -> [LadderRow] {
    guard rows.count > limit else { return rows }
    let deciding = rows.indices.filter { rows[$0].isDeciding }
    let order = deciding + rows.indices.filter { !rows[$0].isDeciding }
    return order.prefix(limit).sorted().map { rows[$0] }
  }
}
