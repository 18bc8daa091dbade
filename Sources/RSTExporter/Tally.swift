internal import RSTCore
internal import RSTReport

/// What an exporter has done since it started.
struct Tally: Hashable, Sendable {
  /// Probes by how they ended.
  var probes: [Ending: Int] = [:]
  /// Requests that were not done.
  var refusals: [RequestRefusal.Kind: Int] = [:]
  /// How often the server was started again.
  var restarts = 0

  /// How a probe ends.
  enum Ending: String, CaseIterable {
    case answered, inconclusive, failed

    init(_ outcome: ProbeMetrics.Outcome) {
      switch outcome {
      case .success(let diagnosis):
        self = diagnosis.conclusion.verdict.port == .inconclusive ? .inconclusive : .answered
      case .failure: self = .failed
      }
    }
  }

  /// The text of `/metrics`, ending with a line break.
  func document(running: Int, waiting: Int) -> String {
    var metrics = PrometheusText()
    metrics.head("rstprobe_build_info", "Which rstprobe this is.")
    metrics.sample("rstprobe_build_info", 1, [("version", Version.current)])
    metrics.head("rstprobe_exporter_probes_total", "Probes by how they ended.", .counter)
    for ending in Ending.allCases {
      metrics.sample(
        "rstprobe_exporter_probes_total", probes[ending] ?? 0, [("result", ending.rawValue)])
    }
    metrics.head(
      "rstprobe_exporter_refused_total", "Requests that were not done, by reason.", .counter)
    for kind in RequestRefusal.Kind.allCases {
      metrics.sample(
        "rstprobe_exporter_refused_total", refusals[kind] ?? 0, [("reason", kind.rawValue)])
    }
    metrics.head("rstprobe_exporter_running", "Probes that are being made.")
    metrics.sample("rstprobe_exporter_running", running)
    metrics.head("rstprobe_exporter_waiting", "Probes that wait for others.")
    metrics.sample("rstprobe_exporter_waiting", waiting)
    metrics.head(
      "rstprobe_exporter_restarts_total",
      "How often the server was started again, for want of descriptors or the like.", .counter)
    metrics.sample("rstprobe_exporter_restarts_total", restarts)
    return metrics.text
  }
}
