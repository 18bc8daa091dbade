public import RSTCore

/// How often each cause was found in a capture.
public struct CaptureTally: Sendable {
  /// How many resets, by cause.
  public private(set) var causes: [String: Int] = [:]
  /// How many connections, by outcome; of those that are given out.
  public private(set) var outcomes: [String: Int] = [:]

  /// Makes a tally of nothing.
  public init() {}

  /// Counts a connection.
  public mutating func add(_ explained: ExplainedConnection) {
    outcomes[explained.outcome.rawValue, default: 0] += 1
    for reset in explained.resets { causes[reset.finding.code.rawValue, default: 0] += 1 }
  }

  /// The causes, the most frequent first.
  public var ordered: [(cause: String, count: Int)] {
    causes.map { ($0.key, $0.value) }.sorted { ($1.1, $0.0) < ($0.1, $1.0) }
  }
}

/// What was read, for the head of a report.
public struct CaptureSource: Hashable, Sendable {
  /// The file's name as it was given.
  public var name: String
  /// How many frames it has, as far as it could be read.
  public var frames: Int
  /// What of it could not be read, in sentences.
  public var notes: [String]

  /// Makes a description.
  public init(name: String, frames: Int, notes: [String] = []) {
    self.name = name
    self.frames = frames
    self.notes = notes
  }
}
