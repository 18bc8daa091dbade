import RSTCore

/// What a comparison of two captures says, for people.
extension CaptureText {
  /// What holds for both captures as a whole, after an empty line.
  func section(_ comparison: Comparison) -> Page {
    var page = Page(options)
    page.blank()
    page.paragraph("Comparison", role: .title)
    page.paragraph(Self.connections(comparison), indent: 2)
    page.paragraph(Self.clock(comparison.clock), indent: 2)
    page.paragraph("segments: \(Self.counts(comparison.totals))", indent: 2)
    let left = comparison.leftOut.first + comparison.leftOut.second
    if left > 0 {
      page.paragraph(
        "\(Words.count(left, "connection")) not compared: there were too many "
          + "(--max-connections)", indent: 2, label: "!")
    }
    for kind in PathChange.Kind.allCases {
      guard let (count, example) = comparison.changes[kind] else { continue }
      page.paragraph(
        "\(kind.rawValue) changed on \(Words.count(count, "connection")), such as "
          + Self.sentence(example), indent: 2, label: "~")
    }
    return page
  }

  /// What holds for one connection.
  func write(_ comparison: ConnectionComparison, to page: inout Page) {
    if let there = comparison.counterpart {
      page.paragraph(
        "in the second file \(Words.endpoint(there.client)) -> \(Words.endpoint(there.server)), "
          + "from frame \(there.firstFrame)", indent: 2)
      for side in Side.allCases {
        page.paragraph(
          "from the \(side.rawValue): \(Self.counts(comparison.side(side)))", indent: 4)
      }
    } else {
      page.paragraph("not in the second file", indent: 2)
    }
    for change in comparison.changes {
      page.paragraph("\(change.kind.rawValue): \(Self.sentence(change))", indent: 4, label: "~")
    }
    for compared in comparison.findings {
      write(compared.finding, head: compared.finding.code.rawValue, to: &page)
      for (place, frames) in [
        ("first", compared.firstFrames), ("second", compared.secondFrames),
      ] where !frames.isEmpty {
        page.paragraph(Self.filter(frames), indent: 4, label: "Wireshark, \(place) file:")
      }
    }
  }

  private static func connections(_ comparison: Comparison) -> String {
    let paired = comparison.paired.values.reduce(0, +)
    let ways = comparison.paired.sorted { $0.key < $1.key }
      .map { "\($0.value) by \($0.key.replacing("-", with: " "))" }
    return
      "\(Words.count(paired, "connection")) in both files"
      + (ways.isEmpty ? "" : " (\(ways.joined(separator: ", ")))")
      + ", \(comparison.onlyFirst) in the first alone, \(comparison.onlySecond) in the second alone"
  }

  private static func clock(_ clock: ClockOffset) -> String {
    guard !clock.isContradictory else {
      return "the clocks do not agree with each other: one was set, or runs faster"
    }
    switch (clock.low, clock.high) {
    case (let low?, let high?):
      return "the second clock is ahead by \(milliseconds(low)) to \(milliseconds(high)) ms"
    case (let low?, nil): return "the second clock is ahead by \(milliseconds(low)) ms at least"
    case (nil, let high?): return "the second clock is ahead by \(milliseconds(high)) ms at most"
    case (nil, nil): return "how the clocks differ is not known"
    }
  }

  private static func milliseconds(_ duration: Duration) -> String {
    "\((duration.milliseconds * 1000).rounded() / 1000)"
  }

  private static func counts(_ side: SideComparison) -> String {
    let counts = [
      (side.passed, "passed"), (side.lost, "lost"), (side.neverSent, "never sent"),
      (side.doubled, "doubled"), (side.recut, "cut anew"), (side.missed, "missed by a capture"),
      (side.undecided, "undecided"),
    ]
    let said = counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
    return said.isEmpty ? "none" : said.joined(separator: ", ")
  }

  private static func sentence(_ change: PathChange) -> String {
    "\(change.before) -> \(change.after) from the \(change.side.rawValue)"
  }
}
