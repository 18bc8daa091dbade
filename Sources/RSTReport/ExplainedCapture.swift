public import RSTCore

/// What is said of a capture as a whole, beside its connections.
public struct ExplainedCapture: Sendable {
  /// The files; the first is the one whose resets are explained.
  public var sources: [CaptureSource]
  /// How often each cause was found.
  public var tally: CaptureTally
  /// How many connections there were, and how many resets.
  public var totals: (connections: Int, resets: Int)
  /// The runs of rstprobe that it holds.
  public var runs: [RecordedRun]
  /// What holds for two captures as a whole; nil where none are compared.
  public var comparison: Comparison?

  /// Makes a description.
  public init(
    sources: [CaptureSource], tally: CaptureTally, totals: (connections: Int, resets: Int),
    runs: [RecordedRun] = [], comparison: Comparison? = nil
  ) {
    self.sources = sources
    self.tally = tally
    self.totals = totals
    self.runs = runs
    self.comparison = comparison
  }
}
