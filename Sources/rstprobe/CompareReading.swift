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
  ///   - file: The file whose resets are explained: it is read once more for that.
  ///   - other: The file that it is compared with.
  ///   - name: How the second file is named.
  /// - Returns: The comparison, and what the report says of the second file.
  /// - Throws: `Failure` where a file cannot be read.
  func compare(
    _ file: consuming CaptureInput, with other: consuming CaptureInput, named name: String
  ) throws(Failure) -> (Comparison, CaptureSource) {
    let (first, _) = read(try ExplainRun.reading(file))
    let (second, notes) = read(try ExplainRun.reading(other))
    return (
      Comparison(first: first, second: second),
      CaptureSource(name: name, frames: notes.frames, notes: notes.sentences)
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
