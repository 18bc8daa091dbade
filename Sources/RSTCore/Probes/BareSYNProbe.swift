import RSTWire

/// A SYN without any option: some firewalls drop it, so it is only a comparison.
struct BareSYNProbe: Probe {
  let name = "bare-syn"
  let summary = "SYN without options"

  func draft(_ setting: ProbeSetting) -> PacketDraft {
    setting.segment(.syn)
  }
}
