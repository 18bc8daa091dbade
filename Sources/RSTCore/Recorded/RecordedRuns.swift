public import RSTWire

/// The runs of rstprobe in a capture, in bounded memory.
public struct RecordedRuns: Sendable {
  /// How many runs there were for which there was no room.
  public private(set) var dropped = 0

  private var open: [(reading: RunReading, began: Moment)] = []
  private var concluded: [RecordedRun] = []

  /// How many runs are read at once, and how many are kept.
  private static let mostOpen = 64
  private static let mostKept = 2_000
  /// Fewer probes than the first flight has are no run that says anything.
  private static let leastProbes = 3

  /// Makes a collection without runs.
  public init() {}

  /// Takes a packet that a `RunWatch` wants, or an ICMP message.
  ///
  /// - Parameters:
  ///   - packet: The packet.
  ///   - frame: Its frame's number, from 1.
  ///   - moment: When it was captured.
  public mutating func take(_ packet: Packet, frame: Int, at moment: Moment) {
    if let reading = RunReading(packet), !open.contains(where: { $0.reading.isSame(as: reading) }) {
      makeRoom(at: moment)
      open.append((reading, moment))
    }
    // What is not marked belongs to the run that began last.
    for index in open.indices.reversed()
    where open[index].reading.take(packet, frame: frame, at: moment) {
      return
    }
  }

  /// What all runs mean.
  ///
  /// - Parameter ended: When the capture ended.
  /// - Returns: The runs in the order of their first frames.
  public mutating func finish(at ended: Moment) -> [RecordedRun] {
    conclude(ended: ended) { _ in true }
    return concluded.sorted { $0.frames[0] < $1.frames[0] }
  }

  private mutating func makeRoom(at now: Moment) {
    conclude(ended: now) { now - $0 > RunWatch.lifetime }
    if open.count >= Self.mostOpen {
      let oldest = open.removeFirst()
      keep(oldest.reading, ended: now)
    }
  }

  private mutating func conclude(ended: Moment, where isOver: (Moment) -> Bool) {
    for (reading, began) in open where isOver(began) { keep(reading, ended: ended) }
    open.removeAll { isOver($0.began) }
  }

  private mutating func keep(_ reading: RunReading, ended: Moment) {
    guard reading.transcript.attempts.count >= Self.leastProbes else { return }
    guard concluded.count < Self.mostKept else { return dropped += 1 }
    concluded.append(RecordedRun(reading, ended: ended))
  }
}
