import RSTWire

/// The same SYN on one more source port: paths and firewalls are chosen by flow.
struct FlowSYNProbe: Probe {
  let name = "flow-syn"
  let summary = "SYN on one more flow"
  let isOrdinarySYN = true

  func draft(_ setting: ProbeSetting) -> PacketDraft {
    setting.segment(.syn, window: 64240, options: setting.operatingSystemOptions)
  }
}
