import RSTWire

/// SYN and PSH together: odd, and yet answered by most listeners.
struct PushSYNProbe: Probe {
  let name = "syn-psh"
  let summary = "SYN and PSH"

  func draft(_ setting: ProbeSetting) -> PacketDraft {
    setting.segment([.syn, .push], options: setting.operatingSystemOptions)
  }
}
