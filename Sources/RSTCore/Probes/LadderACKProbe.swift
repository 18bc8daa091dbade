import RSTWire

/// A stray ACK that dies on the way; a reset names its rung by the acknowledgement number.
struct LadderACKProbe: Probe {
  let name = "ladder-ack"
  let summary = "ACK of no connection with a limited hop limit"
  let sharesFlow = true

  func draft(_ setting: ProbeSetting) -> PacketDraft {
    setting.segment(.acknowledgement)
  }
}
