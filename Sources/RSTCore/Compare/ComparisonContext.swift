import RSTWire

/// What a connection is judged by beside its own segments.
struct ComparisonContext {
  var geometry: Geometry
  var clock: ClockOffset
  var coverage: PerPoint<Coverage>
  /// The first and the last moment, by capture, at which something passed that both show.
  var passed: PerPoint<ClosedRange<Moment>?>
  /// Servers of which the second capture shows connections: others may have gone elsewhere.
  var servers: Set<Endpoint>
  /// Whether a capture holds connections that were not kept.
  var hasLeftOut: PerPoint<Bool>

  /// Whether a capture ran when a segment must have come by that the other shows.
  func ran(_ point: CapturePoint, _ segment: LoggedSegment, isBefore: Bool) -> Bool {
    let shown = passed[point.other]
    if let shown, shown.lowerBound < segment.moment, segment.moment < shown.upperBound {
      return true
    }
    guard
      let range = clock.passage(segment.moment, of: point.other, isBefore: isBefore)
    else { return false }
    let hadBegun = shown.map { $0.lowerBound < segment.moment } ?? false
    return coverage[point].ran(
      from: hadBegun ? range.upperBound : range.lowerBound, to: range.upperBound)
  }
}
