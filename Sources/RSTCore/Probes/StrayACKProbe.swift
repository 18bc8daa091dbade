import RSTWire

/// An ACK that belongs to no connection: every stack resets it, with its number.
///
/// RFC 9293, 3.5.2.
struct StrayACKProbe: Probe {
  let name = "stray-ack"
  let summary = "ACK of no connection"

  func draft(_ setting: ProbeSetting) -> PacketDraft {
    setting.segment(.acknowledgement)
  }
}
