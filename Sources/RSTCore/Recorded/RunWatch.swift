public import RSTWire

/// Tells which segments of a capture may belong to a run of rstprobe: those between a prober and its
/// target, from the run's first SYN on.
///
/// Every other frame need not be read whole for it. Only a capture at the prober shows runs: there the
/// probes still have the hop limits that they were sent with.
public struct RunWatch: Sendable {
  /// When the latest run between two addresses began.
  private var runs: [Pair: Moment] = [:]

  private struct Pair: Hashable {
    var prober: IPAddress
    var target: IPAddress
  }

  /// How long a run is watched: longer than any asks about its port.
  static let lifetime = Duration.seconds(120)
  /// How many pairs of addresses are watched at once.
  private static let most = 256

  /// Makes a watch that has seen nothing.
  public init() {}

  /// Takes the next segment of a capture.
  ///
  /// - Parameters:
  ///   - segment: The segment.
  ///   - moment: When it was captured.
  /// - Returns: Whether the run it may belong to wants to see it whole.
  public mutating func isWanted(_ segment: CapturedSegment, at moment: Moment) -> Bool {
    if segment.flags == .syn, Self.begins(segment) {
      runs = runs.filter { moment - $0.value <= Self.lifetime }
      guard runs.count < Self.most else { return false }
      runs[Pair(prober: segment.source, target: segment.destination)] = moment
      return true
    }
    guard !runs.isEmpty else { return false }
    let began =
      runs[Pair(prober: segment.source, target: segment.destination)]
      ?? runs[Pair(prober: segment.destination, target: segment.source)]
    return began.map { moment - $0 <= Self.lifetime } ?? false
  }

  /// Whether a SYN has everything that the first of a run has.
  private static func begins(_ segment: CapturedSegment) -> Bool {
    guard let timestamps = segment.options.timestamps, timestamps.echo == 0,
      segment.hopLimit == ProbeSetting.hopLimit, segment.payloadLength == 0,
      Canary.codePoints.contains(segment.trafficClass >> 2)
    else { return false }
    return ProbeMark(timestamp: timestamps.value, beside: segment.sequence).probe == first
  }

  private static let first = ProbeMark.digest(of: SYNProbe().name)
}
