import RSTWire

/// The first of two SYNs on one 4-tuple, see `CookieSecondProbe`.
struct CookieFirstProbe: Probe {
  let name = "cookie-first"
  let summary = "first SYN of a pair"
  let sharesFlow = true
  let flowName = "cookie"
  let sequenceStep = 100_000

  func draft(_ setting: ProbeSetting) -> PacketDraft {
    setting.segment(.syn, window: 64240, options: setting.operatingSystemOptions)
  }
}
