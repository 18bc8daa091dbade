import RSTWire

/// A SYN that offers ECN.
///
/// RFC 3168, section 6.1.1.
struct ECNSetupProbe: Probe {
  let name = "ecn-syn"
  let summary = "SYN with ECN setup"
  let isOrdinarySYN = true

  func draft(_ setting: ProbeSetting) -> PacketDraft {
    setting.segment(
      [.syn, .echo, .congestionWindowReduced], window: 64240,
      options: setting.operatingSystemOptions)
  }
}
