import RSTWire

/// A FIN without ACK: a closed port resets it, a listener ignores it.
///
/// RFC 9293, 3.10.7.2.
struct StrayFINProbe: Probe {
  let name = "stray-fin"
  let summary = "FIN without ACK"

  func draft(_ setting: ProbeSetting) -> PacketDraft {
    setting.segment(.fin)
  }
}
