import RSTWire

/// The same SYN without a DSCP canary: for paths that treat marked packets differently.
struct PlainSYNProbe: Probe {
  let name = "plain-syn"
  let summary = "SYN as an operating system sends it, DSCP 0"
  let isOrdinarySYN = true
  let handshakeReply = HandshakeReply.complete

  func draft(_ setting: ProbeSetting) -> PacketDraft {
    var plain = setting
    plain.trafficClass = 0
    return plain.segment(.syn, window: 64240, options: setting.operatingSystemOptions)
  }
}
