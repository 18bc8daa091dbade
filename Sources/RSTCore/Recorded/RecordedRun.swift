public import RSTWire

/// A run of rstprobe that was found in a capture, and what it means: what the run itself said of the
/// port, from its packets alone.
///
/// What goes on with connections of our own is not read again: that is explained connection by
/// connection.
public struct RecordedRun: Hashable, Sendable {
  /// What was diagnosed; its name is the address.
  public var target: Target
  /// From where.
  public var prober: IPAddress
  /// The frames of its probes and their answers, in their order.
  public var frames: [Int]
  /// How many probes it sent.
  public var probes: Int
  /// What it means; the packets of its evidence are frames.
  public var conclusion: Conclusion

  init(_ reading: RunReading, ended: Moment) {
    target = reading.target
    prober = reading.prober
    frames = reading.frames
    probes = reading.transcript.attempts.count
    conclusion = reading.conclusion(ended: ended)
    conclusion.findings = conclusion.findings.map { $0.showing(reading.frames) }
    conclusion.considered = conclusion.considered.map { $0.showing(reading.frames) }
  }
}

extension Finding {
  /// The same with the frames of a capture in the place of a transcript's packets.
  fileprivate func showing(_ frames: [Int]) -> Self {
    var finding = self
    for index in finding.evidence.indices {
      finding.evidence[index].packets = finding.evidence[index].packets.map { frames[$0] }
    }
    return finding
  }
}
