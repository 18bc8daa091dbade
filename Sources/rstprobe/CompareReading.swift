internal import RSTCore
internal import RSTNet
internal import RSTReport
internal import RSTWire

/// Reads two capture files for their comparison.
struct CompareReading {
  /// How many connections are kept of each.
  let capacity: Int
  /// Whether it is said how far the reading is, where anybody sees it.
  let showsProgress: Bool

  /// Reads and compares.
  ///
  /// - Parameters:
  ///   - path: The file whose resets are explained: it is read once more for that.
  ///   - other: The file that it is compared with; "-" is standard input.
  /// - Returns: The comparison, and what the report says of the second file.
  /// - Throws: `Failure` where a file cannot be read, or the first cannot be read twice.
  func compare(
    _ path: String, with other: String
  ) throws(Failure) -> (Comparison, CaptureSource) {
    let file = try ExplainRun.opened(path)
    guard file.octetsTotal != nil else {
      throw Failure(
        message: "\(path) is read twice with --compare, and must be a regular file",
        status: .usage)
    }
    let (first, _) = read(file)
    let (second, notes) = read(try ExplainRun.opened(other))
    return (
      Comparison(first: first, second: second),
      CaptureSource(name: other, frames: notes.frames, notes: notes.sentences)
    )
  }

  private func read(
    _ opened: consuming CaptureFile
  ) -> (TraceLog, (frames: Int, sentences: [String])) {
    var reading = FrameReading(opened)
    var log = TraceLog(capacity: capacity)
    var progress = FileProgress(isWanted: showsProgress)
    let total = reading.octetsTotal
    reading.forEachBatch { batch in
      progress.show(batch, total)
      if let moments = batch.moments {
        log.sawFrame(at: moments.lowerBound)
        log.sawFrame(at: moments.upperBound)
      }
      batch.forEach {
        log.take($0, at: $2)
      } segment: { place, _ in
        let segment = batch.segments[place]
        log.take(segment.segment, frame: segment.frame, at: segment.moment)
      }
      return true
    }
    progress.clear()
    return (log, (reading.frames, reading.notes.map(\.description)))
  }
}
