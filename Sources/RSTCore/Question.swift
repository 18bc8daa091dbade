import RSTWire

/// Something to find out by sending one kind of probe to one subject, as often as it takes.
struct Question: Sendable {
  /// The probe that asks it.
  let probe: any Probe
  /// Where it goes.
  let subject: Subject
  /// The hop limit of a rung of the ladder; nil for probes that go all the way.
  let rung: Int?
  /// How long after its flight it goes out.
  let delay: Duration
  /// The attempts so far, oldest first.
  var attempts: [Int] = []

  init(_ probe: any Probe, _ subject: Subject, rung: Int? = nil, delay: Duration = .zero) {
    self.probe = probe
    self.subject = subject
    self.rung = rung
    self.delay = delay
  }
}

/// How often a question is asked before silence is believed, and over which time.
struct Patience: Hashable, Sendable {
  /// Attempts at most.
  var attempts: Int
  /// The least time from the first attempt to the last, so that one outage does not decide.
  var spread: Duration = .zero

  /// Ask once: silence is expected, or would say nothing.
  static let once = Patience(attempts: 1)
}
