internal import RSTCore
internal import RSTReport

/// What one probe showed, for Prometheus, after the manner of blackbox_exporter.
enum ProbeMetrics {
  /// What became of a probe.
  typealias Outcome = Result<Diagnosis, ProbeFailure>

  /// Whether a probe showed what was expected; where nothing is, whether it could tell the state.
  static func isSuccess(_ outcome: Outcome, expected: Set<PortState>) -> Bool {
    guard case .success(let diagnosis) = outcome else { return false }
    let port = diagnosis.conclusion.verdict.port
    return port != .inconclusive && (expected.isEmpty || expected.contains(port))
  }

  /// The text, ending with a line break.
  ///
  /// - Parameters:
  ///   - outcome: What became of it.
  ///   - expected: The states that are success.
  ///   - elapsed: From the request on, with the waiting and the name.
  /// - Returns: Metrics and their samples.
  static func document(
    _ outcome: Outcome, expected: Set<PortState>, elapsed: Duration
  ) -> String {
    var metrics = PrometheusText()
    metrics.head(
      "probe_success",
      "1 where the port is in an expected state (parameter expect); with none expected, where its "
        + "state could be told at all, whichever it is.")
    metrics.sample("probe_success", isSuccess(outcome, expected: expected) ? 1 : 0)
    metrics.head("probe_duration_seconds", "From the request to the answer, in seconds.")
    metrics.sample("probe_duration_seconds", elapsed.seconds)
    switch outcome {
    case .success(let diagnosis): add(diagnosis, to: &metrics)
    case .failure(let failure):
      metrics.comment(failure.detail)
      metrics.head("rstprobe_failure", "Why nothing could be probed.")
      metrics.sample("rstprobe_failure", 1, [("reason", failure.reason.rawValue)])
    }
    return metrics.text
  }

  private static func add(_ diagnosis: Diagnosis, to metrics: inout PrometheusText) {
    let verdict = diagnosis.conclusion.verdict
    let timing = diagnosis.timing
    metrics.head("rstprobe_verdict", "The state of the port, and who made the decisive packet.")
    metrics.sample(
      "rstprobe_verdict", 1,
      [("port", verdict.port.rawValue), ("responder", verdict.responder.rawValue)])
    metrics.head("rstprobe_confidence", "How sure that is, 0 to 1.")
    metrics.sample("rstprobe_confidence", verdict.confidence)
    if let hop = verdict.hop {
      metrics.head("rstprobe_hop", "How far away the responder is; the first router is 1.")
      metrics.sample("rstprobe_hop", hop)
    }
    metrics.head("rstprobe_finding", "1 for each thing that was found.")
    for finding in diagnosis.conclusion.findings {
      metrics.sample("rstprobe_finding", 1, [("code", finding.code.rawValue)])
    }
    if let roundTrip = timing.roundTrip {
      metrics.head("rstprobe_round_trip_seconds", "The shortest round trip to the target.")
      metrics.sample("rstprobe_round_trip_seconds", roundTrip.seconds)
    }
    metrics.head("rstprobe_packets", "Packets of the probe.")
    metrics.sample("rstprobe_packets", timing.packetsSent, [("direction", "sent")])
    metrics.sample("rstprobe_packets", timing.packetsReceived, [("direction", "received")])
    metrics.head("rstprobe_interrupted", "1 where the time was over before the probe was.")
    metrics.sample("rstprobe_interrupted", timing.isInterrupted ? 1 : 0)
    metrics.head("rstprobe_target_info", "The address that was probed.")
    metrics.sample("rstprobe_target_info", 1, [("address", "\(diagnosis.target.address)")])
  }
}
