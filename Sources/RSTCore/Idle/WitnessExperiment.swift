/// A fresh connection while another does not answer: it tells an outage of the path from that.
///
/// Its handshake is all there is to it; the transcript keeps when it was answered.
struct WitnessExperiment: Experiment {
  let name = "idle-witness"
  let summary = "a fresh connection while another is silent"

  func step(_ bench: inout Bench, at now: Moment) -> Wait { .nothing }
}
