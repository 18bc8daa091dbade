import RSTWire

extension SYNProbe {
  /// The same SYN to a control port, taken back at once should anybody listen there.
  struct Control: Probe {
    let name = "syn-control"
    let summary = "SYN to a control port"

    func draft(_ setting: ProbeSetting) -> PacketDraft { SYNProbe().draft(setting) }
  }
}
