import RSTReport

/// An exchange of packets as a drawing: two ends, and an arrow for each packet.
///
/// It is as wide as a phone, in units that are about one pixel there; text is set in a typeface whose
/// letters are all of one width, so that it is known what fits. The template makes SVG of it.
struct LadderPicture {
  /// A line from one point to another.
  struct Line {
    var kind: String
    var x1: Int
    var y1: Int
    var x2: Int
    var y2: Int
  }
  /// A shape by its corners.
  struct Shape {
    var kind: String
    var points: String
  }
  /// A piece of text, at its baseline.
  struct Label {
    var kind: String
    var x: Int
    var y: Int
    var words: String
  }

  /// What somebody hears who does not see it.
  let summary: String
  let width = Self.span
  private(set) var height = 0
  private(set) var bands: [Shape] = []
  private(set) var lines: [Line] = []
  private(set) var shapes: [Shape] = []
  private(set) var labels: [Label] = []

  static let span = 380
  /// Where the ends stand.
  private static let ends = (near: 62, far: 372)
  /// The sizes of text in units, as the style sheet has them; in the margin it is 9.
  private static let size = (text: 11, small: 10)

  /// How wide a text is at most, in units: letters of one width are 0.6 of their height.
  static func width(of text: String, size: Int) -> Int {
    (text.displayWidth * size * 62 + 99) / 100
  }

  /// Draws some packets.
  init(_ rows: [LadderRow], of ladder: PacketLadder) {
    summary = Words.count(rows.count, "packet") + " between \(ladder.near) and \(ladder.far)"
    var y = drawEnds(ladder)
    let top = y + 4
    y += 6
    for row in rows { y = draw(row, ladder.columns, below: y) }
    for x in [Self.ends.near, Self.ends.far] {
      lines.insert(Line(kind: "life", x1: x, y1: top, x2: x, y2: y), at: 0)
    }
    height = y + 2
  }

  /// Who is on the left and on the right: on one line where there is room.
  private mutating func drawEnds(_ ladder: PacketLadder) -> Int {
    let size = Self.size.text
    let isRoomy =
      Self.width(of: ladder.near, size: size) + Self.width(of: ladder.far, size: size) + 16
      <= Self.span
    labels.append(Label(kind: "end", x: 2, y: 12, words: ladder.near))
    labels.append(
      Label(kind: "end far", x: Self.span - 2, y: isRoomy ? 12 : 26, words: ladder.far))
    return isRoomy ? 14 : 28
  }

  /// Draws a packet, and says where the next one may begin.
  private mutating func draw(
    _ row: LadderRow, _ columns: [LadderRow.Column], below top: Int
  ) -> Int {
    let cells = Dictionary(
      zip(columns.map(\.title), row.cells), uniquingKeysWith: { first, _ in first })
    func words(_ titles: [String]) -> String {
      // A name and its value stay on one line.
      titles.compactMap { title in cells[title].map { "\(title)\u{a0}\($0)" } }
        .joined(separator: " ")
    }
    let flags = cells["flags"] ?? ""
    var kind = row.isDeciding ? "deciding" : ""
    if flags.contains("RST") { kind += " reset" }
    var y = top + 4
    for line in wrapped("\(flags) \(words(["seq", "ack", "len"]))", Self.size.text) {
      y += 13
      labels.append(Label(kind: "head \(kind)", x: Self.middle, y: y, words: line))
    }
    y += 8
    drawArrow(row, kind, at: y)
    labels.append(Label(kind: "margin", x: Self.ends.near - 8, y: y - 2, words: cells["#"] ?? ""))
    labels.append(
      Label(kind: "margin time", x: Self.ends.near - 8, y: y + 9, words: cells["ms"] ?? ""))
    y += 2
    let fields = words(["ttl", "id", "label", "win", "tos", "tc"])
    for line in wrapped(fields, Self.size.small) + wrapped(row.note, Self.size.small) {
      y += 12
      labels.append(Label(kind: "field", x: Self.middle, y: y, words: line))
    }
    y += 7
    if row.isDeciding {
      bands.append(Shape(kind: "band", points: Self.box(top + 1, y - 1)))
    }
    return y
  }

  /// From one end to the other; from the middle where neither of them sent it.
  private mutating func drawArrow(_ row: LadderRow, _ kind: String, at y: Int) {
    let end = row.isOutward ? Self.ends.far : Self.ends.near
    var start = row.isOutward ? Self.ends.near : Self.ends.far
    let back = row.isOutward ? -7 : 7
    if row.sender != nil {
      start = Self.middle
      shapes.append(Shape(kind: "device \(kind)", points: Self.diamond(start, y)))
    }
    lines.append(Line(kind: "arrow \(kind)", x1: start, y1: y, x2: end + back, y2: y))
    shapes.append(
      Shape(
        kind: "tip \(kind)",
        points: "\(end),\(y) \(end + back),\(y - 4) \(end + back),\(y + 4)"))
    if row.isDeciding { shapes.append(Shape(kind: "mark", points: Self.diamond(start, y))) }
  }

  private static var middle: Int { (ends.near + ends.far) / 2 }

  private static func diamond(_ x: Int, _ y: Int) -> String {
    "\(x - 5),\(y) \(x),\(y - 5) \(x + 5),\(y) \(x),\(y + 5)"
  }

  private static func box(_ top: Int, _ bottom: Int) -> String {
    "0,\(top) \(span),\(top) \(span),\(bottom) 0,\(bottom)"
  }

  /// Text in lines that fit between the ends; none for no text.
  private func wrapped(_ text: String, _ size: Int) -> [String] {
    let room = Self.ends.far - Self.ends.near - 16
    return text.isEmpty ? [] : text.wrapped(to: room * 100 / (size * 62))
  }
}
