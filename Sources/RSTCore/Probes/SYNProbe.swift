import RSTWire

/// A SYN as a current operating system sends it, followed to a whole handshake.
///
/// RFC 9293, 3.5.
struct SYNProbe: Probe {
  let name = "syn"
  let summary = "SYN as an operating system sends it"
  let isOrdinarySYN = true
  let handshakeReply = HandshakeReply.complete

  func draft(_ setting: ProbeSetting) -> PacketDraft {
    setting.segment(.syn, window: 64240, options: setting.operatingSystemOptions)
  }
}
