import RSTReport

/// Packets as a sequence diagram in the words of Mermaid.
struct MermaidDiagram {
  /// The diagram, ending with a line break.
  private(set) var text = "sequenceDiagram\n"

  /// The short names of the ends, by what they are.
  private var names: [String: String] = [:]
  private var packets = 0

  /// How many packets are drawn, and how many of one exchange: Mermaid takes 50 000 characters.
  private static let most = (packets: 200, inExchange: 24)

  /// Draws the packets that a page shows.
  init(_ page: Page) {
    for case .ladder(let ladder) in page.entries {
      for exchange in ladder.exchanges where packets < Self.most.packets {
        draw(exchange, of: ladder)
      }
    }
    if names.isEmpty { text += "  participant p0 as \(Self.escaped("no packets"))\n" }
  }

  private mutating func draw(_ exchange: PacketLadder.Exchange, of ladder: PacketLadder) {
    let near = participant(ladder.near)
    let far = participant(ladder.far)
    func note(_ words: String) {
      text += "  Note over \(near),\(far): \(Self.escaped(words))\n"
    }
    note(exchange.title)
    let rows = exchange.rows(atMost: Self.most.inExchange)
    for row in rows {
      let other = row.sender.map { participant($0) } ?? far
      let (from, to) = row.isOutward ? (near, far) : (other, near)
      let arrow = row.isDeciding ? "->>" : "-->>"
      text += "  \(from)\(arrow)\(to): \(Self.escaped(Self.words(of: row, ladder.columns)))\n"
    }
    packets += rows.count
    let left = exchange.rows.count - rows.count
    if left > 0 { note("and \(Words.count(left, "packet")) more") }
    if let remark = exchange.remark { note(remark) }
  }

  /// The short name of an end; one that is new is declared.
  private mutating func participant(_ name: String) -> String {
    if let known = names[name] { return known }
    let short = "p\(names.count)"
    names[name] = short
    text += "  participant \(short) as \(Self.escaped(name))\n"
    return short
  }

  private static func words(of row: LadderRow, _ columns: [LadderRow.Column]) -> String {
    let cells = zip(columns, row.cells).filter { !$0.0.title.isEmpty }
      .map { column, cell in column.title == "flags" ? cell : "\(column.title) \(cell)" }
    return cells.joined(separator: " ") + (row.note.isEmpty ? "" : " (\(row.note))")
  }

  /// Text in which nothing is a sign of Mermaid, of its directives or of HTML: what is no letter, digit
  /// or harmless mark becomes a character reference.
  ///
  /// mermaid.js.org/syntax/sequenceDiagram, "Entity codes to escape characters".
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in Sanitised(text).text.unicodeScalars {
      switch scalar {
      case "a"..."z", "A"..."Z", "0"..."9", " ", ".", ",", "/", "(", ")", "=", "+", "-":
        result.unicodeScalars.append(scalar)
      default:
        // Letters of other scripts are no signs of anything.
        if scalar.properties.isAlphabetic, !scalar.isASCII {
          result.unicodeScalars.append(scalar)
        } else {
          result += "#\(scalar.value);"
        }
      }
    }
    return result
  }
}
