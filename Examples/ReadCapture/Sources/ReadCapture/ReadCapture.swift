import RSTCore
import RSTNet
import RSTWire

/// Says why the connections of a capture file were reset, one line each: what `rstprobe explain` is
/// made of, used from another package.
@main enum ReadCapture {
  static func main() throws {
    guard CommandLine.arguments.count == 2 else {
      print("usage: ReadCapture FILE")
      return
    }
    var explainer = Explainer(capacity: 10_000)
    func show(_ connection: ExplainedConnection) {
      for explained in connection.resets {
        let finding = explained.finding
        print(
          "frame \(explained.reset.segment.frame): \(finding.code.rawValue) (\(finding.responder.rawValue))"
        )
        print("  \(finding.explanation)")
      }
    }
    var reading = FrameReading(try CaptureFile(path: CommandLine.arguments[1]))
    reading.forEachBatch { batch in
      batch.forEach {
        explainer.take($0, frame: $1, at: $2)
      } segment: { place, text in
        let segment = batch.segments[place]
        explainer.take(
          segment.segment, frame: segment.frame, at: segment.moment, text: text, give: show)
      }
      return true
    }
    explainer.finish(give: show)
    print(
      "\(reading.frames) frames, \(explainer.connections) connections, \(explainer.resets) resets")
  }
}
