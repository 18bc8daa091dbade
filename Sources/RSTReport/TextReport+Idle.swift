import RSTCore

// MARK: - Idle holds

extension TextReport {
  /// What was left alone and for how long, a line each, and the timeouts that it may be.
  func writeIdle(to page: inout Page) {
    guard let reading = diagnosis.conclusion.connections?.idle, !reading.holds.isEmpty else {
      return
    }
    page.title("Connections left alone")
    let width = reading.holds.map { Self.seconds($0.planned).count }.max() ?? 0
    let longest = reading.holds.map(\.planned).max() ?? .zero
    for hold in reading.holds {
      let bar = Self.bar(hold, of: longest)
      page.row(
        Self.seconds(hold.planned).aligned(right: width) + "  " + bar, indent: 4,
        text: Self.words(hold), role: hold.liveness == .alive ? .body : .notable)
    }
    if diagnosis.idleResult == .inconclusive {
      page.paragraph(Self.doubt(reading), indent: 2)
      return
    }
    let likely = reading.likely(port: diagnosis.target.port)
    guard !likely.isEmpty else { return }
    page.paragraph("Timeouts of that length and manner are documented for:", indent: 2)
    for known in likely {
      let source = options.isVerbose ? " [\(known.source)]" : ""
      page.paragraph("\(known.seconds) s: \(known.name)\(source)", indent: 4)
    }
  }

  /// As long as it was held, in the scale of the longest, and a mark for its end.
  private static func bar(_ hold: HoldObservation, of longest: Duration) -> String {
    let width = 24
    let share = longest > .zero ? min(max(hold.held / longest, 0), 1) : 0
    let length = max(Int(share * Double(width)), 1)
    let mark =
      switch IdleReading.ending(of: hold) {
      case .alive, .cutShort: ">"
      case .fin, .reset, .silent: "|"
      }
    return String(repeating: "=", count: length - 1) + mark
      + String(repeating: " ", count: width - length)
  }

  private static func words(_ hold: HoldObservation) -> String {
    let time = seconds(hold.held)
    var words: String =
      switch (IdleReading.ending(of: hold), IdleReading.occasion(of: hold)) {
      case (.alive, _): "stands"
      case (.fin, _): "closed by itself after \(time)"
      case (.reset, .expiry): "reset by itself after \(time)"
      case (.reset, _): "reset by the next segment"
      case (.silent, _): "no answer to \(hold.questions) questions"
      case (.cutShort, _): "stood for \(time), then the run was over"
      }
    let keepAlives = hold.events.count { $0.kind == .keepAlive }
    let data = hold.events.count { $0.kind == .data }
    if keepAlives > 0 { words += ", \(Words.count(keepAlives, "keep-alive")) of the peer" }
    if data > 0 { words += ", \(Words.count(data, "segment")) of data" }
    return words
  }

  private static func doubt(_ reading: IdleReading) -> String {
    if reading.result == .inconclusive, reading.exceptions.isEmpty,
      reading.holds.contains(where: \.isCutShort)
    {
      return reading.low > .zero
        ? "The run was over before the longest of them; what was left alone for "
          + "\(seconds(reading.low)) still stood."
        : "The run was over before any of them."
    }
    return "Nothing is said of a timeout: they did not end as one timeout would end them, or their "
      + "silence may be chance."
  }

  private static func seconds(_ duration: Duration) -> String {
    let seconds = duration.seconds
    let rounded = (seconds * 100).rounded() / 100
    return rounded == rounded.rounded() ? "\(Int(rounded)) s" : "\(rounded) s"
  }
}
