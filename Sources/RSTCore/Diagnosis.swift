/// How long a run took and what it cost.
public struct Timing: Hashable, Sendable {
  /// When the first probe was handed over.
  public var started: Moment
  /// From the first probe to the verdict.
  public var elapsed: Duration
  /// The shortest round trip of a credible answer of the target, nil when there was none.
  public var roundTrip: Duration?
  /// Packets that rstprobe sent.
  public var packetsSent: Int
  /// Packets that belonged to its probes and came back.
  public var packetsReceived: Int
  /// Packets that the kernel dropped before libpcap could hand them over.
  public var captureDrops: Int
  /// Whether the run was interrupted; then only what was known by then is said.
  public var isInterrupted: Bool

  /// Makes a timing.
  public init(
    started: Moment, elapsed: Duration, roundTrip: Duration?, packetsSent: Int,
    packetsReceived: Int, captureDrops: Int = 0, isInterrupted: Bool = false
  ) {
    self.started = started
    self.elapsed = elapsed
    self.roundTrip = roundTrip
    self.packetsSent = packetsSent
    self.packetsReceived = packetsReceived
    self.captureDrops = captureDrops
    self.isInterrupted = isInterrupted
  }
}

/// What the rules and their competition make of a transcript.
public struct Conclusion: Hashable, Sendable {
  /// The answer to the question that was asked.
  public var verdict: Verdict
  /// The sentence that heads the report.
  public var headline: String
  /// What is said, most important first: confidence 0.5 or more.
  public var findings: [Finding]
  /// What was weighed and is not said: confidence below 0.5.
  public var considered: [Finding]
  /// The routers and the host as far as they showed themselves, by distance.
  public var path: [Hop]
  /// The one thing to do next.
  public var nextStep: String
  /// What connections of our own showed; nil where none was opened.
  public var connections: ConnectionReading?

  /// Makes a conclusion.
  public init(
    verdict: Verdict, headline: String, findings: [Finding], considered: [Finding], path: [Hop],
    nextStep: String, connections: ConnectionReading? = nil
  ) {
    self.verdict = verdict
    self.headline = headline
    self.findings = findings
    self.considered = considered
    self.path = path
    self.nextStep = nextStep
    self.connections = connections
  }
}

/// A finished run: everything that a report shows.
public struct Diagnosis: Hashable, Sendable {
  /// What was diagnosed.
  public var target: Target
  /// From where.
  public var vantage: Vantage
  /// How long it took.
  public var timing: Timing
  /// What was sent and received.
  public var transcript: Transcript
  /// What it means.
  public var conclusion: Conclusion
  /// What a witness at the target shows beside it; nil where there is none.
  public var witness: WitnessJoin?

  /// Makes a diagnosis.
  public init(
    target: Target, vantage: Vantage, timing: Timing, transcript: Transcript,
    conclusion: Conclusion, witness: WitnessJoin? = nil
  ) {
    self.target = target
    self.vantage = vantage
    self.timing = timing
    self.transcript = transcript
    self.conclusion = conclusion
    self.witness = witness
  }
}
