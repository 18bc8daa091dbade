import RSTReport

/// A page as the template of the HTML report sees it: by the names of its members.
///
/// A name means one thing wherever it stands, since what a part lacks is looked for in the whole.
struct Sheet {
  /// What heads the report.
  var headline = ""
  /// Whether that is good, notable or bad; "body" for neither.
  var tone = "body"
  var style: String
  var sections = [Section()]
  /// How the last ladder is read.
  private var legend = ""
  /// The files beside it, with what they are for.
  var files = BundleFile.Name.allCases.map { File(name: $0.rawValue, purpose: $0.purpose) }

  struct File {
    var name: String
    var purpose: String
  }

  struct Section {
    var heading: String?
    var headingTone = "title"
    /// For the style sheet: "path" gets a look of its own.
    var mark = ""
    var blocks: [Block] = []
  }

  /// One of these.
  struct Block {
    var prose: Prose?
    var marks: Items?
    var pairs: Items?
    var figures: Figures?
  }

  struct Prose {
    var words: String
    var kind: String
  }

  struct Items {
    var items: [Item]
  }

  /// Text with a label; the sign of a mark says how it is drawn.
  struct Item {
    var label: String
    var words: String
    var level: Int
    var kind: String
    /// Whether the label is laid out in columns of letters of one width.
    var isLaidOut = false
  }

  struct Figures {
    /// How it is read; where that was said before, nil.
    var note: String?
    var exchanges: [Figure]
    /// How many exchanges are not shown.
    var rest: String?
  }

  struct Figure {
    var caption: String
    var picture: LadderPicture?
    var remark: String?
  }

  /// How many exchanges of a ladder are drawn, and how many packets of one.
  private static let most = (exchanges: 60, packets: 40)

  /// Takes what a page says.
  init(_ page: Page, style: String) {
    self.style = style
    var isAfterBlank = true
    for (place, entry) in page.entries.enumerated() {
      switch entry {
      case .blank: break
      case .paragraph(let paragraph):
        if place == 0 {
          headline = paragraph.text
          tone = paragraph.role.rawValue
        } else if paragraph.isHeading(afterBlank: isAfterBlank) {
          begin(paragraph.text, paragraph.role)
        } else {
          add(paragraph)
        }
      case .row(let cells, _, let text, let role):
        add(
          Item(
            label: cells.trimmedEnd, words: text, level: 0, kind: role.rawValue, isLaidOut: true),
          to: \.pairs)
      case .ladder(let ladder): add(ladder)
      }
      isAfterBlank = entry == .blank
    }
  }

  private mutating func begin(_ heading: String, _ role: Style.Role) {
    sections.append(
      Section(
        heading: heading, headingTone: role.rawValue, mark: heading == "Path" ? "path" : ""))
  }

  private mutating func append(_ block: Block) {
    sections[sections.count - 1].blocks.append(block)
  }

  private mutating func add(_ paragraph: Page.Paragraph) {
    let kind = paragraph.role.rawValue
    let item = Item(
      label: paragraph.label.trimmed, words: paragraph.text, level: paragraph.indent / 2,
      kind: kind)
    switch item.label {
    case "": append(Block(prose: Prose(words: paragraph.text, kind: kind)))
    case "+", "-", "=>", "!", "~": add(item, to: \.marks)
    default: add(item, to: \.pairs)
    }
  }

  /// Items of a kind that follow each other are one list, or one table.
  private mutating func add(_ item: Item, to kind: WritableKeyPath<Block, Items?>) {
    let section = sections.count - 1
    let last = sections[section].blocks.count - 1
    if last >= 0, sections[section].blocks[last][keyPath: kind] != nil {
      sections[section].blocks[last][keyPath: kind]?.items.append(item)
    } else {
      var block = Block()
      block[keyPath: kind] = Items(items: [item])
      append(block)
    }
  }

  private mutating func add(_ ladder: PacketLadder) {
    if let title = ladder.title(others: BundleFile.Name.others) { begin(title, .title) }
    guard !ladder.exchanges.isEmpty else { return }
    let figures = ladder.exchanges.prefix(Self.most.exchanges).map { exchange in
      let rows = exchange.rows(atMost: Self.most.packets)
      let left = exchange.rows.count - rows.count
      let more = left > 0 ? "and \(Words.count(left, "packet")) more" : nil
      let remarks = [exchange.remark, more].compactMap(\.self)
      return Figure(
        caption: exchange.title, picture: rows.isEmpty ? nil : LadderPicture(rows, of: ladder),
        remark: remarks.isEmpty ? nil : remarks.joined(separator: "; "))
    }
    let left = ladder.exchanges.count - figures.count
    let isNew = ladder.legend != legend
    legend = ladder.legend
    append(
      Block(
        figures: Figures(
          note: isNew ? legend + " A diamond marks the packets that decide." : nil,
          exchanges: figures,
          rest: left > 0 ? "and \(Words.count(left, "exchange")) more" : nil)))
  }
}
