import RSTWire

/// SYN and URG together: odd, and yet answered by most listeners.
struct UrgentSYNProbe: Probe {
  let name = "syn-urg"
  let summary = "SYN and URG"

  func draft(_ setting: ProbeSetting) -> PacketDraft {
    setting.segment([.syn, .urgent], options: setting.operatingSystemOptions)
  }
}
