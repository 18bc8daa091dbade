import RSTWire

/// A SYN that dies on the way: one rung of the ladder.
struct LadderSYNProbe: Probe {
  let name = "ladder-syn"
  let summary = "SYN with a limited hop limit"
  let sharesFlow = true

  func draft(_ setting: ProbeSetting) -> PacketDraft {
    setting.segment(.syn, window: 64240, options: setting.operatingSystemOptions)
  }
}
